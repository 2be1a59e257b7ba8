"""What a list points to is had in the end, although the list does not change meanwhile."""

from __future__ import annotations

from datetime import timedelta

import pytest

from aggregator.model.config import Schedule, Select
from desk import Desk
from flows.kinds.press import HTML, item, listed, listing, page, pages, paths, served_rss, text_of, title_of
from flows.kinds.test_sitemaps import index, numbers, urlset
from loopback import Answer, Asked, Route, Site

LASTMOD = "2026-04-29T08:00:00Z"
NAMES_A_FEED = b'<html><link rel="alternate" type="application/rss+xml" href="/feed"><body></body></html>'
ENTRY = Select(entry="li")


def unchanging(answer: Answer) -> Route:
    """Answers 304 once its validator is known."""

    def route(asked: Asked) -> Answer:
        if asked.headers.get("if-none-match") == '"1"':
            return Answer(304)
        return Answer(answer.status, {**answer.headers, "ETag": '"1"'}, answer.body)

    return route


def test_a_page_of_an_earlier_sitemap_that_fails_twice(desk: Desk, site: Site) -> None:
    site.routes |= {
        "/map.xml": index(site, {"/m1.xml": LASTMOD, "/m2.xml": LASTMOD}),
        "/m1.xml": urlset(site, numbers(1, 1)),
        "/m2.xml": urlset(site, numbers(2, 2)),
        **pages((2,)),
        "/a/1.html": Answer(500),
    }
    source = desk.source("sitemap", site.url("/map.xml"))
    for new in (1, 0, 0):
        paths(site)
        assert desk.collect(source).new == new
        assert "/a/1.html" in paths(site)
        desk.clock.move(days=1)
    site.routes |= pages((1,))
    assert desk.collect(source).new == 1
    paths(site)
    desk.collect(source)
    assert paths(site) == ["/map.xml"]


def test_pages_after_many_that_are_gone(desk: Desk, site: Site) -> None:
    desk.schedule = Schedule(longest=timedelta(seconds=5))
    site.routes |= {"/map.xml": unchanging(urlset(site, numbers(1, 20))), **pages(range(13, 21))}
    source = desk.source("sitemap", site.url("/map.xml"))
    report = desk.collect(source)
    assert report.rejected > 0
    assert desk.state().reason.endswith("documents left: again at once"), "refusals are progress"
    for _ in range(8):
        desk.collect(source)
    assert len(desk.titles()) == 8
    assert desk.state().reason.startswith("own rhythm")


def test_sitemaps_without_lastmod_that_do_not_fit_into_one_pass(desk: Desk, site: Site) -> None:
    desk.schedule = Schedule(longest=timedelta(seconds=6))
    children = {f"/m{number}.xml": "" for number in range(12)}
    site.routes |= {"/map.xml": index(site, children), **pages((1, 2))}
    site.routes |= {child: urlset(site, numbers(1, 1)) for child in children}
    site.routes["/m11.xml"] = urlset(site, numbers(2, 2))
    source = desk.source("sitemap", site.url("/map.xml"))
    alarm = ""
    for _ in range(4):
        alarm = alarm or desk.collect(source).alarm
        desk.clock.move(hours=3)
        desk.collect(source)
    assert "documents are left for the next pass" in alarm
    assert desk.titles() == sorted([title_of(1), title_of(2)])
    asked = paths(site)
    turns = [asked.count(child) for child in children]
    assert max(turns) - min(turns) <= 1, "in turn"


def test_a_sitemap_that_was_a_notice_of_maintenance(desk: Desk, site: Site) -> None:
    site.routes |= {
        "/map.xml": index(site, {"/m1.xml": LASTMOD, "/m2.xml": LASTMOD}),
        "/m1.xml": Answer(200, {"Content-Type": HTML}, b"<html><body>maintenance</body></html>"),
        "/m2.xml": urlset(site, numbers(2, 2)),
        **pages((1, 2)),
    }
    source = desk.source("sitemap", site.url("/map.xml"))
    desk.collect(source)
    site.routes["/m1.xml"] = urlset(site, numbers(1, 1))
    desk.clock.move(hours=2)
    assert desk.collect(source).new == 1
    assert len(desk.titles()) == 2


@pytest.mark.parametrize("validators", [True, False])
@pytest.mark.parametrize("kind", ["page", "sitemap", "feed"])
def test_a_page_that_is_listed_before_it_is_served(desk: Desk, site: Site, kind: str, validators: bool) -> None:
    lists = {
        "page": listing(listed(1)),
        "sitemap": urlset(site, numbers(1, 1)),
        "feed": served_rss(item(1, text=text_of(1, 1), link=site.url("/a/1.html"))),
    }
    site.routes["/list"] = unchanging(lists[kind]) if validators else lists[kind]
    keys = {"page": {"select": ENTRY}, "sitemap": {}, "feed": {"full_text": "auto"}}
    source = desk.source(kind, site.url("/list"), **keys[kind])  # type: ignore[arg-type]
    desk.collect(source)
    paths(site)
    for _ in range(11):
        desk.clock.move(hours=2)
        desk.collect(source)
    assert "/a/1.html" not in paths(site), "not at each look"
    site.routes["/a/1.html"] = page(title_of(1), text_of(1, 9))
    desk.clock.move(hours=4)
    report = desk.collect(source)
    assert report.new + report.changed == 1, "but after a day"
    assert text_of(1, 9) in desk.entries()[0].html
    paths(site)
    for _ in range(3):
        desk.clock.move(days=2)
        desk.collect(source)
    assert "/a/1.html" not in paths(site)


def test_three_pages_that_always_fail_do_not_make_a_source_failing(desk: Desk, site: Site) -> None:
    source = desk.source("sitemap", site.url("/map.xml"))
    site.routes |= {f"/a/{number}.html": Answer(500) for number in (1, 2, 3)}
    for number in range(4, 9):
        site.routes |= {"/map.xml": urlset(site, numbers(1, 3, 28) | numbers(4, number)), **pages((number,))}
        report = desk.collect(source)
        assert (report.new, report.failed, report.error, report.alarm) == (1, 3, "", "")
        assert desk.state().failures == 0
        desk.clock.move(days=1)


def test_a_source_of_which_no_page_can_be_had_has_failed(desk: Desk, site: Site) -> None:
    site.routes |= {"/map.xml": urlset(site, numbers(1, 5)), **{f"/a/{n}.html": Answer(500) for n in range(1, 6)}}
    source = desk.source("sitemap", site.url("/map.xml"))
    for failures in (1, 2, 3):
        assert desk.collect(source).error.startswith("http-500: ")
        assert desk.state().failures == failures
        desk.clock.move(days=1)


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (Answer(500), "http-500"),
        (Answer(410), "gone (410)"),
        (Answer(429, {"Retry-After": "86400"}), "429, Retry-After"),
        (Answer(200, {"Content-Type": HTML}, b"<html><body>maintenance</body></html>"), "not-a-feed"),
    ],
    ids=["500", "410", "429", "no feed"],
)
def test_the_feed_that_a_page_names_is_the_source(desk: Desk, site: Site, answer: Answer, reason: str) -> None:
    site.routes |= {"/": Answer(200, {"Content-Type": HTML}, NAMES_A_FEED), "/feed": served_rss(item(1))}
    source = desk.source("feed", site.url("/"))
    assert desk.collect(source).new == 1
    site.routes["/feed"] = answer
    desk.clock.move(hours=3)
    assert desk.collect(source).error != ""
    assert desk.state().failures == 1
    site.routes["/feed"] = served_rss(item(1), item(2))
    desk.clock.move(days=40)
    assert (desk.collect(source).new, desk.state().error) == (1, "")


def test_an_entry_that_was_taken_back_goes_although_pages_fail(desk: Desk, site: Site) -> None:
    tombstone = (
        '<at:deleted-entry xmlns:at="http://purl.org/atompub/tombstones/1.0" ref="urn:1" when="2026-05-01T08:00:00Z"/>'
    )

    def atom(*entries: int, more: str = "") -> Answer:
        told = "".join(
            f"<entry><id>urn:{n}</id><title>{title_of(n)}</title><link href='{site.url(f'/a/{n}.html')}'/>"
            "<updated>2026-04-30T08:00:00Z</updated></entry>"
            for n in entries
        )
        head = '<feed xmlns="http://www.w3.org/2005/Atom"><title>t</title><id>urn:f</id><updated>2026-04-30T08:00:00Z</updated>'
        return Answer(200, {"Content-Type": "application/atom+xml"}, f"{head}{more}{told}</feed>".encode())

    site.routes |= {"/feed": atom(1), **pages((1,)), **{f"/a/{n}.html": Answer(500) for n in (2, 3, 4)}}
    source = desk.source("feed", site.url("/feed"), deletes="retract", full_text="auto")
    desk.collect(source)
    assert desk.titles() == [title_of(1)]
    site.routes["/feed"] = atom(2, 3, 4, more=tombstone)
    desk.clock.move(days=1)
    report = desk.collect(source)
    assert (report.error[:8], desk.titles()) == ("http-500", [])
