"""Which source is due, who holds it, and what a pass leaves behind."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from aggregator.errors import StaleTicketError
from aggregator.model.article import HASH, LOCATION
from aggregator.model.config import Clean, Limits, Source
from aggregator.model.reading import Query
from aggregator.model.running import Ending, Memory, NextVisit, SourceReport, SourceState, Ticket
from builders import NOW, a_change, a_prepared, a_sighting, again, an_article
from storage import Storage
from store_steps import known_of, sight

HOUR = timedelta(hours=1)


def sync(storage: Storage, *names: str, now: datetime = NOW) -> None:
    storage.agenda.sync([Source(name) for name in names], now)


def take(storage: Storage, *names: str, holder: str = "me", now: datetime = NOW) -> list[Ticket]:
    return list(storage.agenda.take(names, holder, now + HOUR, now))


def finish(storage: Storage, ticket: Ticket, due: datetime, now: datetime = NOW, **report: str | int) -> None:
    # A pass in which nothing happens counts and tidies nothing.
    happened = {"found": 1, "duplicate": 1}
    outcome = SourceReport(ticket.source, **happened | report)  # type: ignore[arg-type]
    before = storage.agenda.memories([ticket.source])[ticket.source].failures
    memory = Memory(cursor="cursor", failures=before + 1 if outcome.error else 0)
    with storage.store.write(ticket) as unit:
        unit.finish([Ending(ticket, NextVisit(due, "every hour"), memory, outcome)], now)


def state(storage: Storage, name: str = "a") -> SourceState:
    return next(state for state in storage.agenda.states() if state.name == name)


def test_new_sources_are_due_at_once_and_in_order_of_their_time(storage: Storage) -> None:
    sync(storage, "c", now=NOW - HOUR)
    sync(storage, "b", "a", "c")
    assert storage.agenda.due(NOW, 10) == ["c", "a", "b"]
    assert storage.agenda.due(NOW, 2) == ["c", "a"]
    assert storage.agenda.due(NOW - HOUR, 10) == ["c"]
    assert state(storage) == SourceState("a", next_due=NOW, reason="new source")


def test_a_source_that_left_the_configuration_rests_and_may_come_back(storage: Storage) -> None:
    sync(storage, "a", "b")
    sync(storage, "b")
    assert storage.agenda.due(NOW, 10) == ["b"]
    assert [state.name for state in storage.agenda.states()] == ["a", "b"]
    storage.agenda.sync([Source("a"), Source("b", enabled=False)], NOW + HOUR)
    assert storage.agenda.due(NOW + HOUR, 10) == ["a"]
    assert state(storage).next_due == NOW


def test_a_taken_source_is_nobody_elses_until_its_time_is_over(storage: Storage) -> None:
    sync(storage, "a", "b")
    assert take(storage, "b", "a", "unknown", "a") == [Ticket("b", 1), Ticket("a", 1)]
    assert storage.agenda.due(NOW, 10) == []
    assert take(storage, "a", holder="other") == []
    assert take(storage, "a", holder="me") == [Ticket("a", 2)]
    assert storage.agenda.due(NOW + HOUR, 10) == ["a", "b"]
    assert take(storage, "a", holder="other", now=NOW + HOUR) == [Ticket("a", 3)]


def test_a_finished_source_is_free_and_due_at_its_time(storage: Storage) -> None:
    sync(storage, "a")
    [ticket] = take(storage, "a")
    finish(storage, ticket, due=NOW + 2 * HOUR)
    assert storage.agenda.due(NOW + HOUR, 10) == []
    assert storage.agenda.due(NOW + 2 * HOUR, 10) == ["a"]
    assert take(storage, "a", holder="other") == [Ticket("a", 2)]
    assert storage.agenda.memories(["a"])["a"].cursor == "cursor"


def test_a_memory_tells_whether_there_are_sightings(storage: Storage) -> None:
    sync(storage, "a", "b")
    sight(storage, a_sighting(source="b", status="rejected"))
    assert {name: memory.seen for name, memory in storage.agenda.memories(["a", "b"]).items()} == {
        "a": False,
        "b": True,
    }


def test_the_state_of_a_source_tells_its_passes(storage: Storage) -> None:
    sync(storage, "a")
    passes: list[dict[str, str | int]] = [
        {"new": 2},
        {},
        {"error": "gone"},
        {"error": "still gone"},
        {"alarm": "fewer"},
    ]
    expected = [
        # last success, last new, failures, error, alarm
        (0, 0, 0, "", ""),
        (1, 0, 0, "", ""),
        (1, 0, 1, "gone", ""),
        (1, 0, 2, "still gone", ""),
        (4, 0, 0, "", "fewer"),
    ]
    for hour, (report, (success, new, failures, error, alarm)) in enumerate(zip(passes, expected, strict=True)):
        now = NOW + hour * HOUR
        [ticket] = take(storage, "a", now=now)
        finish(storage, ticket, now, now, **report)
        assert state(storage) == SourceState(
            name="a",
            last_run=now,
            last_success=NOW + success * HOUR,
            last_new=NOW + new * HOUR,
            next_due=now,
            reason="every hour",
            error=error,
            failures=failures,
            alarm=alarm,
        )


def test_a_source_counts_articles_not_places_and_not_what_is_gone(storage: Storage) -> None:
    sync(storage, "seeds")
    changes = [a_change(a_prepared(an_article(f"{n}.md", f"第{n}篇"))) for n in range(3)]
    [ticket] = take(storage, "seeds")
    with storage.store.write(ticket) as unit:
        unit.save([*changes, again(changes[0], "copy.md")], NOW)
        unit.sight([a_sighting("2.md", "vanished"), a_sighting("broken.md", "rejected")])
    finish(storage, ticket, NOW)
    assert state(storage, "seeds").articles == 2


# --- definitions ------------------------------------------------------------------------------------

CHANGES: list[dict[str, Any]] = [
    {"every": HOUR / 2},
    {"cron": "0 8 * * *"},
    {"timezone": "UTC"},
    {"path": "elsewhere"},
    {"include": ("*.txt",)},
    {"exclude": ("drafts/**",)},
    {"clean": Clean(remove=(".advertisement",))},
    {"limits": Limits(bytes=10)},
    {"deletes": "retract"},
    {"headers": {"X-Api-Key": "another"}},
    {"proxy": "http://proxy.example:3128"},
]


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: str(*change))
def test_a_source_whose_definition_changed_is_due_at_once(storage: Storage, change: dict[str, Any]) -> None:
    source = Source("a", every=HOUR)
    later = NOW + HOUR / 4
    storage.agenda.sync([source], NOW)
    finish(storage, take(storage, "a")[0], due=NOW + HOUR)
    storage.agenda.sync([source, Source("b")], later)
    assert storage.agenda.due(later, 10) == ["b"]
    storage.agenda.sync([replace(source, **change)], later)
    assert storage.agenda.due(later, 10) == ["a"]
    assert state(storage).reason == "changed definition"


def test_a_source_that_changed_while_it_was_collected_is_collected_again(storage: Storage) -> None:
    sync(storage, "a")
    [ticket] = take(storage, "a")
    storage.agenda.sync([Source("a", path="elsewhere")], NOW + HOUR / 4)
    finish(storage, ticket, NOW + HOUR, NOW + HOUR / 2)
    assert storage.agenda.due(NOW + HOUR / 2, 10) == ["a"]
    [ticket] = take(storage, "a", now=NOW + HOUR / 2)
    finish(storage, ticket, NOW + HOUR, NOW + HOUR / 2)
    assert storage.agenda.due(NOW + HOUR / 2, 10) == []


# How far ahead the next visit lies, of a source looked at hourly or by cron → whether it is due now.
AHEAD: list[tuple[timedelta, str | None, bool]] = [
    (HOUR, None, False),
    (HOUR * 2, None, True),
    (HOUR * 24 * 365, None, True),
    (HOUR * 24 * 365, "0 8 1 1 *", False),
]


@pytest.mark.parametrize(("ahead", "cron", "due"), AHEAD)
def test_a_clock_that_was_wrong_makes_no_source_wait_for_years(
    storage: Storage, ahead: timedelta, cron: str | None, due: bool
) -> None:
    source = Source("a", every=HOUR, cron=cron)
    storage.agenda.sync([source], NOW)
    finish(storage, take(storage, "a")[0], due=NOW + ahead)
    storage.agenda.sync([source], NOW)
    assert (storage.agenda.due(NOW, 10) == ["a"]) == due


# --- what a pass forgets ----------------------------------------------------------------------------


def reports(url: str) -> list[tuple[str, int]]:
    """The stored runs: source, and how many were new."""
    with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as connection:
        return [(source, json.loads(report)["new"]) for source, report in connection.execute(RUNS)]


RUNS = "SELECT source, report FROM run ORDER BY id"


def test_a_pass_forgets_the_reports_of_its_source_that_are_older_than_90_days(storage: Storage, url: str) -> None:
    sync(storage, "a", "b")
    for new, (name, day) in enumerate([("a", 0), ("b", 0), ("a", 1), ("a", 91)]):
        now = NOW + timedelta(days=day)
        finish(storage, take(storage, name, now=now)[0], now, now, new=new)
    assert reports(url) == [("b", 1), ("a", 2), ("a", 3)]


def test_a_pass_forgets_places_that_are_gone_for_180_days(storage: Storage) -> None:
    sync(storage, "seeds")
    kept, retracted, young = (a_change(a_prepared(an_article(f"{n}.md", f"第{n}篇"))) for n in range(3))
    later = NOW + timedelta(days=181)
    with storage.store.write() as unit:
        unit.save([kept, retracted, young, again(kept, "elsewhere.md", source="other")], NOW)
        gone = [replace(change.sighting, status="vanished") for change in (kept, retracted)]
        unit.sight([*gone, a_sighting("broken.md", "vanished"), a_sighting("elsewhere.md", "vanished", source="other")])
        unit.sight([replace(young.sighting, status="vanished", seen=NOW + HOUR * 48)])
        unit.withdraw("seeds", ["1.md"], NOW)
    finish(storage, take(storage, "seeds", now=later)[0], later, later)
    assert set(storage.agenda.sightings("seeds")) == {"1.md", "2.md"}
    assert set(storage.agenda.sightings("other")) == {"elsewhere.md"}


def test_an_article_without_any_place_is_still_there(storage: Storage) -> None:
    sync(storage, "seeds")
    change = a_change()
    later = NOW + timedelta(days=181)
    with storage.store.write() as unit:
        unit.save([change], NOW)
        unit.sight([replace(change.sighting, status="vanished")])
    finish(storage, take(storage, "seeds", now=later)[0], later, later)
    dossier = storage.archive.article(str(change.identity.id))
    assert dossier is not None
    assert (dossier.origins, dossier.entry.also) == ((), ())
    assert storage.archive.article("https://news.example/a") == dossier
    assert [entry.id for entry in storage.archive.entries(Query())] == [change.identity.id]
    with storage.store.write() as unit:
        known = known_of(unit, change.prepared)
        assert [article.id for article in known[HASH][change.prepared.content_hash]] == [change.identity.id]
        assert known[LOCATION] == {}
        unit.save([again(change, "back.md")], later)
    assert set(storage.agenda.sightings("seeds")) == {"back.md"}


# --- fencing ----------------------------------------------------------------------------------------


def test_who_lost_a_source_may_not_write_for_it_any_more(storage: Storage) -> None:
    sync(storage, "a", "b")
    first, other = take(storage, "a", "b")
    [second] = take(storage, "a", holder="other", now=NOW + HOUR)
    with pytest.raises(StaleTicketError, match="source a"), storage.store.write(first) as unit:
        unit.save([a_change()], NOW)
    with storage.store.write(second) as unit:
        assert known_of(unit, a_prepared())[LOCATION] == {}
    with storage.store.write(other) as unit:
        unit.save([a_change()], NOW)


def test_a_pass_may_not_be_finished_with_an_old_ticket(storage: Storage) -> None:
    sync(storage, "a")
    [first] = take(storage, "a")
    [second] = take(storage, "a")
    with pytest.raises(StaleTicketError), storage.store.write() as unit:
        unit.finish([Ending(first, NextVisit(NOW, ""), Memory(), SourceReport("a"))], NOW)
    finish(storage, second, NOW)
    assert state(storage).last_run == NOW


def test_a_ticket_for_a_source_that_is_not_there_is_refused(storage: Storage) -> None:
    with pytest.raises(StaleTicketError), storage.store.write(Ticket("a", 0)):
        pass
