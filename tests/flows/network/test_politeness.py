"""How hosts are treated: one request at a time, pauses, robots.txt, holds, and whose credentials go where."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from aggregator.model.config import Source
from desk import AGENT, Desk
from flows.network.publishers import LIST, PAGES, TEXT, a_feed, a_list, entry, paths, repairs, robots
from loopback import Answer, Asked, Site, serve
from network.world import World

A, B = "93.184.215.14", "93.184.215.15"
ZERO = timedelta(0)


@dataclass
class Counter:
    """Requests that are answered at the same moment."""

    now: int = 0
    most: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def answer(self, asked: Asked) -> Answer:
        with self.lock:
            self.now += 1
            self.most = max(self.most, self.now)
        threading.Event().wait(0.02)
        with self.lock:
            self.now -= 1
        return a_feed()


class TestOneAtATime:
    def test_the_user_agent_says_who_we_are_and_where_to_write(self, desk: Desk) -> None:
        with serve({"/list": a_list("/1"), **PAGES}) as site:
            desk.collect(desk.source("page", site.url("/list"), select=LIST))
        assert {asked.headers["user-agent"] for asked in site.requests} == {AGENT}
        assert "(+https://desk.example)" in AGENT

    def test_an_operator_may_give_another(self, desk: Desk) -> None:
        with serve({"/feed": a_feed()}) as site:
            desk.collect(desk.source("feed", site.url("/feed"), user_agent="Reader/1 (mail@desk.example)"))
        assert site.requests[0].headers["user-agent"] == "Reader/1 (mail@desk.example)"

    @pytest.mark.parametrize(("gap", "waited"), [(timedelta(seconds=2), 8.0), (ZERO, 0.0)])
    def test_the_gap_is_kept_between_all_requests_to_a_host(self, desk: Desk, gap: timedelta, waited: float) -> None:
        with serve({"/list": a_list("/1", "/2"), **PAGES, "/feed": a_feed(entry(5, link="/5"))}) as site:
            list_ = desk.source("page", site.url("/list"), "list", select=LIST, gap=gap)
            feed = desk.source("feed", site.url("/feed"), gap=gap)
            desk.collect_all(list_, feed)
        assert paths(site) == ["/robots.txt", "/list", "/1", "/2", "/feed"]
        assert desk.clock.waited == waited

    def test_sources_of_one_host_are_asked_in_turn(self, desk: Desk) -> None:
        counter = Counter()
        with serve({f"/{number}": counter.answer for number in range(6)}) as site:
            sources = [desk.source("feed", site.url(f"/{n}"), f"news-{n}", gap=ZERO) for n in range(6)]
            assert [report.error for report in desk.collect_all(*sources)] == [""] * 6
        assert counter.most == 1
        assert site.connections == 1

    def test_hosts_are_asked_in_parallel_and_a_slow_one_keeps_no_other_from_the_store(
        self, desk: Desk, world: World
    ) -> None:
        stored = threading.Event()

        def slow(asked: Asked) -> Answer:
            """Answers once the others' articles are there for everybody to see."""
            for _ in range(1000):
                if len(desk.titles()) == 2:
                    stored.set()
                    break
                threading.Event().wait(0.01)
            return a_feed(entry(1))

        with (
            serve({"/feed": slow}) as late,
            serve({"/feed": a_feed(entry(2))}) as b,
            serve({"/feed": a_feed(entry(3))}) as c,
        ):
            sources = on_hosts(desk, world, late, b, c)
            reports = desk.collect_all(*sources)
        assert [report.new for report in reports] == [1, 1, 1]
        assert stored.is_set()


def on_hosts(desk: Desk, world: World, *sites: Site, path: str = "/feed") -> list[Source]:
    """A source of each site, each at a name and address of its own."""
    for number, site in enumerate(sites):
        world.put(f"news-{number}.example", f"93.184.215.{20 + number}", site)
    return [
        desk.source("feed", f"http://news-{number}.example{path}", f"news-{number}") for number, _ in enumerate(sites)
    ]


class TestRobots:
    def test_the_address_of_a_feed_needs_none(self, desk: Desk) -> None:
        with serve({"/feed": a_feed(), "/robots.txt": robots("User-agent: *\nDisallow: /")}) as site:
            assert desk.collect(desk.source("feed", site.url("/feed"))).new == 1
        assert paths(site) == ["/feed"]

    def test_a_list_that_it_disallows_is_not_read_and_the_source_says_so(self, desk: Desk) -> None:
        with serve({"/list": a_list("/1"), "/robots.txt": robots("User-agent: aggregator\nDisallow: /list")}) as site:
            report = desk.collect(desk.source("page", site.url("/list"), select=LIST))
        assert paths(site) == ["/robots.txt"]
        assert report.error.startswith("robots: robots.txt disallows /list for aggregator")
        assert desk.state().reason.startswith("robots, failed once: again in ")

    def test_an_article_that_it_disallows_is_rejected_and_the_others_are_taken(self, desk: Desk) -> None:
        with serve(
            {"/list": a_list("/1", "/2"), **PAGES, "/robots.txt": robots("User-agent: *\nDisallow: /1$")}
        ) as site:
            report = desk.collect(desk.source("page", site.url("/list"), select=LIST))
        assert paths(site) == ["/robots.txt", "/list", "/2"]
        assert (report.new, report.rejected, report.error) == (1, 1, "")
        assert report.rejections == (f"{site.url('/1')}: robots: robots.txt disallows /1$ for all robots",)

    def test_the_digest_of_an_article_that_it_disallows_is_published_with_the_reason(self, desk: Desk) -> None:
        with serve({"/feed": a_feed(entry(1, link="/1"), etag='"1"'), **PAGES}) as site:
            site.routes["/robots.txt"] = robots("User-agent: *\nDisallow: /1")
            source = desk.source("feed", site.url("/feed"), full_text="auto")
            report = desk.collect(source)
            assert (report.new, report.rejected, report.failed, report.error) == (1, 0, 0, "")
            assert TEXT.encode() in desk.feed()
            assert repairs(desk, "第1座大桥合龙") == ["full-text: robots: robots.txt disallows /1 for all robots"]
            desk.collect(source)
        assert paths(site) == ["/feed", "/robots.txt", "/feed"]
        assert site.requests[-1].headers["if-none-match"] == '"1"'

    @pytest.mark.parametrize("status", [404, 403, 401])
    def test_a_host_without_one_allows_all(self, desk: Desk, status: int) -> None:
        with serve({"/list": a_list("/1"), **PAGES, "/robots.txt": Answer(status)}) as site:
            assert desk.collect(desk.source("page", site.url("/list"), select=LIST)).new == 1

    @pytest.mark.parametrize("status", [500, 503, 429])
    def test_one_that_cannot_be_had_disallows_all_for_an_hour(self, desk: Desk, status: int) -> None:
        with serve({"/list": a_list("/1"), **PAGES, "/robots.txt": Answer(status)}) as site:
            source = desk.source("page", site.url("/list"), select=LIST)
            place = site.url("/robots.txt")
            for _ in range(2):
                report = desk.collect(source)
                assert report.error.startswith(f"robots: {place} answered {status}, so all is disallowed")
            assert paths(site) == ["/robots.txt"]
            site.routes["/robots.txt"] = robots("")
            desk.clock.move(minutes=61)
            assert desk.collect(source).new == 1

    def test_pages_that_could_not_be_asked_for_because_of_it_are_fetched_once_it_is_there(self, desk: Desk) -> None:
        feed = a_feed(*(entry(n, link=f"/{n}") for n in range(1, 6)), etag='"1"')
        with serve({"/feed": feed, **PAGES, "/robots.txt": Answer(500)}) as site:
            source = desk.source("feed", site.url("/feed"), full_text="auto")
            report = desk.collect(source)
            assert (report.new, report.error) == (5, "")
            assert repairs(desk, "第5座大桥合龙")[0].startswith("full-text: robots: ")
            site.routes["/robots.txt"] = robots("")
            desk.clock.move(hours=2)
            report = desk.collect(source)
            assert (report.changed, report.error) == (5, "")
            assert TEXT * 4 in desk.entries()[0].html

    def test_its_crawl_delay_is_kept_where_it_is_longer_than_the_gap(self, desk: Desk) -> None:
        with serve({"/list": a_list("/1", "/2"), **PAGES}) as site:
            site.routes["/robots.txt"] = robots("User-agent: *\nCrawl-delay: 7")
            desk.collect(desk.source("page", site.url("/list"), select=LIST))
        assert desk.clock.waited == 21.0

    def test_its_crawl_delay_is_its_hosts_alone(self, desk: Desk, world: World) -> None:
        with (
            serve({"/robots.txt": robots("User-agent: *\nCrawl-delay: 9"), **PAGES}) as slow,
            serve(
                {
                    "/feed": a_feed(*(entry(n, link=f"http://a.example/{n}") for n in (1, 2)), entry(3, link="/3")),
                    **PAGES,
                }
            ) as site,
        ):
            world.put("a.example", A, slow)
            world.put("b.example", B, site)
            source = desk.source("feed", "http://b.example/feed", full_text="auto", gap=ZERO)
            assert desk.collect(source).new == 3
        assert paths(slow) == ["/robots.txt", "/1", "/2"]
        assert desk.clock.waited == 18.0

    def test_it_is_asked_for_once_a_day(self, desk: Desk) -> None:
        with serve({"/list": a_list("/1"), **PAGES, "/robots.txt": robots("")}) as site:
            source = desk.source("page", site.url("/list"), select=LIST)
            for _ in range(5):
                desk.collect(source)
                desk.clock.move(hours=8)
        assert len(site.asked("/robots.txt")) == 2
