"""What sources brought, stored: what fails, fails alone."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any, cast

import pytest

from aggregator.app import opened, using
from aggregator.codes import Code
from aggregator.errors import StoreError
from aggregator.flow.writer import ARTICLES, BATCHES, GoneError, Writer
from aggregator.model.article import Prepared
from aggregator.model.config import Configuration, Source
from aggregator.model.fetching import HostMemory
from aggregator.model.places import Places
from aggregator.model.running import Batch, Learned, Outcome, SourceReport, SourceState, Ticket, Visit
from aggregator.model.trouble import Trouble
from aggregator.ports import Parts, Store, Unit
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


def taken(parts: Parts) -> dict[str, Visit]:
    tickets = parts.agenda.take(NAMES, "test", NOW, NOW)
    return {ticket.source: Visit(Source(ticket.source), ticket, "recipe") for ticket in tickets}


def a_batch(visit: Visit, *documents: Prepared, last: bool = True) -> Batch:
    return Batch(visit, documents, outcome=Outcome(Learned("cursor")) if last else None)


@dataclass
class Written:
    """What a writer told of the batches it was given, once it was done with them or could not go on."""

    reports: dict[str, SourceReport] = field(default_factory=dict)
    commits: list[list[str]] = field(default_factory=list)
    """The sources of each."""
    error: BaseException | None = None


def written(batches: Sequence[Batch], parts: Parts) -> Written:
    told = Written()
    done = threading.Semaphore(0)

    def stored(batches: Sequence[Batch]) -> None:
        told.commits.append([batch.visit.source.name for batch in batches])

    def ended(report: SourceReport) -> None:
        told.reports[report.name] = report
        done.release()

    writer = Writer(parts, stored, ended)
    for batch in batches:
        writer.put(batch)
    writer.start()
    for _ in {batch.visit.source.name for batch in batches if batch.outcome is not None}:
        while not done.acquire(timeout=0.05):
            if writer.error is not None:
                told.error = writer.error
                return told
    writer.close()
    return told


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
    visits = taken(parts)
    reports = written([a_batch(visits[name], a_document(name)) for name in NAMES], parts).reports.values()
    assert [(report.name, report.new, report.error) for report in reports] == [(name, 1, "") for name in NAMES]
    assert seen(parts) == {name: ["one.md"] for name in NAMES}


def test_a_pass_is_reported_with_its_last_haul(parts: Parts) -> None:
    visits = taken(parts)
    told = written([a_batch(visits["a"], a_document("a"), last=False), a_batch(visits["b"])], parts)
    assert list(told.reports) == ["b"]
    assert (seen(parts)["a"], state(parts, "a").last_run) == (["one.md"], None)


def test_what_fails_alone_fails_alone(parts: Parts) -> None:
    visits = taken(parts)
    batches = [
        a_batch(visits["a"], a_document("a")),
        a_batch(visits["b"], a_poisoned_document("b")),
        a_batch(visits["c"], a_document("c")),
    ]
    reports = written(batches, parts).reports
    assert [reports[name].new for name in NAMES] == [1, 0, 1]
    assert reports["b"].error.startswith("TypeError: ")
    assert seen(parts) == {"a": ["one.md"], "b": [], "c": ["one.md"]}
    assert state(parts, "b").error == reports["b"].error
    assert (state(parts, "b").failures, state(parts, "a").failures) == (1, 0)


def test_what_a_source_brings_after_it_failed_is_left_for_the_next_pass(parts: Parts) -> None:
    visits = taken(parts)
    batches = [
        a_batch(visits["a"], a_document("a", "before"), last=False),
        a_batch(visits["a"], a_poisoned_document("a"), last=False),
        a_batch(visits["a"], a_document("a", "after")),
        a_batch(visits["b"], a_document("b")),
    ]
    reports = written(batches, parts).reports
    assert reports.keys() == {"a", "b"}
    assert (reports["a"].new, reports["a"].found) == (1, 1), "what was stored before it failed is told"
    assert seen(parts) == {"a": ["before.md"], "b": ["one.md"], "c": []}


def test_a_source_that_was_taken_over_is_left_to_who_took_it(parts: Parts) -> None:
    visits = taken(parts)
    parts.agenda.take(["b"], "test", NOW, NOW)
    reports = written([a_batch(visits[name], a_document(name)) for name in NAMES], parts).reports
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

    def mend_instants(self, now: datetime) -> int:
        raise AssertionError("not asked for here")

    def close(self) -> None:
        raise AssertionError("not asked for here")


def test_a_failure_that_cannot_be_stored_with_all_it_brought_is_stored_alone(parts: Parts) -> None:
    visits = taken(parts)
    outcome = Outcome(Learned("", hosts=(HostMemory("x.example"),)), Trouble(Code.http(429), "", "busy"))
    failed = replace(a_batch(visits["a"]), outcome=outcome)
    told = written([failed, a_batch(visits["b"])], replace(parts, store=StoreWithoutHosts(parts.store)))
    assert {name: report.error for name, report in told.reports.items()} == {
        "a": "ValueError: no room for x.example",
        "b": "",
    }
    assert state(parts, "a").error == "ValueError: no room for x.example"


class FullDisk:
    """A store that takes nothing more."""

    def write(self, *tickets: Ticket) -> AbstractContextManager[Unit]:
        raise StoreError(f"database: database or disk is full ({len(tickets)})")

    def mend_instants(self, now: datetime) -> int:
        raise AssertionError("not asked for here")

    def close(self) -> None:
        raise AssertionError("not asked for here")


@pytest.mark.parametrize("names", [("a",), NAMES])
def test_where_not_even_the_failure_can_be_stored_it_is_no_source_s_trouble(parts: Parts, names: Sequence[str]) -> None:
    visits = taken(parts)
    told = written([a_batch(visits[name], a_document(name)) for name in names], replace(parts, store=FullDisk()))
    assert isinstance(told.error, StoreError)
    assert told.reports == {}


@pytest.mark.parametrize(
    ("documents", "commits"),
    [
        pytest.param([0] * (BATCHES + 1), [BATCHES, 1], id="so many batches that bring nothing"),
        pytest.param([ARTICLES // 2, ARTICLES // 2, 1], [2, 1], id="so many articles"),
        pytest.param([ARTICLES * 2, 1, 1], [1, 2], id="a large batch is not parted"),
        pytest.param([1, 2, 3], [3], id="few"),
    ],
)
def test_batches_share_a_transaction_by_their_number_or_their_articles(
    parts: Parts, monkeypatch: pytest.MonkeyPatch, documents: Sequence[int], commits: Sequence[int]
) -> None:
    monkeypatch.setattr("aggregator.flow.writer.AHEAD", 1000)
    visit = taken(parts)["a"]
    batches = [
        a_batch(visit, *(a_document("a", f"{number} {n}") for n in range(many)), last=number == len(documents) - 1)
        for number, many in enumerate(documents)
    ]
    assert [len(names) for names in written(batches, parts).commits] == commits


def test_nothing_is_taken_once_it_is_closed(parts: Parts) -> None:
    writer = Writer(parts, lambda _: None, lambda _: None)
    writer.start()
    writer.close()
    with pytest.raises(GoneError):
        writer.put(a_batch(taken(parts)["a"]))
