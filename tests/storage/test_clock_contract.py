"""What a clock that was set leaves in the store: a schedule within reach, and instants in order and not far ahead."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from aggregator.model.article import Admission, Change, Routing
from aggregator.model.config import Source
from aggregator.model.fetching import HostMemory
from aggregator.model.reading import Entry, Query
from aggregator.model.running import Ending, Memory, NextVisit, SourceReport
from aggregator.model.trouble import Trouble
from builders import NOW, PUBLISHED, a_change, a_prepared, a_trouble, an_article
from storage import Storage
from storage.write.ahead import EARLIEST, FAR, Seen, was_ahead
from store_steps import revised

SECOND, MINUTE, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)
DAY, YEAR = timedelta(days=1), timedelta(days=365)
EVERY = Source("a", every=10 * MINUTE)
REMOTE = Source("a", kind="feed", url="https://a.example/")
CRON = Source("a", cron="0 * * * *", timezone="UTC")


def visited(storage: Storage, source: Source, now: datetime, wait: timedelta, error: Trouble | None = None) -> None:
    """A visit that ended at ``now``, with the next one planned so long after it."""
    storage.agenda.sync([source], now)
    (ticket,) = storage.agenda.take([source.name], "me", now + MINUTE, now)
    memory = Memory(failures=1 if error else 0)
    report = SourceReport(source.name, found=1, new=1, error=str(error or ""))
    with storage.store.write(ticket) as unit:
        unit.finish([Ending(ticket, NextVisit(now + wait, "why"), memory, report, error)], now)


BUSY = a_trouble("busy")
WAITS: dict[str, tuple[Source, timedelta, Trouble | None, timedelta, timedelta]] = {
    "every 10m, set back by ten minutes": (EVERY, 10 * MINUTE, None, -10 * MINUTE, timedelta(0)),
    "every 10m, set back by 25 minutes": (EVERY, 10 * MINUTE, None, -25 * MINUTE, timedelta(0)),
    "every 10m, set back by ten years": (EVERY, 10 * MINUTE, None, -10 * YEAR, timedelta(0)),
    "its own rhythm, set back by a day": (REMOTE, HOUR, None, -DAY, HOUR),
    "its own rhythm, set back by ten years": (REMOTE, HOUR, None, -10 * YEAR, timedelta(0)),
    "Retry-After, set back by five days": (REMOTE, 7 * DAY, BUSY, -5 * DAY, 7 * DAY),
    "after a failure, set back by a minute": (REMOTE, 15 * MINUTE, BUSY, -MINUTE, 15 * MINUTE),
    "hourly by cron, set back by half an hour": (CRON, HOUR, None, -30 * MINUTE, 30 * MINUTE),
    "hourly by cron, set back by ten years": (CRON, HOUR, None, -10 * YEAR, HOUR),
    "cron after Retry-After, set back by 5h": (CRON, 3 * HOUR, BUSY, -5 * HOUR, 4 * HOUR),
    "every 10m, set ahead by an hour": (EVERY, 10 * MINUTE, None, HOUR, -50 * MINUTE),
}
"""Source, how long it was to wait, why it failed, how the clock is set then, and how long it waits from there on."""


@pytest.mark.parametrize(("source", "wait", "error", "by", "left"), WAITS.values(), ids=WAITS)
def test_a_source_waits_no_longer_than_it_was_meant_to(
    storage: Storage, source: Source, wait: timedelta, error: Trouble | None, by: timedelta, left: timedelta
) -> None:
    visited(storage, source, NOW, wait, error)
    now = NOW + by
    storage.agenda.mend_schedule([source], now)
    (state,) = storage.agenda.states()
    assert state.next_due is not None
    assert state.next_due - now == left
    assert storage.agenda.due(now + max(left, timedelta(0)), 10) == ["a"]


def test_a_mended_schedule_is_told_and_stays(storage: Storage) -> None:
    visited(storage, EVERY, NOW, 10 * MINUTE)
    assert storage.agenda.mend_schedule([EVERY], NOW - HOUR) == ["a"]
    assert storage.agenda.states()[0].reason == "due too far ahead: was the clock wrong?"
    for passed in range(3):
        storage.agenda.mend_schedule([EVERY], NOW - HOUR + passed * MINUTE)
    assert storage.agenda.due(NOW - HOUR + 10 * MINUTE, 10) == ["a"]


def test_a_schedule_of_a_sound_clock_is_left_alone(storage: Storage) -> None:
    visited(storage, REMOTE, NOW, 30 * DAY)
    assert storage.agenda.mend_schedule([REMOTE], NOW) == []
    assert storage.agenda.mend_schedule([REMOTE], NOW + DAY) == []


def test_a_source_that_was_new_to_a_clock_far_ahead_is_due_now(storage: Storage) -> None:
    storage.agenda.sync([EVERY], NOW + 10 * YEAR)
    assert storage.agenda.mend_schedule([EVERY], NOW) == ["a"]
    assert storage.agenda.due(NOW, 10) == ["a"]


def test_what_the_dead_held_when_the_clock_was_ahead_is_free(storage: Storage) -> None:
    storage.agenda.sync([EVERY], NOW)
    storage.agenda.take(["a"], "dead", NOW + YEAR, NOW + YEAR)
    assert storage.agenda.due(NOW, 10) == ["a"]
    assert [ticket.source for ticket in storage.agenda.take(["a"], "me", NOW + MINUTE, NOW)] == ["a"]


def test_when_something_new_came_last_does_not_lie_ahead_for_good(storage: Storage) -> None:
    visited(storage, EVERY, NOW + YEAR, 10 * MINUTE)
    (ticket,) = storage.agenda.take(["a"], "me", NOW + MINUTE, NOW)
    report = SourceReport("a", found=1, unchanged=1)
    with storage.store.write(ticket) as unit:
        unit.finish([Ending(ticket, NextVisit(NOW + HOUR, "why"), Memory(), report)], NOW)
    assert storage.agenda.states()[0].last_new == NOW


def test_a_host_s_hold_is_stored_with_its_beginning(storage: Storage) -> None:
    memory = HostMemory("a.example", NOW + HOUR, "429", 2, held_since=NOW)
    with storage.store.write() as unit:
        unit.keep_host(memory)
    assert storage.agenda.host("a.example") == memory


def dated(name: str, published: datetime | None = None) -> Change:
    kind = "missing" if published is None else "stated"
    return a_change(a_prepared(an_article(name, name, published=published, date_kind=kind)))  # type: ignore[arg-type]


def store(storage: Storage, clock: datetime, *changes: Change) -> datetime:
    """As the pipeline stores: the instant that it was dated by."""
    with storage.store.write() as unit:
        now = unit.dated(clock)
        unit.save(changes, now)
        unit.route([Routing(c.identity.id, (), (Admission("centers", now),)) for c in changes], "rules", now)
    return now


def entries(storage: Storage) -> tuple[Entry, ...]:
    """Of the feed, the newest first."""
    return storage.archive.entries(Query(feed="centers"))


@pytest.mark.parametrize("back", [timedelta(seconds=1), 10 * MINUTE, HOUR])
def test_a_clock_that_is_set_back_keeps_the_order_of_entries(storage: Storage, back: timedelta) -> None:
    store(storage, NOW, dated("first"))
    given = [store(storage, NOW - back + n * MINUTE / 10, dated(name)) for n, name in enumerate(("second", "third"))]
    assert [NOW, *given] == sorted({NOW, *given})
    assert [entry.title for entry in entries(storage)] == ["third", "second", "first"]
    updated = [entry.updated for entry in entries(storage)]
    assert updated == sorted(set(updated), reverse=True)


def test_a_revision_made_by_a_clock_that_was_set_back_is_newer_than_all_before(storage: Storage) -> None:
    old, other = dated("old", PUBLISHED), dated("other")
    store(storage, NOW, old)
    store(storage, NOW, other)
    store(storage, NOW - 10 * MINUTE, revised(old, "第二版。"))
    by_id = {entry.id: entry.updated for entry in entries(storage)}
    assert by_id[old.identity.id] > by_id[other.identity.id]


def test_what_a_clock_far_ahead_has_dated_is_brought_back_in_its_order(storage: Storage) -> None:
    early = dated("early", PUBLISHED)
    store(storage, NOW - DAY, early)
    store(storage, NOW + 10 * YEAR, dated("b"), dated("a"))
    store(storage, NOW + 10 * YEAR + HOUR, dated("c"), revised(early, "第二版。"))
    before = [entry.title for entry in entries(storage)]
    version = storage.archive.feed_versions()["centers"].wanted
    assert storage.store.mend_instants(NOW) == 3
    for entry in entries(storage):
        assert max(entry.published, entry.updated, entry.first_seen) <= NOW, entry.title
    assert [entry.title for entry in entries(storage)] == before
    updated = [entry.updated for entry in entries(storage)]
    assert len(set(updated)) == len(updated)
    assert entries(storage)[-1].published in {NOW, PUBLISHED} or before[-1] != "early"
    assert storage.archive.feed_versions()["centers"].wanted == version + 1
    assert storage.store.mend_instants(NOW) == 0
    assert store(storage, NOW + MINUTE, dated("d")) == NOW + MINUTE
    assert entries(storage)[0].title == "d"


def test_stated_dates_are_not_moved(storage: Storage) -> None:
    store(storage, NOW + 10 * YEAR, dated("stated", PUBLISHED))
    assert storage.store.mend_instants(NOW) == 1
    assert [(entry.published, entry.first_seen) for entry in entries(storage)] == [(PUBLISHED, NOW - SECOND)]


def daily(storage: Storage) -> None:
    """A year of articles, one a week."""
    for week in range(52):
        store(storage, NOW + week * timedelta(weeks=1), dated(f"w{week}"))


WRONG_NOW: dict[str, Callable[[], datetime]] = {
    "1970, before the network told": lambda: datetime.fromtimestamp(0, NOW.tzinfo),
    "months back, amid what was seen": lambda: NOW + timedelta(weeks=20, days=2),
    "before all that was seen": lambda: NOW - 5 * DAY,
}


@pytest.mark.parametrize("now", WRONG_NOW.values(), ids=WRONG_NOW)
def test_where_it_is_the_present_clock_that_is_behind_nothing_is_moved(
    storage: Storage, now: Callable[[], datetime]
) -> None:
    daily(storage)
    before = entries(storage)
    assert storage.store.mend_instants(now()) == 0
    assert entries(storage) == before
    assert store(storage, now(), dated("more")) > max(entry.first_seen for entry in before)


SEEN = {
    "a hole of years before three days": (Seen(NOW - HOUR, NOW + YEAR, NOW + YEAR + 3 * DAY), NOW, True),
    "nothing before": (Seen(None, NOW + YEAR, NOW + YEAR), NOW, True),
    "no hole": (Seen(NOW + HOUR, NOW + 2 * DAY, NOW + 2 * DAY), NOW, False),
    "a longer time than the hole": (Seen(NOW - HOUR, NOW + 5 * DAY, NOW + YEAR), NOW, False),
    "a clock that says less than it can be": (Seen(None, NOW, NOW), EARLIEST - DAY, False),
}


@pytest.mark.parametrize(("seen", "now", "moved"), SEEN.values(), ids=SEEN)
def test_which_clock_was_wrong(seen: Seen, now: datetime, moved: bool) -> None:
    assert seen.first > now + FAR
    assert was_ahead(seen, now) is moved
