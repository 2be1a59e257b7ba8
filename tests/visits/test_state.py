"""One pass over one source: which documents are read, in which order, and what is noted of the others."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from aggregator.codes import Code
from aggregator.errors import CollectError, RejectedError
from aggregator.model.article import Rejection, Retracted, Sighting, Unread
from aggregator.model.running import Listing, Memory
from aggregator.model.trouble import Trouble
from aggregator.visits.state import MOST_FAULTS
from aggregator.visits.worklist import DEEPEST, MOST_INDEXES
from builders import NOW, a_sighting
from visits.paper_visits import PaperCollector, a_lead, a_state, an_article_at, done, facts, further, seen, step

SLOW_VALUE = Trouble(Code.TIMEOUT, "", "slow")


class TestOrder:
    def test_a_list_is_done_with_before_the_next_one_is_asked_for(self) -> None:
        collector = PaperCollector(
            {
                "top": (further("list-1", "list-2", kind="sitemap"),),
                "list-1": (further("a", "b", depth=2),),
                "list-2": (further("c", depth=2),),
            }
        )
        assert done(collector, a_state(collector)).articles == ["a", "b", "c"]
        assert collector.asked == ["top", "list-1", "a", "b", "list-2", "c"]

    def test_what_could_not_be_had_before_comes_last(self) -> None:
        collector = PaperCollector(
            {"top": (further("a", "b"), further("list", kind="sitemap")), "list": (further("c", depth=2),)}
        )
        done(collector, a_state(collector, seen("a", "failed")))
        assert collector.asked == ["top", "b", "list", "c", "a"]

    def test_what_two_documents_point_to_is_asked_for_once(self) -> None:
        collector = PaperCollector(
            {
                "top": (further("a", "a"), further("list", kind="list-page")),
                "list": (further("a", "b"), further("list", kind="list-page")),
            }
        )
        done(collector, a_state(collector))
        assert collector.asked == ["top", "a", "list", "b"]

    def test_what_is_preferred_comes_first(self) -> None:
        leads = tuple(a_lead(name, "post", depth=0) for name in "abc")
        collector = PaperCollector({}, Listing(leads, complete=True))
        outcome = done(collector, a_state(collector, kind="files"), lambda lead: lead.location == "b")
        assert outcome.articles == ["b", "a", "c"]


class TestLimits:
    def test_lists_that_lead_too_deep_are_not_followed(self) -> None:
        deep = {f"{level}": (further(f"{level + 1}", kind="sitemap", depth=level + 1),) for level in range(1, 9)}
        collector = PaperCollector({"top": (further("1", kind="sitemap", depth=1),), **deep})
        outcome = done(collector, a_state(collector))
        assert collector.asked == ["top", *(str(level) for level in range(1, DEEPEST + 1))]
        assert outcome.report.alarm == f"not all documents were followed: {DEEPEST + 1} leads too far"

    def test_lists_without_end_are_not_followed(self) -> None:
        lists = [f"list-{number}" for number in range(MOST_INDEXES + 3)]
        collector = PaperCollector({"top": (further(*lists, "a", kind="sitemap"),), **dict.fromkeys(lists, ())})
        outcome = done(collector, a_state(collector))
        assert collector.asked == ["top", *lists[:MOST_INDEXES]]
        assert "not all documents were followed" in outcome.report.alarm

    @pytest.mark.parametrize(
        ("sightings", "asked", "left"),
        [
            pytest.param((), ["top", "a", "b"], 2, id="what there was no time for is left"),
            pytest.param(
                tuple(seen(name, stamp="2", digest="same") for name in "abcd"),
                ["top", "a", "b"],
                0,
                id="without progress nothing is left: at once again would be without end",
            ),
        ],
    )
    def test_a_pass_ends_after_its_time(self, sightings: tuple[Sighting, ...], asked: list[str], left: int) -> None:
        says = {"top": (further("a", "b", "c", "d", stamp="1"),)}
        collector = PaperCollector(says, takes=timedelta(seconds=21), digest="same")
        outcome = done(collector, a_state(collector, *sightings, longest=60))
        assert (collector.asked, outcome.outcome.left) == (asked, left)
        assert outcome.report.alarm == "stopped after 0:01:00: 2 documents are left for the next pass"
        assert not outcome.state.complete

    @pytest.mark.parametrize("by", [timedelta(days=-3650), timedelta(days=3650)])
    def test_a_pass_ends_where_the_clock_was_set_far(self, by: timedelta) -> None:
        collector = PaperCollector({"top": (further("a", "b", "c", "d", stamp="1"),)}, takes=by, digest="same")
        outcome = done(collector, a_state(collector, longest=60))
        assert len(collector.asked) < 5
        assert not outcome.state.complete

    def test_what_is_left_does_not_count_what_failed_before(self) -> None:
        collector = PaperCollector({"top": (further("a", "b", "c"),)}, takes=timedelta(seconds=31))
        outcome = done(collector, a_state(collector, seen("c", "failed"), longest=60))
        assert (collector.asked, outcome.outcome.left) == (["top", "a"], 1)


class TestFaults:
    SLOW = CollectError(Code.TIMEOUT, "slow")

    def test_several_in_a_row_are_the_host_s_trouble(self) -> None:
        collector = PaperCollector({"top": (further(*"abcde"),), **dict.fromkeys("abcde", (self.SLOW,))})
        outcome = done(collector, a_state(collector))
        assert collector.asked == ["top", *"abcde"[:MOST_FAULTS]]
        assert outcome.outcome.error == SLOW_VALUE
        assert outcome.report.failed == MOST_FAULTS
        assert [(s.location, s.status, s.trouble) for s in outcome.without_article] == [
            (name, "failed", SLOW_VALUE) for name in "abcde"[:MOST_FAULTS]
        ]

    def test_one_that_can_be_had_ends_the_row_and_then_the_source_has_not_failed(self) -> None:
        collector = PaperCollector({"top": (further(*"abcdefg"),), **dict.fromkeys("abdefg", (self.SLOW,))})
        outcome = done(collector, a_state(collector))
        assert (outcome.outcome.error, collector.asked) == (None, ["top", *"abcdef"])
        assert outcome.report.alarm == "stopped after 3 faults in a row: 1 documents are left for the next pass"
        assert (outcome.outcome.left, outcome.state.complete) == (0, False), "not at once again"

    def test_what_failed_before_and_fails_again_is_no_failure_of_a_source_whose_articles_are_there(self) -> None:
        collector = PaperCollector({"top": (Unread("x"), further(*"abcd")), **dict.fromkeys("abcd", (self.SLOW,))})
        outcome = done(collector, a_state(collector, *(seen(name, "failed") for name in "abcd")))
        assert (outcome.outcome.error, outcome.report.alarm, outcome.report.failed) == (None, "", MOST_FAULTS)
        assert not outcome.state.complete

    def test_those_are_tried_first_that_were_tried_the_longest_ago(self) -> None:
        collector = PaperCollector({"top": (further(*"abc"),)})
        hours = {"a": 1, "b": 3, "c": 2}
        before = (replace(seen(name, "failed"), seen=NOW - timedelta(hours=ago)) for name, ago in hours.items())
        done(collector, a_state(collector, *before))
        assert collector.asked == ["top", "b", "c", "a"]

    def test_the_one_feed_that_a_page_names_is_the_source(self) -> None:
        page = {"top": (facts("top"), further("feed", kind="feed"))}
        collector = PaperCollector({**page, "feed": (self.SLOW,)})
        assert done(collector, a_state(collector)).outcome.error == SLOW_VALUE
        collector = PaperCollector({**page, "feed": (Rejection("feed", Code.NOT_A_FEED, "?", None, "", ""),)})
        error = done(collector, a_state(collector)).outcome.error
        assert error is not None
        assert error.code == "not-a-feed"

    def test_files_have_no_host(self) -> None:
        leads = tuple(a_lead(name, "post", depth=0) for name in "abcde")
        collector = PaperCollector(dict.fromkeys("abcd", (self.SLOW,)), Listing(leads, complete=True))
        outcome = done(collector, a_state(collector, kind="files"))
        assert (outcome.outcome.error, outcome.articles, outcome.report.failed) == (None, ["e"], 4)

    def test_a_busy_host_is_left_alone_at_once(self) -> None:
        busy = CollectError(Code.BUSY, "later")
        collector = PaperCollector({"top": (further("a", "b"),), "a": (busy,)})
        outcome = done(collector, a_state(collector))
        assert (outcome.outcome.error, collector.asked) == (Trouble(Code.BUSY, "", "later"), ["top", "a"])

    def test_the_source_s_own_document_is_the_source(self) -> None:
        collector = PaperCollector({"top": (self.SLOW,)})
        outcome = done(collector, a_state(collector))
        assert (outcome.outcome.error, outcome.report.failed, outcome.without_article) == (SLOW_VALUE, 0, [])

    def test_a_list_further_down_is_not(self) -> None:
        collector = PaperCollector(
            {"top": (further("list", kind="sitemap"), further("a")), "list": (self.SLOW,)},
        )
        outcome = done(collector, a_state(collector))
        assert (outcome.outcome.error, outcome.articles, outcome.report.failed) == (None, ["a"], 1)

    def test_what_is_refused_is_no_fault_of_the_host(self) -> None:
        refused = {name: (RejectedError(Code.http(404), "gone"),) for name in "abcd"}
        collector = PaperCollector({"top": (further(*"abcde"),), **refused})
        outcome = done(collector, a_state(collector))
        assert (outcome.outcome.error, outcome.articles, outcome.report.rejected) == (None, ["e"], 4)
        assert {(s.status, s.trouble) for s in outcome.without_article} == {
            ("rejected", Trouble(Code.http(404), "", "gone"))
        }

    def test_a_source_that_cannot_be_read_as_a_whole_ends_the_pass(self) -> None:
        whole = Rejection("top", Code.NOT_A_FEED, "no feed", 3, "", "")
        collector = PaperCollector({"top": (whole,)})
        error = done(collector, a_state(collector)).outcome.error
        assert error is not None
        assert (error.code, error.detail) == ("not-a-feed", "no feed")

    def test_an_article_that_fails_keeps_what_was_known_of_its_place(self) -> None:
        article = an_article_at("a").article
        before = a_sighting("a", source="s", url=article.url, content_hash="h", recipe="other")
        collector = PaperCollector({"top": (further("a"),), "a": (self.SLOW,)})
        [place] = done(collector, a_state(collector, before)).without_article
        assert (place.status, place.url, place.content_hash, place.stamp) == ("failed", article.url, "h", "")


class TestReadings:
    def test_what_has_not_changed_is_counted(self) -> None:
        collector = PaperCollector({"top": (Unread("a"), Unread("b"), an_article_at("c"))})
        outcome = done(collector, a_state(collector))
        assert (outcome.articles, outcome.report.unchanged) == (["c"], 2)

    def test_what_the_collector_has_nothing_new_of_is_no_document(self) -> None:
        collector = PaperCollector({"top": (None,)})
        outcome = done(collector, a_state(collector))
        assert (outcome.articles, outcome.report.found, outcome.without_article) == ([], 0, [])

    def test_a_stamp_that_stands_spares_the_question(self) -> None:
        collector = PaperCollector({"top": (further("a", "b", "c", "d", stamp="1"),)})
        sightings = (seen("a"), seen("b", stamp="0"), seen("c", recipe="older"))
        outcome = done(collector, a_state(collector, *sightings))
        assert collector.asked == ["top", "b", "c", "d"]
        assert outcome.report.unchanged == 1

    def test_the_same_bytes_with_another_stamp_are_not_read_again(self) -> None:
        collector = PaperCollector({"top": (further("a", "b", stamp="2"),)}, digest="old")
        outcome = done(collector, a_state(collector, seen("a")))
        assert (outcome.articles, outcome.report.unchanged) == (["b"], 1)
        assert [(s.location, s.stamp, s.status, s.seen) for s in outcome.without_article] == [("a", "2", "new", NOW)]

    def test_only_known_places_can_be_taken_back_and_only_once(self) -> None:
        collector = PaperCollector({"top": (Retracted("a"), Retracted("gone"), Retracted("stranger"))})
        outcome = done(collector, a_state(collector, seen("a"), seen("gone", "vanished")))
        assert [sighting.location for sighting in outcome.outcome.gone] == ["a"]

    def test_a_feed_is_told_which_entries_stand(self) -> None:
        collector = PaperCollector({"top": ()})
        sightings = (
            seen("a", digest="stands"),
            seen("b", "failed", digest="failed"),
            seen("c", digest="by other rules", recipe="older"),
            seen("d", digest=""),
        )
        done(collector, a_state(collector, *sightings))
        assert collector.known == {"top": frozenset({"stands"})}

    def test_facts_are_the_own_document_s_and_notes_everybody_s(self) -> None:
        collector = PaperCollector(
            {
                "top": (facts("top", "cut short"), further("list-1", "list-2", "list-3", kind="list-page")),
                "list-1": (facts("list-1", "odd dates"),),
                "list-2": (facts("list-2", "odd dates"), further("far", kind="list-page", depth=DEEPEST + 1)),
                "list-3": (facts("list-3", "odd dates"),),
            }
        )
        outcome = done(collector, a_state(collector))
        assert outcome.outcome.facts == facts("top", "cut short")
        assert outcome.report.alarm == "cut short; odd dates; not all documents were followed: far leads too far"

    def test_notes_of_all_kinds_are_told_up_to_a_number(self) -> None:
        notes = tuple(facts("top", f"note {number}") for number in range(1_000))
        collector = PaperCollector({"top": notes})
        outcome = done(collector, a_state(collector))
        assert outcome.report.alarm == "note 0; note 1; note 2; note 3; note 4"

    def test_progress_counts_what_is_known_of_so_far(self) -> None:
        collector = PaperCollector({"top": (Unread("x"), further("a", "b"))})
        state = a_state(collector, seen("b", "failed"))
        state.begin(collector.leads(Memory()), None, NOW)
        batch = state.batch(NOW)
        assert (batch.read, batch.known) == (0, 1)
        step(collector, state)
        batch = state.batch(NOW)
        assert (batch.read, batch.known) == (1, 3)
