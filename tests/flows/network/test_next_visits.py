"""When a source is asked again, over several looks: back-off, 410, and what publishers and operators wish."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from desk import Desk
from flows.network.publishers import a_feed, entry
from loopback import Answer, serve

BEGIN = datetime(2026, 5, 1, 8, 0, tzinfo=UTC)


def spans(desk: Desk) -> timedelta:
    """How long from the last look to the next one."""
    state = desk.state()
    assert state.next_due is not None
    assert state.last_run is not None
    return state.next_due - state.last_run


class TestOverTime:
    def test_the_back_off_doubles_up_to_max_and_a_success_ends_it(self, desk: Desk) -> None:
        with serve({"/feed": Answer(500)}) as site:
            source = desk.source("feed", site.url("/feed"))
            waits = []
            for failures in range(1, 11):
                desk.collect(source)
                assert desk.state().failures == failures
                waits.append(spans(desk))
                desk.clock.move(seconds=waits[-1].total_seconds())
            assert desk.state().reason.startswith("500, failed 10 times in a row: again in ")
            for n, wait in enumerate(waits):
                nominal = min(timedelta(minutes=15) * 2**n, timedelta(days=1))
                assert nominal * 0.8 <= wait <= nominal * 1.2
                assert wait <= timedelta(days=1)
            site.routes["/feed"] = a_feed()
            assert desk.collect(source).new == 1
            assert (desk.state().failures, desk.state().error) == (0, "")
            assert desk.state().reason == "own rhythm: 1h"
            site.routes["/feed"] = Answer(500)
            desk.collect(source)
            assert desk.state().reason.startswith("500, failed once")

    def test_410_is_looked_at_monthly_whatever_comes_and_comes_back_after_a_success(self, desk: Desk) -> None:
        with serve({"/feed": a_feed()}) as site:
            source = desk.source("feed", site.url("/feed"))
            desk.collect(source)
            site.routes["/feed"] = Answer(410)
            report = desk.collect(source)
            assert report.error.startswith(f"http-410: {site.url('/feed')} answers 410")
            assert desk.titles() == ["第1座大桥合龙"]
            desk.clock.move(days=30)
            site.routes["/feed"] = Answer(500)
            desk.collect(source)
            assert desk.state().reason == "gone (410) since 2026-05-01, 500: looked at again monthly"
            assert desk.state().gone_since == BEGIN
            desk.clock.move(days=30)
            site.routes["/feed"] = a_feed(entry(1), entry(2))
            assert desk.collect(source).new == 1
            assert desk.state().gone_since is None
            assert desk.state().reason.startswith("own rhythm: ")

    def test_404_is_only_a_fault_and_keeps_what_was_collected(self, desk: Desk) -> None:
        with serve({"/feed": a_feed()}) as site:
            source = desk.source("feed", site.url("/feed"), deletes="retract")
            desk.collect(source)
            site.routes["/feed"] = Answer(404)
            assert desk.collect(source).vanished == 0
        assert desk.titles() == ["第1座大桥合龙"]
        assert desk.state().gone_since is None


def plain(desk: Desk, answer: Answer, later: Answer, **keys: Any) -> list[tuple[str, timedelta]]:
    """Why and when a source is asked again, after a first answer and after a later one."""
    told = []
    with serve({"/feed": answer}) as site:
        source = desk.source("feed", site.url("/feed"), **keys)
        for reply in (answer, later):
            site.routes["/feed"] = reply
            assert desk.collect(source).error == ""
            told.append((desk.state().reason, spans(desk)))
            desk.clock.time = BEGIN + timedelta(hours=1)
    return told


HOUR = timedelta(hours=1)


class TestWishesOfPublishers:
    @pytest.mark.parametrize(
        ("channel", "reason", "first"),
        [
            ("<ttl>600</ttl>", "publisher's ttl: 10h", HOUR * 10),
            ("<sy:updatePeriod>daily</sy:updatePeriod>", "publisher's update period: 1d", HOUR * 24),
            (
                "<sy:updatePeriod>daily</sy:updatePeriod><sy:updateFrequency>4</sy:updateFrequency>",
                "publisher's update period: 6h",
                HOUR * 6,
            ),
        ],
    )
    def test_in_the_feed_they_hold_also_after_a_304(
        self, desk: Desk, channel: str, reason: str, first: timedelta
    ) -> None:
        for told, span in plain(desk, a_feed(channel=channel, etag='"1"'), Answer(304)):
            assert told == reason
            assert first <= span <= first * 1.05

    def test_skipped_hours_hold_also_after_a_304(self, desk: Desk) -> None:
        hours = "".join(f"<hour>{hour}</hour>" for hour in range(9, 20))
        told = plain(desk, a_feed(channel=f"<skipHours>{hours}</skipHours>", etag='"1"'), Answer(304))
        assert [reason for reason, _ in told] == ["skipHours: not before 2026-05-01 20:00 UTC"] * 2
        assert all(span >= least for (_, span), least in zip(told, (HOUR * 12, HOUR * 11), strict=True))

    @pytest.mark.parametrize(
        "headers",
        [
            {"cache_control": "max-age=18000"},
            {"expires": "Fri, 01 May 2026 13:00:00 GMT"},
            {"cache_control": "public, max-age=21600", "age": "3600"},
        ],
    )
    def test_freshness_is_waited_for(self, desk: Desk, headers: dict[str, str]) -> None:
        (reason, span), (later, after) = plain(desk, a_feed(**headers), Answer(304))
        assert reason == "Cache-Control or Expires: fresh until 2026-05-01 13:00 UTC"
        assert HOUR * 5 <= span <= HOUR * 5.25
        assert later == "own rhythm: 1h 30m", "a 304 that promises nothing"
        assert HOUR * 1.4 <= after <= HOUR * 1.6

    def test_a_304_may_promise_anew(self, desk: Desk) -> None:
        _, (later, _) = plain(desk, a_feed(), Answer(304, {"Cache-Control": "max-age=36000"}))
        assert later == "Cache-Control or Expires: fresh until 2026-05-01 19:00 UTC"

    @pytest.mark.parametrize("promise", ["no-cache, max-age=36000", "no-store", "max-age=0", "s-maxage=36000"])
    def test_no_freshness(self, desk: Desk, promise: str) -> None:
        (reason, _), _ = plain(desk, a_feed(cache_control=promise), Answer(304))
        assert reason == "own rhythm: 1h"

    @pytest.mark.parametrize(
        ("keys", "reason", "span"),
        [
            ({"every": timedelta(minutes=20)}, "every 20m", timedelta(minutes=20)),
            ({"cron": "30 * * * *"}, "cron 30 * * * *", timedelta(minutes=30)),
        ],
    )
    def test_the_operators_word_wins(self, desk: Desk, keys: dict[str, Any], reason: str, span: timedelta) -> None:
        wishes = a_feed(channel="<ttl>600</ttl>", cache_control="max-age=36000")
        assert plain(desk, wishes, Answer(304), **keys) == [(reason, span)] * 2

    def test_no_wish_goes_beyond_max(self, desk: Desk) -> None:
        (reason, span), _ = plain(desk, a_feed(channel="<ttl>99999</ttl>"), Answer(304), max=HOUR * 6)
        assert reason == "publisher's ttl: 69d 11h, cut to max 6h"
        assert span == HOUR * 6
