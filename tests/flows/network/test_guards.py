"""What may not be reached, and what costs too much: the error, what becomes of the source, and nobody else suffers."""

from __future__ import annotations

from dataclasses import replace

import pytest

from aggregator.model.config import Limits
from desk import Desk
from flows.network.publishers import LIST, TEXT, a_feed, a_list, a_page, entry, repairs, robots, rss
from loopback import Answer, Raw, Route, Site, endless, exactly, gzip_bomb, redirect, serve, silent, slow
from network.world import World

PUBLIC, OTHER = "93.184.215.14", "93.184.215.15"
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/rss+xml\r\n"
INSIDE = [
    ("http://10.0.0.1/feed", "private"),
    ("http://192.168.1.1/", "private"),
    ("http://127.0.0.1:8000/feed", "loopback"),
    ("http://localhost.example/feed", "loopback"),
    ("http://2130706433/feed", "loopback"),
    ("http://[::1]/feed", "loopback"),
    ("http://[::ffff:10.0.0.1]/feed", "private"),
    ("http://169.254.169.254/latest/meta-data/", "a cloud's metadata service"),
    ("http://[fd00:ec2::254]/latest/meta-data/", "a cloud's metadata service"),
]


class TestPlaces:
    @pytest.mark.parametrize(("target", "what"), INSIDE)
    def test_a_public_name_that_redirects_into_our_house(
        self, desk: Desk, world: World, target: str, what: str
    ) -> None:
        world.name("localhost.example", ["127.0.0.1"])
        with serve({"/feed": redirect(target, 301)}) as site:
            world.put("news.example", PUBLIC, site)
            source = desk.source("feed", "http://news.example/feed", allow_private=False)
            report = desk.collect(source)
        assert report.error.startswith("private-address: ")
        assert f"is not on the public internet: {what} (allow_private: true " in report.error
        assert desk.state().reason.startswith("private-address, failed once: again in ")
        assert desk.status(source).proposal == ""
        assert world.dialled == [(PUBLIC, 80)]

    @pytest.mark.parametrize(("target", "what"), INSIDE)
    def test_an_address_in_our_house_that_nobody_allowed(
        self, desk: Desk, world: World, target: str, what: str
    ) -> None:
        world.name("localhost.example", ["127.0.0.1"])
        report = desk.collect(desk.source("feed", target, allow_private=False))
        assert report.error.startswith("private-address: ")
        assert what in report.error
        assert not world.dialled

    def test_a_name_that_is_loopback_at_the_second_look_up(self, desk: Desk, world: World) -> None:
        with serve({"/feed": a_feed()}) as site:
            world.place(PUBLIC, site)
            world.name("news.example", [PUBLIC], ["127.0.0.1"])
            source = desk.source("feed", f"http://news.example:{site.port}/feed", allow_private=False)
            assert desk.collect(source).new == 1
            report = desk.collect(source)
            assert len(site.requests) == 1
        assert report.error.startswith("private-address: news.example is at 127.0.0.1, which is not on the public ")
        assert desk.titles() == ["第1座大桥合龙"]

    def test_a_name_that_is_loopback_at_the_look_up_for_the_redirect(self, desk: Desk, world: World) -> None:
        close = b"HTTP/1.1 302 Found\r\nLocation: /there\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
        with serve({"/feed": exactly(close), "/there": a_feed()}) as site:
            world.place(PUBLIC, site)
            world.name("news.example", [PUBLIC], ["127.0.0.1"])
            report = desk.collect(desk.source("feed", f"http://news.example:{site.port}/feed", allow_private=False))
            assert [asked.target for asked in site.requests] == ["/feed"]
        assert report.error.startswith("private-address: ")

    def test_allow_private_covers_exactly_the_configured_origin(self, desk: Desk) -> None:
        with serve({"/secret": a_page(2)}) as other:
            feed = a_feed(entry(1, link="/1"), entry(2, link=other.url("/secret")))
            with serve({"/feed": feed, "/1": a_page(1)}) as site:
                report = desk.collect(desk.source("feed", site.url("/feed"), full_text="auto"))
            assert not other.connections
        assert (report.new, report.error) == (2, "")
        texts = {entry.title: entry.html for entry in desk.entries()}
        assert TEXT * 4 in texts["第1座大桥合龙"]
        assert TEXT * 4 not in texts["第2座大桥合龙"]

    @pytest.mark.parametrize(("target", "what"), [(target, what) for target, what in INSIDE if "8000" not in target])
    def test_an_entry_of_a_feed_that_leads_there_keeps_its_digest_with_the_reason(
        self, desk: Desk, world: World, target: str, what: str
    ) -> None:
        world.name("localhost.example", ["127.0.0.1"])
        with serve({"/feed": a_feed(entry(1, link=target), etag='"1"')}) as site:
            world.put("news.example", PUBLIC, site)
            source = desk.source("feed", "http://news.example/feed", allow_private=False, full_text="auto")
            report = desk.collect(source)
            assert (report.new, report.failed, report.error) == (1, 0, "")
            (reason,) = repairs(desk, "第1座大桥合龙")
            assert reason.startswith("full-text: private-address: ")
            assert what in reason
            desk.collect(source)
            assert site.requests[-1].headers["if-none-match"] == '"1"', "it is not tried again and again"
        assert TEXT in desk.entries()[0].html

    def test_a_page_that_redirects_there_keeps_its_digest_with_the_reason(self, desk: Desk) -> None:
        with serve({"/": Answer()}) as other:
            page = redirect(other.url("/"))
            with serve({"/feed": a_feed(entry(1, link="/1")), "/1": page}) as site:
                assert desk.collect(desk.source("feed", site.url("/feed"), full_text="auto")).new == 1
            assert not other.connections
        assert repairs(desk, "第1座大桥合龙")[0].startswith(
            "full-text: private-address: 127.0.0.1 is not on the public internet"
        )

    def test_a_list_that_leads_there_has_that_one_rejected(self, desk: Desk) -> None:
        with serve({"/list": a_list("http://10.0.0.1/a", "/1"), "/1": a_page(1)}) as site:
            report = desk.collect(desk.source("page", site.url("/list"), select=LIST))
        assert (report.new, report.rejected, report.error) == (1, 1, "")
        assert report.rejections[0].startswith("http://10.0.0.1/a: private-address: 10.0.0.1 is not on the public ")

    def test_a_robots_txt_that_redirects_there_is_not_followed(self, desk: Desk) -> None:
        with serve({"/robots.txt": robots("")}) as other:
            routes = {"/list": a_list("/1"), "/1": a_page(1), "/robots.txt": redirect(other.url("/robots.txt"))}
            with serve(routes) as site:
                report = desk.collect(desk.source("page", site.url("/list"), select=LIST))
            assert not other.connections
        assert report.error.startswith("private-address: ")

    def test_sitemaps_and_feeds_found_on_the_way_may_not_be_there(self, desk: Desk) -> None:
        inside = "http://10.0.0.1/"
        page = b'<html><link rel=alternate type="application/rss+xml" href="http://10.0.0.1/feed"></html>'
        with serve({"/": Answer(200, {"Content-Type": "text/html"}, page), "/child.xml": redirect(inside)}) as site:
            index = (
                '<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">'
                f"<sitemap><loc>{site.url('/child.xml')}</loc></sitemap></sitemapindex>"
            )
            site.routes["/sitemap.xml"] = Answer(200, {}, index.encode())
            sitemap = desk.source("sitemap", site.url("/sitemap.xml"), "map")
            report = desk.collect(sitemap)
            assert report.failed == 1
            assert "not on the public internet: private" in report.rejections[0]
            # The feed that a page names is the source.
            error = desk.collect(desk.source("feed", site.url("/"), "home")).error
            assert "not on the public internet: private" in error


class TestLinks:
    @pytest.mark.parametrize(
        "link",
        [
            "file:///etc/passwd",
            "javascript:alert(1)",
            "JaVaScRiPt:alert(1)",
            "data:text/html,x",
            "ftp://a.example/x",
            "//[",
        ],
    )
    @pytest.mark.parametrize("full_text", ["off", "auto"])
    def test_of_other_schemes_are_neither_followed_nor_published(self, desk: Desk, link: str, full_text: str) -> None:
        body = f"&lt;p&gt;{TEXT}&lt;a href='{link}'&gt;x&lt;/a&gt;&lt;/p&gt;"
        more = f"<enclosure url='{link}' type='audio/mpeg' length='1'/>"
        with serve({"/feed": a_feed(entry(1, text=body, link=link, more=more))}) as site:
            report = desk.collect(desk.source("feed", site.url("/feed"), full_text=full_text))
        assert (report.new, report.error) == (1, "")
        assert [asked.target for asked in site.requests] == ["/feed"]
        (article,) = desk.entries()
        assert (article.url, article.enclosures) == (None, ())
        published = desk.feed().decode().lower()
        assert link.lower() not in published

    def test_a_source_that_redirects_to_another_scheme(self, desk: Desk) -> None:
        with serve({"/feed": redirect("file:///etc/passwd")}) as site:
            report = desk.collect(desk.source("feed", site.url("/feed")))
        assert report.error.startswith("bad-address: file:///etc/passwd is of scheme file, not http or https")


def circle(site: Site) -> None:
    site.routes.update({f"/{n}": redirect(f"/{n + 1}") for n in range(20)})


COSTLY: list[tuple[str, Route, str, str]] = [
    ("silence", silent(), "timeout", "no whole answer within 0.4 seconds"),
    ("slow loris in the headers", slow(HEAD, b"X-A: b\r\n"), "timeout", "no whole answer within 0.4 seconds"),
    ("slow loris in the body", slow(HEAD + b"\r\n", b"<a>"), "timeout", "no whole answer within 0.4 seconds"),
    ("endless headers", endless(HEAD, b"X-A: " + b"b" * 5000 + b"\r\n"), "protocol", ""),
    ("endless body", endless(HEAD + b"\r\n", b"<a>" * 20_000), "too-large", "larger than 2000000 bytes"),
    (
        "endless chunks",
        endless(HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"ffff\r\n" + b"a" * 0xFFFF + b"\r\n"),
        "too-large",
        "larger than 2000000 bytes",
    ),
    ("a stated length", Answer(200, {"Content-Length": "999999999"}), "too-large", "larger than 2000000 bytes"),
    ("gzip bomb of 300 MB", gzip_bomb(300_000_000), "too-large", "larger than 2000000 bytes"),
    ("too many redirects", redirect("/0"), "redirects", "is redirect number 10, and redirects again"),
    ("a circle of redirects", redirect("/feed"), "redirects", "redirects in a circle"),
    ("no HTTP", exactly(b"\x16\x03\x01\x02\x00" * 100), "protocol", "no sound HTTP answer"),
]


@pytest.mark.parametrize(("route", "code", "words"), [case[1:] for case in COSTLY], ids=[case[0] for case in COSTLY])
def test_what_costs_too_much_fails_its_source_and_no_other(
    desk: Desk, world: World, route: Answer | Raw, code: str, words: str
) -> None:
    with serve({"/feed": route, "/good": a_feed(entry(2))}) as site, serve({"/feed": a_feed(entry(3))}) as other:
        circle(site)
        world.put("news.example", PUBLIC, other)
        bad = desk.source("feed", site.url("/feed"), "bad", limits=Limits(download=2_000_000, download_seconds=0.4))
        if "gzip" in words or code == "too-large":
            bad = replace(bad, limits=replace(bad.limits, download_seconds=20.0))
        same_host = desk.source("feed", site.url("/good"), "same-host")
        another = desk.source("feed", "http://news.example/feed", "another", allow_private=False)
        first, *rest = desk.collect_all(bad, same_host, another)
    assert first.error.startswith(f"{code}: ")
    assert words in first.error
    state = desk.state("bad")
    assert (state.error, state.failures) == (first.error, 1)
    assert state.reason.startswith(f"{code}, failed once: again in ")
    assert [(report.new, report.error) for report in rest] == [(1, ""), (1, "")]


@pytest.mark.parametrize(("route", "code"), [(case[1], case[2]) for case in COSTLY], ids=[case[0] for case in COSTLY])
def test_a_page_that_costs_too_much_leaves_the_digest_with_the_reason(
    desk: Desk, route: Answer | Raw, code: str
) -> None:
    with serve({"/feed": a_feed(entry(1, link="/1")), "/1": route}) as site:
        circle(site)
        site.routes["/1"] = route
        if code == "redirects":
            site.routes.update({"/1": redirect("/0"), "/5": redirect("/0")})
        seconds = 20.0 if code == "too-large" else 0.4
        limits = Limits(download=2_000_000, download_seconds=seconds)
        report = desk.collect(desk.source("feed", site.url("/feed"), full_text="auto", limits=limits))
    assert (report.new, report.failed, report.error) == (1, 0, "")
    assert repairs(desk, "第1座大桥合龙")[0].startswith(f"full-text: {code}: ")


def test_what_broke_off_left_nothing_behind(desk: Desk) -> None:
    """The articles that stood before the fault are taken once the whole feed comes, and once only."""
    whole = rss(entry(1), entry(2))
    with serve({"/feed": exactly(HEAD + f"Content-Length: {len(whole)}\r\n\r\n".encode() + whole[:-100])}) as site:
        source = desk.source("feed", site.url("/feed"))
        assert desk.collect(source).error.startswith("protocol: ")
        assert desk.titles() == []
        site.routes["/feed"] = a_feed(entry(1), entry(2))
        assert desk.collect(source).new == 2
        assert desk.collect(source).found == 0
