"""Which articles leave because their files hold others, and what keeps them."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

import pytest

from aggregator.codes import AlarmCode, Code
from aggregator.model.alarm import Alarm
from aggregator.model.article import Change, Sighting
from aggregator.model.config import Source
from aggregator.model.running import Batch, Learned, Outcome, Overwritten, Ticket, Visit
from aggregator.model.trouble import Trouble
from aggregator.visits.overwritten import overwritten, withdrawn
from builders import NOW, a_change, a_sighting

RETRACTING = Source("seeds", "files", deletes="retract")
OLD = UUID(int=1)
THERE = a_sighting(article=OLD, digest="old bytes")
CHANGE = a_change()


def batch(before: Sighting | None, source: Source = RETRACTING, present: frozenset[str] | None = None) -> Batch:
    known = {} if before is None else {before.location: before}
    return Batch(Visit(source, Ticket(source.name, 1), "r"), (CHANGE.prepared,), before=known, present=present)


SEEN = [
    # before → what is overwritten
    (None, []),
    (THERE, [OLD]),
    (a_sighting(), []),  # there was no article
    (replace(THERE, status="rejected"), [OLD]),  # between the two the file was no article
    (replace(THERE, status="vanished"), []),  # that was settled when it went
    (replace(THERE, article=CHANGE.identity.id), []),  # the same article
    (replace(THERE, digest=CHANGE.prepared.digest), []),  # the same file, read by other rules
    (replace(THERE, location="b.md"), []),
]


@pytest.mark.parametrize(("before", "found"), SEEN)
def test_what_is_overwritten(before: Sighting | None, found: list[UUID]) -> None:
    assert overwritten(batch(before), [CHANGE]) == found


def test_only_files_of_sources_that_retract_are_overwritten() -> None:
    changes: list[Change] = [CHANGE]
    assert overwritten(batch(THERE, replace(RETRACTING, deletes="keep")), changes) == []
    # A feed drops its old entries; whom it names by an old guid says nothing of them.
    assert overwritten(batch(THERE, present=frozenset({"2026/a.md"})), changes) == []


VISIT = Visit(RETRACTING, Ticket("seeds", 1), "r")
DONE = Outcome(Learned())


@pytest.mark.parametrize(
    ("articles", "places", "leave"),
    [(0, 0, True), (1, 1, True), (5, 5, True), (6, 6, False), (6, 59, False), (6, 60, True), (61, 600, False)],
)
def test_few_leave_and_many_raise_an_alarm(articles: int, places: int, leave: bool) -> None:
    left = Overwritten(tuple(UUID(int=number) for number in range(articles)), places)
    leaving, alarm = withdrawn(VISIT, DONE, left)
    assert (leaving == left.articles, alarm is None) == (leave, leave)
    if alarm:
        assert leaving == ()
        assert (alarm.code, alarm.code.remedy) == (
            AlarmCode.MOST_OVERWRITTEN,
            "if it is meant, collect it with `--accept-deletions`",
        )
        assert alarm.detail.startswith(f"{articles} of {places} files ")
    assert withdrawn(replace(VISIT, accept_losses=True), DONE, left) == (left.articles, None)


@pytest.mark.parametrize(
    "outcome",
    [
        replace(DONE, error=Trouble(Code.NO_FOLDER, "", "gone")),
        replace(DONE, alarms=(Alarm(AlarmCode.STOPPED, "stopped"),)),
        replace(DONE, alarms=(Alarm(AlarmCode.MOST_GONE, "1 of 12"),)),
        Outcome(Learned(held_until=NOW)),
    ],
    ids=["failed", "stopped", "most gone", "held"],
)
def test_a_visit_that_has_not_seen_all_withdraws_nothing(outcome: Outcome) -> None:
    assert withdrawn(VISIT, outcome, Overwritten((OLD,), 1)) == ((), None)
