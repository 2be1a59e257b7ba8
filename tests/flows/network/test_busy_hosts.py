"""Whose word holds for a whole host, when pages are given up, and where credentials go."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from desk import Desk
from flows.network.publishers import LIST, PAGES, a_feed, a_list, entry, paths, repairs
from loopback import Answer, Asked, redirect, serve
from network.world import World

A, B = "93.184.215.14", "93.184.215.15"
ZERO = timedelta(0)


class TestHosts:
    def test_a_host_that_says_429_twice_is_left_alone_and_other_sources_there_wait(self, desk: Desk) -> None:
        busy = Answer(429, {"Retry-After": "7200"})
        with serve({"/1": busy, "/2": busy, "/3": a_feed()}) as site:
            sources = [desk.source("feed", site.url(f"/{n}"), f"news-{n}") for n in (1, 2, 3)]
            first, second, third = desk.collect_all(*sources)
            assert [first.error[:9], second.error[:9], third.error] == ["http-429:", "http-429:", ""]
            assert third.alarm == "host 127.0.0.1: 429, 2 times in a row, Retry-After: not before 2026-05-01 10:00 UTC"
            assert paths(site) == ["/1", "/2"]
            state = desk.state("news-3")
            assert (state.reason, state.failures) == (third.alarm, 0)
            assert state.next_due == datetime(2026, 5, 1, 10, tzinfo=UTC)
            desk.clock.move(hours=1)
            for report in desk.collect_all(*sources):
                assert report.alarm.startswith("host 127.0.0.1: 429")
            assert paths(site) == ["/1", "/2"]
            failing, waiting = desk.state("news-1"), desk.state("news-3")
            assert (failing.error[:9], failing.last_success) == ("http-429:", None), (
                "nothing was asked, nothing is mended"
            )
            assert waiting.last_success is None
            desk.clock.move(hours=2)
            site.routes.update({"/1": a_feed(), "/2": a_feed()})
            assert [report.error + report.alarm for report in desk.collect_all(*sources)] == ["", "", ""]

    def test_one_429_is_the_addresss_own_matter(self, desk: Desk) -> None:
        with serve({"/1": Answer(429, {"Retry-After": "7200"}), "/2": a_feed()}) as site:
            first, second = desk.collect_all(*(desk.source("feed", site.url(f"/{n}"), f"news-{n}") for n in (1, 2)))
        assert first.error.startswith("http-429: ")
        assert (second.error, second.alarm, second.new) == ("", "", 1)

    def test_a_page_that_says_429_ends_the_asking_and_the_source_waits_as_long_as_it_wants(self, desk: Desk) -> None:
        with serve({"/list": a_list("/1", "/2", "/3"), **PAGES}) as site:
            site.routes["/2"] = Answer(429, {"Retry-After": "7200"})
            source = desk.source("page", site.url("/list"), select=LIST)
            report = desk.collect(source)
            assert paths(site) == ["/robots.txt", "/list", "/1", "/2"]
            assert report.error.startswith(f"busy: {site.url('/2')} answers 429: the host wants to be asked later")
            assert (report.new, report.failed) == (1, 1)
            assert desk.state().reason == "429, Retry-After: not before 2026-05-01 10:00 UTC"
            site.routes.update(PAGES)
            desk.clock.move(hours=2)
            assert (desk.collect(source).new, desk.state().error) == (2, "")

    def test_of_a_feed_the_digests_are_there_at_once_and_the_text_later(self, desk: Desk) -> None:
        feed = a_feed(*(entry(n, link=f"/{n}") for n in (1, 2, 3)), etag='"1"')
        with serve({"/feed": feed, **PAGES, "/2": Answer(503, {"Retry-After": "7200"})}) as site:
            source = desk.source("feed", site.url("/feed"), full_text="auto")
            assert desk.collect(source).new == 3
            assert paths(site) == ["/feed", "/robots.txt", "/1", "/2"]
            assert desk.state().reason == "503, Retry-After: not before 2026-05-01 10:00 UTC"
            assert repairs(desk, "第3座大桥合龙")[0].startswith("full-text: busy: ")
            site.routes["/2"] = PAGES["/2"]
            desk.clock.move(hours=2)
            assert desk.collect(source).changed == 2
            assert repairs(desk, "第3座大桥合龙") == []

    def test_another_host_that_is_busy_is_no_matter_of_the_source(self, desk: Desk, world: World) -> None:
        feed = a_feed(*(entry(n, link=f"http://a.example/{n}") for n in (1, 2)), entry(3, link="/3"))
        with serve({"/feed": feed, **PAGES}) as site, serve({"/1": Answer(429, {"Retry-After": "7200"})}) as busy:
            world.put("a.example", A, busy)
            world.put("b.example", B, site)
            report = desk.collect(desk.source("feed", "http://b.example/feed", full_text="auto"))
        assert (report.new, report.error) == (3, "")
        assert paths(busy) == ["/robots.txt", "/1"]
        assert paths(site) == ["/feed", "/robots.txt", "/3"]
        assert desk.state().reason == "own rhythm: 1h"
        assert repairs(desk, "第3座大桥合龙") == []

    def test_pages_on_a_host_that_is_left_alone_are_not_asked_for(self, desk: Desk, world: World) -> None:
        feed = a_feed(entry(1, link="http://a.example/1"))
        with serve({"/1": Answer(429), "/2": Answer(429)}) as busy, serve({"/feed": feed}) as site:
            world.put("a.example", A, busy)
            world.put("b.example", B, site)
            desk.collect_all(*(desk.source("feed", f"http://a.example/{n}", f"busy-{n}") for n in (1, 2)))
            assert desk.collect(desk.source("feed", "http://b.example/feed", full_text="auto")).new == 1
        assert paths(busy) == ["/1", "/2"]
        assert repairs(desk, "第1座大桥合龙")[0].startswith("full-text: held: host a.example: 429, 2 times in a row")

    def test_three_pages_in_a_row_that_fail_end_the_pass_and_the_rest_comes_first_in_the_next(self, desk: Desk) -> None:
        with serve({"/list": a_list(*PAGES), **PAGES, **{f"/{n}": Answer(500) for n in (2, 3, 4)}}) as site:
            source = desk.source("page", site.url("/list"), select=LIST)
            report = desk.collect(source)
            assert paths(site)[2:] == ["/1", "/2", "/3", "/4"]
            assert (report.new, report.failed) == (1, 3)
            assert report.error == "", "one could be had"
            assert report.alarm == "stopped after 3 faults in a row: 2 documents are left for the next pass"
            assert desk.state().reason.startswith("own rhythm: ")
            report = desk.collect(source)
            assert paths(site)[6:] == ["/list", "/5", "/6", "/2", "/3", "/4"]
            assert report.new == 2

    def test_a_host_whose_pages_fail_is_not_asked_for_all_pages_that_have_a_digest(self, desk: Desk) -> None:
        feed = a_feed(*(entry(n, link=f"/{n}") for n in range(1, 7)))
        with serve({"/feed": feed, **{path: Answer(500) for path in PAGES}}) as site:
            source = desk.source("feed", site.url("/feed"), full_text="auto")
            report = desk.collect(source)
            assert paths(site) == ["/feed", "/robots.txt", "/1", "/2", "/3"]
            assert (report.new, report.failed, report.error) == (6, 0, "")
            site.routes.update(PAGES)
            assert desk.collect(source).changed == 6

    def test_one_page_that_fails_among_others_is_its_own_trouble(self, desk: Desk) -> None:
        with serve({"/list": a_list(*PAGES), **PAGES, "/3": Answer(500)}) as site:
            source = desk.source("page", site.url("/list"), select=LIST)
            report = desk.collect(source)
            assert (report.new, report.failed, report.error) == (5, 1, "")
            assert report.rejections[0].startswith(f"{site.url('/3')}: {site.url('/3')} answers 500")
            site.routes.update(PAGES)
            assert desk.collect(source).new == 1


class TestSlowPages:
    def test_digests_whose_pages_never_come_do_not_make_the_source_due_at_once_for_ever(self, desk: Desk) -> None:
        def dead(asked: Asked) -> Answer:
            desk.clock.move(seconds=70)
            return Answer(500)

        feed = a_feed(*(entry(n, link=f"/{n}") for n in range(1, 7)))
        with serve({"/feed": feed, **dict.fromkeys(PAGES, dead)}) as site:
            source = desk.source("feed", site.url("/feed"), full_text="auto", gap=ZERO)
            reasons = []
            for _ in range(6):
                desk.collect(source)
                reasons.append(desk.state().reason)
            assert reasons[:2] == ["4 documents left: again at once", "2 documents left: again at once"]
            assert len(desk.titles()) == 6
            assert all("at once" not in reason for reason in reasons[3:])


SECRET: dict[str, Any] = {"headers": {"X-Key": "k3y"}, "auth_file": "login"}


class TestCredentials:
    @pytest.mark.parametrize(
        ("written", "sent"), [("user:p@ss:word\n", "Basic dXNlcjpwQHNzOndvcmQ="), ("Bearer t0ken\n", "Bearer t0ken")]
    )
    def test_they_go_to_the_configured_address(self, desk: Desk, written: str, sent: str) -> None:
        (desk.root / "login").write_text(written, encoding="utf-8")
        with serve({"/feed": a_feed()}) as site:
            desk.collect(desk.source("feed", site.url("/feed"), **SECRET))
        assert site.requests[0].headers["authorization"] == sent
        assert site.requests[0].headers["x-key"] == "k3y"

    def test_they_go_to_pages_and_redirects_of_its_origin_and_to_nobody_else(self, desk: Desk, world: World) -> None:
        (desk.root / "login").write_text("user:secret", encoding="utf-8")
        with serve({"/feed": redirect("http://b.example/feed"), **PAGES}) as site:
            feed = a_feed(entry(1, link="http://a.example/1"), entry(2, link="http://b.example/2"))
            with serve({"/feed": feed, **PAGES}) as other:
                world.put("a.example", A, site)
                world.put("b.example", B, other)
                source = desk.source("feed", "http://a.example/feed", full_text="auto", **SECRET)
                assert desk.collect(source).new == 2
        assert sorted(paths(site)) == ["/1", "/feed", "/robots.txt"]
        assert sorted(paths(other)) == ["/2", "/feed", "/robots.txt"]
        assert [_secrets(asked) for asked in site.requests] == [2, 2, 2]
        assert [_secrets(asked) for asked in other.requests] == [0, 0, 0]

    def test_another_scheme_or_port_is_somebody_else(self, desk: Desk, world: World) -> None:
        (desk.root / "login").write_text("user:secret", encoding="utf-8")
        with serve({"/feed": redirect("http://a.example:8080/feed")}) as site, serve({"/feed": a_feed()}) as other:
            world.name("a.example", [A])
            world.place(A, site, 80)
            world.place(A, other, 8080)
            assert desk.collect(desk.source("feed", "http://a.example/feed", **SECRET)).new == 1
        assert [_secrets(asked) for asked in (*site.requests, *other.requests)] == [2, 0]

    def test_a_file_that_is_not_there_is_the_sources_error_and_nothing_is_asked(self, desk: Desk) -> None:
        with serve({"/feed": a_feed()}) as site:
            report = desk.collect(desk.source("feed", site.url("/feed"), **SECRET))
        assert report.error.startswith("auth-file: ")
        assert "login: No such file" in report.error
        assert desk.state().reason.startswith("auth-file, failed once: again in ")
        assert not site.requests

    def test_secrets_stand_in_no_message(self, desk: Desk) -> None:
        (desk.root / "login").write_text("user:secret", encoding="utf-8")
        with serve({"/feed": Answer(401)}) as site:
            report = desk.collect(desk.source("feed", site.url("/feed?key=hidden"), **SECRET))
        told = f"{report} {desk.state()}"
        assert "secret" not in told
        assert "k3y" not in told


def _secrets(asked: Asked) -> int:
    return sum(name in asked.headers for name in ("authorization", "x-key"))
