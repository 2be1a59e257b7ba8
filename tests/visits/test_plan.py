"""What a pass reads, leaves alone, and takes as gone."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest

from aggregator.codes import AlarmCode, Code
from aggregator.model.article import Sighting
from aggregator.model.document import Lead
from aggregator.model.running import Listing
from aggregator.model.trouble import Trouble
from aggregator.visits.plan import plan_visit
from builders import NOW, a_sighting, a_trouble

ARTICLE = UUID(int=1)


def a_lead(location: str, stamp: str = "1") -> Lead:
    return Lead("seeds", location, stamp)


def remembered(*sightings: Sighting) -> dict[str, Sighting]:
    return {sighting.location: sighting for sighting in sightings}


def listing(*leads: Lead, complete: bool = True) -> Listing:
    return Listing(leads, complete)


def test_an_equal_stamp_is_left_alone() -> None:
    plan = plan_visit(listing(a_lead("a.md")), remembered(a_sighting("a.md")), "r", NOW)
    assert (plan.unread, plan.unchanged, plan.vanished) == ((), 1, ())


def test_what_is_read() -> None:
    memory = remembered(
        a_sighting("stamp.md"),
        a_sighting("unsettled.md", stamp=""),
        a_sighting("failed.md", "failed"),
        a_sighting("back.md", "vanished"),
        a_sighting("rejected.md", "rejected"),
    )
    leads = [
        a_lead("new.md"),
        a_lead("stamp.md", "2"),
        a_lead("unsettled.md", ""),
        a_lead("failed.md"),
        a_lead("back.md"),
        a_lead("rejected.md"),
    ]
    plan = plan_visit(listing(*leads), memory, "r", NOW)
    assert [lead.location for lead in plan.unread] == ["new.md", "stamp.md", "unsettled.md", "failed.md", "back.md"]
    assert plan.unchanged == 1


def test_new_cleaning_rules_read_everything_again() -> None:
    plan = plan_visit(listing(a_lead("a.md")), remembered(a_sighting("a.md")), "other rules", NOW)
    assert len(plan.unread) == 1


def test_what_is_no_longer_listed_has_vanished_once() -> None:
    memory = remembered(a_sighting("a.md", article=ARTICLE), a_sighting("b.md", "vanished"), a_sighting("c.md"))
    plan = plan_visit(listing(a_lead("c.md")), memory, "r", NOW)
    assert [sighting.location for sighting in plan.vanished] == ["a.md"]
    assert plan.vanished[0].article == ARTICLE


def test_an_incomplete_listing_says_nothing_of_what_is_gone() -> None:
    plan = plan_visit(listing(complete=False), remembered(a_sighting("a.md")), "r", NOW)
    assert plan.vanished == ()


def test_a_listing_that_lost_most_of_its_leads_is_an_alarm_and_deletes_nothing() -> None:
    memory = remembered(*(a_sighting(f"{n}.md") for n in range(20)))
    plan = plan_visit(listing(*(a_lead(f"{n}.md") for n in range(9))), memory, "r", NOW)
    assert plan.vanished == ()
    assert plan.alarm
    assert plan.alarm.code is AlarmCode.MOST_GONE
    assert "9 of 20" in plan.alarm.detail
    plan = plan_visit(listing(*(a_lead(f"{n}.md") for n in range(10))), memory, "r", NOW)
    assert len(plan.vanished) == 10
    assert plan.alarm is None
    plan = plan_visit(listing(a_lead("0.md")), memory, "r", NOW, accept_losses=True)
    assert len(plan.vanished) == 19


def test_a_small_source_that_is_empty_at_once_is_an_alarm_too() -> None:
    two = remembered(a_sighting("a.md"), a_sighting("b.md"))
    assert plan_visit(listing(), two, "r", NOW).alarm
    assert plan_visit(listing(), remembered(a_sighting("a.md")), "r", NOW).alarm is None


def test_a_document_that_may_have_failed_by_our_fault_is_tried_again_after_a_day() -> None:
    for code, again in (("timeout", True), ("crashed", True), ("memory", True), ("internal", True), ("empty", False)):
        memory = remembered(a_sighting("a.md", "rejected", trouble=a_trouble(f"{code}: words")))
        soon = plan_visit(listing(a_lead("a.md")), memory, "r", NOW + timedelta(hours=23))
        later = plan_visit(listing(a_lead("a.md")), memory, "r", NOW + timedelta(days=1))
        assert (len(soon.unread), len(later.unread)) == (0, int(again)), code


DENIED = Trouble(Code.UNREADABLE, "x/", "Permission denied")


def test_what_is_in_a_part_that_could_not_be_looked_at_is_not_gone() -> None:
    partly = Listing((), complete=True, troubles=(DENIED,), unseen=("x/",))
    plan = plan_visit(partly, remembered(a_sighting("x/a.md"), a_sighting("y/a.md")), "r", NOW, accept_losses=True)
    assert [sighting.location for sighting in plan.vanished] == ["y/a.md"]
    assert plan.troubles == (DENIED,)


@pytest.mark.parametrize("unseen", ["news", "news/"])
def test_a_part_that_could_not_be_looked_at_protects_nothing_beside_it(unseen: str) -> None:
    partly = Listing((), complete=True, unseen=(unseen,))
    there = remembered(a_sighting("news/a.md"), a_sighting("newsflash.md"), a_sighting("news.md"))
    plan = plan_visit(partly, there, "r", NOW, accept_losses=True)
    assert sorted(sighting.location for sighting in plan.vanished) == ["news.md", "newsflash.md"]
