"""Which source is due, who holds it, and what a pass leaves behind."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from aggregator.codes import AlarmCode, Code, RemarkCode
from aggregator.errors import StaleTicketError
from aggregator.model.alarm import Alarm, Remark
from aggregator.model.article import HASH, LOCATION
from aggregator.model.config import Clean, Limits, Source
from aggregator.model.reading import Query
from aggregator.model.running import Ending, Memory, Move, NextVisit, SourceReport, SourceState, Ticket
from aggregator.model.trouble import Trouble
from builders import NOW, a_change, a_prepared, a_sighting, a_trouble, again, an_article
from storage import Storage
from store_steps import known_of, sight

HOUR = timedelta(hours=1)
FEWER = (Alarm(AlarmCode.MOST_GONE, "fewer"), Alarm(AlarmCode.STOPPED, "two; or 三"))


def sync(storage: Storage, *names: str, now: datetime = NOW) -> None:
    storage.agenda.sync([Source(name) for name in names], now)


def take(storage: Storage, *names: str, holder: str = "me", now: datetime = NOW) -> list[Ticket]:
    return list(storage.agenda.take(names, holder, now + HOUR, now))


def finish(storage: Storage, ticket: Ticket, due: datetime, now: datetime = NOW, **report: object) -> None:
    # A pass in which nothing happens counts and tidies nothing.
    happened = {"found": 1, "duplicate": 1}
    outcome = SourceReport(ticket.source, **happened | report)  # type: ignore[arg-type]
    before = storage.agenda.memories([ticket.source])[ticket.source].failures
    memory = Memory(cursor="cursor", failures=before + 1 if outcome.error else 0)
    error = a_trouble(outcome.error) if outcome.error else None
    with storage.store.write(ticket) as unit:
        unit.finish([Ending(ticket, NextVisit(due, "every hour"), memory, outcome, error)], now)


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
    passes: list[dict[str, Any]] = [
        {"new": 2},
        {},
        {"error": "dns: gone"},
        {"error": "of no class"},
        {"alarms": FEWER},
    ]
    expected = [
        # last success, last new, failures, error, alarm
        (0, 0, 0, "", ()),
        (1, 0, 0, "", ()),
        (1, 0, 1, "dns: gone", ()),
        (1, 0, 2, "of no class", ()),
        (4, 0, 0, "", FEWER),
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
            error_code=a_trouble(error).code if error else None,
            remedy=a_trouble(error).code.remedy if error else "",
            failures=failures,
            alarms=alarm,
        )


def test_alarms_and_remarks_stay_while_the_document_is_unchanged(storage: Storage) -> None:
    sync(storage, "a")
    remarks = (Remark(RemarkCode.NONE, "says all twice"),)
    for read, told in ((True, (FEWER, remarks)), (False, (FEWER, remarks)), (True, ((), ()))):
        [ticket] = take(storage, "a")
        report = SourceReport("a", alarms=FEWER if not state(storage).alarms and read else ())
        end = Ending(ticket, NextVisit(NOW, ""), Memory(), report, read=read, remarks=remarks if report.alarms else ())
        with storage.store.write(ticket) as unit:
            unit.finish([end], NOW)
        assert (state(storage).alarms, state(storage).remarks) == told


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

REMEMBERED = Memory(cursor="etag", move=Move("https://moved.example/", NOW), seen=False)
LATER = NOW + HOUR / 4


def edited(
    storage: Storage, source: Source, change: dict[str, Any], due: timedelta = HOUR
) -> tuple[SourceState, Memory]:
    """What there is of a source that was looked at at NOW, is due later, and was edited in the meantime."""
    storage.agenda.sync([source], NOW)
    with storage.store.write(*take(storage, "a")) as unit:
        unit.finish([Ending(Ticket("a", 1), NextVisit(NOW + due, "as told"), REMEMBERED, SourceReport("a"))], NOW)
    storage.agenda.sync([source, Source("b")], LATER)
    assert storage.agenda.due(LATER, 10) == ["b"]
    storage.agenda.sync([replace(source, **change)], LATER)
    return state(storage), storage.agenda.memories(["a"])["a"]


ASKS: list[dict[str, Any]] = [
    {"path": "elsewhere"},
    {"include": ("*.txt",)},
    {"exclude": ("drafts/**",)},
    {"deletes": "retract"},
    {"limits": Limits(entries=10)},
    {"headers": {"X-Api-Key": "another"}},
    {"proxy": "http://proxy.example:3128"},
]


@pytest.mark.parametrize("change", ASKS, ids=" ".join)
def test_another_address_or_way_of_asking_is_asked_at_once_as_if_for_the_first_time(
    storage: Storage, change: dict[str, Any]
) -> None:
    now, memory = edited(storage, Source("a", every=HOUR), change)
    assert (now.next_due, now.reason) == (LATER, "changed definition")
    assert (memory.cursor, memory.move) == ("", None)


READS: list[dict[str, Any]] = [
    {"timezone": "UTC"},
    {"clean": Clean(remove=(".advertisement",))},
    {"full_text": "article"},
    {"limits": Limits(bytes=10)},
]


@pytest.mark.parametrize("change", READS, ids=" ".join)
def test_other_rules_of_reading_are_due_at_once_and_forget_nothing(storage: Storage, change: dict[str, Any]) -> None:
    now, memory = edited(storage, Source("a", every=HOUR), change)
    assert (now.next_due, now.reason) == (LATER, "changed rules of reading")
    assert memory == REMEMBERED


QUIET: list[dict[str, Any]] = [
    {"title": "甲报"},
    {"rights": "© 甲报"},
    {"publish": "link"},
    {"silent_after": HOUR},
    {"gap": HOUR},
    {"every": HOUR * 2},
    {"every": HOUR, "min": HOUR, "max": HOUR * 2},
]


@pytest.mark.parametrize("change", QUIET, ids=" ".join)
def test_an_edit_that_moves_nothing_here_leaves_all_as_it_was(storage: Storage, change: dict[str, Any]) -> None:
    now, memory = edited(storage, Source("a", every=HOUR), change)
    assert (now.next_due, now.reason) == (NOW + HOUR, "as told")
    assert memory == REMEMBERED


FEED = Source("a", "feed")
SCHEDULES: list[tuple[Source, dict[str, Any], timedelta]] = [
    # what it was, the edit, when it is due after its last visit; it was to be after a day
    (Source("a"), {"every": HOUR / 2}, HOUR / 2),
    (Source("a"), {"every": HOUR / 5}, HOUR / 4),
    (Source("a"), {"cron": "20 16 * * *"}, HOUR / 3),  # 16:20 in Shanghai is 08:20
    (Source("a", cron="0 8 1 1 *"), {"cron": None, "every": HOUR / 2}, HOUR / 2),
    (FEED, {"max": HOUR * 2}, HOUR * 2),
    (FEED, {"every": HOUR * 3}, HOUR * 3),
]


@pytest.mark.parametrize(("source", "change", "after"), SCHEDULES)
def test_another_schedule_counts_from_the_last_visit(
    storage: Storage, source: Source, change: dict[str, Any], after: timedelta
) -> None:
    source = source if source.remote or source.cron else replace(source, every=HOUR * 24)
    now, memory = edited(storage, source, {"every": None} | change, due=HOUR * 24)
    assert (now.next_due, now.reason) == (NOW + after, "changed schedule")
    assert memory == REMEMBERED


def test_a_source_that_failed_is_not_asked_sooner_by_another_schedule(storage: Storage) -> None:
    storage.agenda.sync([FEED], NOW)
    with storage.store.write(*take(storage, "a")) as unit:
        visit = NextVisit(NOW + HOUR * 9, "Retry-After")
        unit.finish(
            [Ending(Ticket("a", 1), visit, Memory(failures=1), SourceReport("a"), a_trouble("http-503: no"))], NOW
        )
    storage.agenda.sync([replace(FEED, every=HOUR)], LATER)
    assert (state(storage).next_due, state(storage).reason) == (visit.at, visit.reason)


def test_a_schedule_that_changed_while_its_source_was_collected_is_not_forgotten(storage: Storage) -> None:
    storage.agenda.sync([Source("a", every=HOUR * 24)], NOW)
    finish(storage, take(storage, "a")[0], due=NOW, now=NOW)
    [ticket] = take(storage, "a")
    storage.agenda.sync([Source("a", every=HOUR)], LATER)
    finish(storage, ticket, NOW + HOUR * 24, NOW + HOUR / 2)
    assert storage.agenda.due(NOW + HOUR / 2, 10) == ["a"]


def test_a_digest_of_an_earlier_version_costs_no_source_its_memory(storage: Storage, url: str) -> None:
    source = Source("a", every=HOUR)
    edited(storage, source, {})
    with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as connection, connection:
        connection.execute("UPDATE source SET definition = ?", ("0123456789abcdef" * 4,))
    storage.agenda.sync([replace(source, clean=Clean(remove=("p",)))], LATER)
    assert storage.agenda.memories(["a"])["a"] == REMEMBERED
    assert state(storage).next_due == NOW + HOUR
    storage.agenda.sync([replace(source, path="elsewhere")], LATER)
    assert storage.agenda.memories(["a"])["a"].cursor == ""


def test_a_source_that_changed_while_it_was_collected_is_collected_again(storage: Storage) -> None:
    sync(storage, "a")
    [ticket] = take(storage, "a")
    storage.agenda.sync([Source("a", path="elsewhere")], NOW + HOUR / 4)
    finish(storage, ticket, NOW + HOUR, NOW + HOUR / 2)
    assert storage.agenda.due(NOW + HOUR / 2, 10) == ["a"]
    assert storage.agenda.memories(["a"])["a"].cursor == ""
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


READ_AGAIN = "changed rules of reading"


def reread(storage: Storage, now: datetime, error: str = "", left: bool = False) -> None:
    """A visit that asks nothing, from beginning to end."""
    [ticket] = take(storage, "a", now=now)
    memory = replace(storage.agenda.memories(["a"])["a"], cursor="read again")
    rest = NextVisit(now, "documents were left") if left else None
    report = SourceReport("a", found=1, rejected=1, error=error)
    trouble = Trouble(Code.NOTHING_SELECTED, "", error.partition(": ")[2]) if error else None
    with storage.store.write(ticket) as unit:
        unit.finish([Ending(ticket, rest, memory, report, trouble, reread=True)], now)


def test_after_it_was_read_again_a_source_is_due_as_it_was(storage: Storage) -> None:
    edited(storage, FEED, {"clean": Clean(remove=("p",))})
    before = replace(state(storage), next_due=NOW + HOUR, reason="as told")
    assert storage.agenda.due(LATER, 10) == ["a"]
    reread(storage, LATER)
    assert replace(state(storage), articles=before.articles) == before
    assert storage.agenda.memories(["a"])["a"].cursor == "read again"
    assert storage.agenda.due(LATER, 10) == []
    assert storage.agenda.due(NOW + HOUR, 10) == ["a"]


def test_of_a_source_that_is_read_again_what_was_left_is_due_at_once(storage: Storage) -> None:
    edited(storage, FEED, {"clean": Clean(remove=("p",))})
    reread(storage, LATER, left=True)
    assert (state(storage).next_due, state(storage).reason) == (LATER, READ_AGAIN)


def test_another_schedule_counts_although_a_source_waits_to_be_read_again(storage: Storage) -> None:
    source = replace(FEED, clean=Clean(remove=("p",)))
    edited(storage, FEED, {"clean": source.clean}, due=HOUR * 24)
    storage.agenda.sync([replace(source, every=HOUR * 2)], LATER)
    assert (state(storage).next_due, state(storage).reason) == (LATER, READ_AGAIN)
    reread(storage, LATER)
    assert (state(storage).next_due, state(storage).reason) == (NOW + HOUR * 2, "changed schedule")


def test_an_edit_while_a_source_is_read_again_is_not_forgotten(storage: Storage) -> None:
    edited(storage, FEED, {"clean": Clean(remove=("p",))})
    [ticket] = take(storage, "a", now=LATER)
    later = LATER + timedelta(minutes=1)
    storage.agenda.sync([FEED], later)
    with storage.store.write(ticket) as unit:
        unit.finish([Ending(ticket, None, REMEMBERED, SourceReport("a"), reread=True)], later)
    assert (state(storage).next_due, state(storage).reason) == (later, READ_AGAIN)


def test_a_visit_that_asks_has_read_by_the_new_rules_as_well(storage: Storage) -> None:
    edited(storage, FEED, {"clean": Clean(remove=("p",))})
    finish(storage, take(storage, "a", now=LATER)[0], NOW + HOUR * 5, LATER)
    assert (state(storage).next_due, state(storage).reason) == (NOW + HOUR * 5, "every hour")


def test_a_source_that_failed_is_asked_at_once_after_an_edit_and_its_error_stays_until_then(storage: Storage) -> None:
    storage.agenda.sync([FEED], NOW)
    finish(storage, take(storage, "a")[0], NOW + HOUR * 9, error="http-503: no")
    storage.agenda.sync([replace(FEED, clean=Clean(remove=("p",)))], LATER)
    reread(storage, LATER)
    assert storage.agenda.due(LATER, 10) == ["a"]
    assert (state(storage).error, state(storage).failures) == ("http-503: no", 1)


def test_a_fault_of_reading_again_is_told_until_it_is_mended(storage: Storage) -> None:
    edited(storage, FEED, {"clean": Clean(remove=("p",))})
    for error in ("nothing-selected: no", ""):
        reread(storage, LATER, error)
        assert (state(storage).error, state(storage).failures) == (error, 0)
