"""Which articles count as late: what nobody can tell the age of, and what comes with too many."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from aggregator.codes import AlarmCode, Code, RepairCode
from aggregator.model.alarm import Alarm
from aggregator.model.article import DateKind, Prepared
from aggregator.model.config import FeedPolicy
from aggregator.model.document import Repair
from aggregator.model.running import Tally
from aggregator.model.trouble import Trouble
from aggregator.visits.late import Lateness, UnreadableDates
from builders import NOW, PUBLISHED, a_change, a_prepared, a_sighting, a_verdict, an_article

BAD = Repair(RepairCode.BAD_DATE, "anno domini")


def a_document(kind: DateKind, *repairs: Repair, location: str = "a.md") -> Prepared:
    published = None if kind == "missing" else PUBLISHED
    return a_prepared(an_article(location, published=published, date_kind=kind, repairs=repairs))


UNDATED, UNREADABLE = a_document("missing"), a_document("missing", BAD)
DATED, BY_PATH = a_document("stated"), a_document("path", BAD)
AHEAD = a_document("missing", Repair(RepairCode.FUTURE_DATE))


CASES = {
    "dated: never": (False, 0, [DATED] * 9, "........."),
    "dated by what else tells it: never": (False, 0, [BY_PATH] * 3, "..."),
    "unreadable: always": (True, 0, [UNREADABLE] * 3, "LLL"),
    "undated, in the first visit: always": (False, 0, [UNDATED] * 3, "LLL"),
    "undated, later: beyond five": (True, 0, [UNDATED] * 7, ".....LL"),
    "undated, in a later batch of the visit": (True, 4, [UNDATED] * 3, ".LL"),
    "undated, long after five": (True, 900, [UNDATED], "L"),
    "a date that is ahead is none": (True, 4, [AHEAD, AHEAD], ".L"),
    "what is dated, or unreadable, takes nobody's place": (True, 4, [DATED, UNREADABLE, UNDATED, UNDATED], ".L.L"),
}


POLICY = FeedPolicy(at_once=3, late_after=timedelta(days=14))


@pytest.mark.parametrize(("known", "before", "documents", "late"), CASES.values(), ids=CASES)
def test_what_nobody_can_tell_the_age_of(known: bool, before: int, documents: list[Prepared], late: str) -> None:
    lateness = Lateness(known, Tally(undated=before), POLICY, NOW)
    assert "".join("L" if lateness.is_late(document) else "." for document in documents) == late


def in_a_topic(document: Prepared, *, matched: bool = True) -> Prepared:
    return replace(document, verdicts=(a_verdict("others", matched=False), a_verdict(matched=matched)))


def of_age(days: int) -> Prepared:
    return in_a_topic(a_prepared(an_article(published=NOW - timedelta(days=days))))


NEW, OLD, REFUSED = of_age(1), of_age(15), in_a_topic(DATED, matched=False)
AT_ONCE = {
    "three at once": (0, [NEW] * 5, "...LL"),
    "in a later batch": (2, [NEW] * 3, ".LL"),
    "long after three": (900, [NEW], "L"),
    "what is old waits by its own date, and takes nobody's place": (0, [OLD, OLD, OLD, NEW, NEW, NEW, NEW], "......L"),
    "nor does what is in no topic": (0, [REFUSED] * 5 + [DATED] * 2 + [NEW] * 4, "..........L"),
    "undated ones take one": (0, [in_a_topic(UNDATED)] * 5, "...LL"),
    "unreadable ones do not": (0, [in_a_topic(UNREADABLE)] * 4 + [NEW] * 3, "LLLL..."),
}


@pytest.mark.parametrize(("before", "documents", "late"), AT_ONCE.values(), ids=AT_ONCE)
def test_what_enters_at_once(before: int, documents: list[Prepared], late: str) -> None:
    lateness = Lateness(True, Tally(at_once=before), POLICY, NOW)
    assert "".join("L" if lateness.is_late(document) else "." for document in documents) == late


def test_a_visit_is_counted_over_its_batches() -> None:
    documents = [in_a_topic(UNDATED), UNDATED, NEW, OLD, UNREADABLE, DATED]
    at_once = Lateness(True, Tally(), POLICY, NOW)
    told = [at_once.is_late(document) for document in documents * 3]
    total, batches = Tally(), []
    for _ in range(3):
        late = Lateness(True, total, POLICY, NOW)
        batches += [late.is_late(document) for document in documents]
        total += late.counted()
    assert batches == told
    assert total == at_once.counted() == Tally(undated=6, at_once=6)


def test_places_are_counted_whether_they_were_read_in_this_visit_or_before() -> None:
    trouble = Trouble(Code.BAD_DATE, "", "someday")
    article = a_change().identity.id
    before = [a_sighting(f"{name}.md", article=article, trouble=trouble) for name in ("a", "b", "gone")]
    before += [a_sighting("page.md", article=article, trouble=Trouble(Code.FULL_TEXT, "", "")), a_sighting("sound.md")]
    dates = UnreadableDates()
    assert dates.alarm(before, {"gone.md", "a.md"}) == Alarm(
        AlarmCode.BAD_DATE, "the date of 1 document cannot be read; b.md: 'someday'"
    )
    dates.note(a_document("stated", location="b.md"))
    dates.note(a_document("missing", BAD, location="c.md"))
    assert dates.alarm(before, {"gone.md"}) == Alarm(
        AlarmCode.BAD_DATE, "the dates of 2 documents cannot be read; c.md: 'anno domini'"
    )
    dates.note(a_document("missing", location="a.md"))
    dates.note(a_document("path", BAD, location="c.md"))
    assert dates.alarm(before, {"gone.md"}) is None
