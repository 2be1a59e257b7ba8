"""Lists that must be read again although they have not changed, because of what they point to."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from aggregator.codes import Code
from aggregator.errors import CollectError, RejectedError
from aggregator.model.article import Rejection, SightingStatus, Unread
from aggregator.model.running import Listing
from aggregator.visits.plan import RECHECK_AFTER
from aggregator.visits.worklist import ALWAYS
from builders import NOW, a_trouble
from visits.paper_visits import TOP, PaperCollector, Saying, a_state, done, further, seen

SLOW = CollectError(Code.TIMEOUT, "slow")
SAYS: dict[str, tuple[Saying, ...]] = {
    "top": (further("list-1", "list-2", kind="sitemap"),),
    "list-2": (further("b", via="list-2"),),
}


@pytest.mark.parametrize("trouble", [SLOW, RejectedError(Code.http(404), "gone"), "empty"], ids=str)
def test_the_list_of_a_page_that_gave_no_article(trouble: CollectError | RejectedError | str) -> None:
    saying: Saying = Rejection("a", Code.EMPTY, "", None, "1", "1") if isinstance(trouble, str) else trouble
    says = {**SAYS, "list-1": (further("a", "c", via="list-1"),), "a": (saying,)}
    collector = PaperCollector(says)
    again = done(collector, a_state(collector)).state.again()
    assert again["list-1"] == (ALWAYS if trouble is SLOW else NOW + RECHECK_AFTER)
    assert "list-2" not in again


def test_every_list_that_points_to_it() -> None:
    says = {**SAYS, "list-1": (further("b", via="list-1"),), "b": (SLOW,)}
    collector = PaperCollector(says)
    assert {"list-1", "list-2"} <= set(done(collector, a_state(collector)).state.again())


def test_the_list_of_a_page_that_failed_before_and_fails_again() -> None:
    says = {**SAYS, "list-1": (further("a", via="list-1"),), "a": (SLOW,)}
    collector = PaperCollector(says)
    outcome = done(collector, a_state(collector, seen("a", "failed")))
    assert collector.asked[-1] == "a"
    assert outcome.state.again()["list-1"] == ALWAYS
    assert "list-2" not in outcome.state.again()


def test_the_list_of_a_page_whose_turn_did_not_come() -> None:
    says = {**SAYS, "list-1": (further("a", via="list-1"),)}
    collector = PaperCollector(says, takes=timedelta(seconds=25))
    outcome = done(collector, a_state(collector, seen("a", "failed")))
    assert collector.asked == ["top", "list-1", "list-2"]
    assert set(outcome.state.again()) >= {"list-1", "list-2"}
    assert not outcome.state.complete


def test_a_list_that_was_something_else() -> None:
    collector = PaperCollector({**SAYS, "list-1": (Rejection("list-1", Code.NOT_A_SITEMAP, "", None, "", ""),)})
    outcome = done(collector, a_state(collector))
    assert (outcome.outcome.error, outcome.state.again()["list-1"]) == (None, ALWAYS)


@pytest.mark.parametrize(("status", "reason"), [("rejected", "http-404: gone"), ("new", "full-text: http-404: gone")])
def test_the_list_of_an_entry_in_doubt_once_the_doubt_has_aged(status: SightingStatus, reason: str) -> None:
    before = replace(seen("a", status), trouble=a_trouble(reason), seen=NOW - timedelta(hours=5))
    for saying in (Unread("a"), further("a", stamp="1", via="top")):
        collector = PaperCollector({"top": (saying,)})
        outcome = done(collector, a_state(collector, before))
        assert collector.asked == ["top"]
        assert outcome.state.again()["top"] == NOW - timedelta(hours=5) + RECHECK_AFTER
        assert outcome.state.complete


def test_lists_come_first_that_were_asked_for_the_longest_ago() -> None:
    says: dict[str, tuple[Saying, ...]] = {
        "top": (further("a", "b", "new", "c", kind="sitemap"),),
        **dict.fromkeys(("a", "b", "new", "c"), ()),
    }
    collector = PaperCollector(says, Listing((TOP,), complete=False, asked=("c", "a", "b")))
    done(collector, a_state(collector))
    assert collector.asked == ["top", "new", "c", "a", "b"]
