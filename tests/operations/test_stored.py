"""What sources brought, stored: what fails, fails alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any, cast

import pytest

from aggregator.app import opened, using
from aggregator.errors import StoreError
from aggregator.model.article import Prepared
from aggregator.model.config import Configuration, Source
from aggregator.model.fetching import HostMemory
from aggregator.model.places import Places
from aggregator.model.running import Learned, Pass, SourceState, Ticket
from aggregator.operations.collect import stored
from aggregator.ports import Parts, Store, Unit
from aggregator.visits.haul import Haul
from aggregator.visits.intake import Intake
from builders import NOW, a_prepared, an_article
from fakes import StoppedClock

NAMES = ("a", "b", "c")


@pytest.fixture
def parts(tmp_path: Path) -> Iterator[Parts]:
    """Real parts over an empty store that knows three sources."""
    configuration = Configuration(str(tmp_path), sources=tuple(Source(name) for name in NAMES))
    places = Places(tmp_path, tmp_path / "data", None)
    with opened(places, configuration) as storage, using(storage, places, configuration) as built:
        built.agenda.sync(configuration.sources, NOW)
        yield replace(built, clock=StoppedClock())


def taken(parts: Parts) -> dict[str, Pass]:
    tickets = parts.agenda.take(NAMES, "test", NOW, NOW)
    return {ticket.source: Pass(Source(ticket.source), ticket, "recipe") for ticket in tickets}


def a_haul(current: Pass, *documents: Prepared, last: bool = True) -> Haul:
    return Haul(current, Intake(current, dict, StoppedClock()), documents, (), Learned("cursor") if last else None)


def a_document(source: str, name: str = "one") -> Prepared:
    return a_prepared(an_article(f"{name}.md", f"{source} {name}", f"text {source} {name}", source=source, url=None))


def a_poisoned_document(source: str) -> Prepared:
    """One that the store takes for a fault of the program: its date has no zone."""
    sound = a_document(source, "poisoned")
    return replace(sound, article=replace(sound.article, published=datetime(2026, 1, 1)))  # noqa: DTZ001


def state(parts: Parts, name: str) -> SourceState:
    return next(state for state in parts.agenda.states() if state.name == name)


def seen(parts: Parts) -> dict[str, list[str]]:
    return {name: sorted(parts.agenda.sightings(name)) for name in NAMES}


def test_all_is_stored_at_once(parts: Parts) -> None:
    passes = taken(parts)
    reports = stored([a_haul(passes[name], a_document(name)) for name in NAMES], (), parts)
    assert [(report.name, report.new, report.error) for report in reports] == [(name, 1, "") for name in NAMES]
    assert seen(parts) == {name: ["one.md"] for name in NAMES}


def test_a_pass_is_reported_with_its_last_haul(parts: Parts) -> None:
    passes = taken(parts)
    assert stored([a_haul(passes["a"], a_document("a"), last=False)], (), parts) == []
    assert state(parts, "a").last_run is None


def test_what_fails_alone_fails_alone(parts: Parts) -> None:
    passes = taken(parts)
    hauls = [
        a_haul(passes["a"], a_document("a")),
        a_haul(passes["b"], a_poisoned_document("b")),
        a_haul(passes["c"], a_document("c")),
    ]
    reports = {report.name: report for report in stored(hauls, (), parts)}
    assert [reports[name].new for name in NAMES] == [1, 0, 1]
    assert reports["b"].error.startswith("TypeError: ")
    assert seen(parts) == {"a": ["one.md"], "b": [], "c": ["one.md"]}
    assert state(parts, "b").error == reports["b"].error
    assert (state(parts, "b").failures, state(parts, "a").failures) == (1, 0)


def test_what_a_source_brings_after_it_failed_is_left_for_the_next_pass(parts: Parts) -> None:
    passes = taken(parts)
    hauls = [
        a_haul(passes["a"], a_document("a", "before"), last=False),
        a_haul(passes["a"], a_poisoned_document("a"), last=False),
        a_haul(passes["a"], a_document("a", "after"), last=False),
        a_haul(passes["b"], a_document("b")),
    ]
    reports = {report.name: report for report in stored(hauls, (), parts)}
    assert reports.keys() == {"a", "b"}
    assert stored([a_haul(passes["a"], a_document("a", "later"))], reports, parts) == []
    assert seen(parts) == {"a": ["before.md"], "b": ["one.md"], "c": []}


def test_a_source_that_was_taken_over_is_left_to_who_took_it(parts: Parts) -> None:
    passes = taken(parts)
    parts.agenda.take(["b"], "test", NOW, NOW)
    reports = {r.name: r for r in stored([a_haul(passes[name], a_document(name)) for name in NAMES], (), parts)}
    assert [reports[name].error for name in NAMES] == ["", "another process took this source over", ""]
    assert seen(parts) == {"a": ["one.md"], "b": [], "c": ["one.md"]}
    assert (state(parts, "b").last_run, state(parts, "b").error) == (None, "")


class NoHosts:
    """A unit that cannot keep what was learned of hosts."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit

    def keep_host(self, host: HostMemory) -> None:
        raise ValueError(f"no room for {host.host}")

    def __getattr__(self, name: str) -> Any:
        return getattr(self._unit, name)


class StoreWithoutHosts:
    """A store of such units."""

    def __init__(self, store: Store) -> None:
        self._store = store

    @contextmanager
    def write(self, *tickets: Ticket) -> Iterator[Unit]:
        with self._store.write(*tickets) as unit:
            yield cast("Unit", NoHosts(unit))

    def close(self) -> None:
        raise AssertionError("not asked for here")


def test_a_failure_that_cannot_be_stored_with_all_it_brought_is_stored_alone(parts: Parts) -> None:
    passes = taken(parts)
    failed = replace(a_haul(passes["a"]), error="http-429: busy", learned=Learned("", hosts=(HostMemory("x.example"),)))
    reports = stored([failed, a_haul(passes["b"])], (), replace(parts, store=StoreWithoutHosts(parts.store)))
    assert {report.name: report.error for report in reports} == {"a": "ValueError: no room for x.example", "b": ""}
    assert state(parts, "a").error == "ValueError: no room for x.example"


class FullDisk:
    """A store that takes nothing more."""

    def write(self, *tickets: Ticket) -> AbstractContextManager[Unit]:
        raise StoreError(f"database: database or disk is full ({len(tickets)})")

    def close(self) -> None:
        raise AssertionError("not asked for here")


@pytest.mark.parametrize("names", [("a",), NAMES])
def test_where_not_even_the_failure_can_be_stored_it_is_no_source_s_trouble(parts: Parts, names: Sequence[str]) -> None:
    passes = taken(parts)
    with pytest.raises(StoreError, match="full"):
        stored([a_haul(passes[name], a_document(name)) for name in names], (), replace(parts, store=FullDisk()))
