"""Which articles count as late because nobody can tell how old they are."""

from __future__ import annotations

import pytest

from aggregator.codes import AlarmCode, Code, RepairCode
from aggregator.model.alarm import Alarm
from aggregator.model.article import DateKind, Prepared
from aggregator.model.document import Repair
from aggregator.model.trouble import Trouble
from aggregator.visits.tally import tally_of
from aggregator.visits.undated import Undated, UnreadableDates
from builders import PUBLISHED, a_change, a_prepared, a_sighting, an_article

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


@pytest.mark.parametrize(("known", "before", "documents", "late"), CASES.values(), ids=CASES)
def test_what_is_late(known: bool, before: int, documents: list[Prepared], late: str) -> None:
    undated = Undated(known, before)
    assert "".join("L" if undated.is_late(document) else "." for document in documents) == late


def test_undated_articles_of_a_visit_are_counted_if_they_are_new() -> None:
    first = tally_of([a_change(document) for document in (UNDATED, UNREADABLE, DATED, AHEAD)])
    second = tally_of([a_change(UNDATED, "revision"), a_change(UNDATED, "same"), a_change(UNDATED)])
    assert (first.undated, second.undated, (first + second).undated) == (2, 1, 3)


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
