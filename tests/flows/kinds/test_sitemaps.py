"""Sitemaps: which pages are read, by what the sitemaps say of them."""

from __future__ import annotations

import gzip
from datetime import UTC, datetime, timedelta

import pytest

from aggregator.model.config import Schedule
from aggregator.model.running import SourceReport
from desk import Desk
from flows.kinds.press import page, pages, paths, published_titles, text_of, title_of
from loopback import Answer, Site

NAMESPACES = (
    'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"'
)


def urlset(site: Site, lastmods: dict[int, str], more: str = "") -> Answer:
    """A sitemap of these articles and when each was changed."""
    urls = "".join(
        f"<url><loc>{site.url(f'/a/{number}.html')}</loc><lastmod>{lastmod}</lastmod>{more.format(title_of(number))}</url>"
        for number, lastmod in lastmods.items()
    )
    return Answer(
        200, {"Content-Type": "text/xml"}, f'<?xml version="1.0"?><urlset {NAMESPACES}>{urls}</urlset>'.encode()
    )


def index(site: Site, lastmods: dict[str, str]) -> Answer:
    maps = "".join(
        f"<sitemap><loc>{site.url(path)}</loc>{f'<lastmod>{lastmod}</lastmod>' if lastmod else ''}</sitemap>"
        for path, lastmod in lastmods.items()
    )
    return Answer(200, {}, f'<?xml version="1.0"?><sitemapindex {NAMESPACES}>{maps}</sitemapindex>'.encode())


def numbers(first: int, last: int, day: int = 29) -> dict[int, str]:
    return dict.fromkeys(range(first, last + 1), f"2026-04-{day}T08:00:00Z")


def test_only_pages_whose_lastmod_changed_are_read_again(desk: Desk, site: Site) -> None:
    site.routes |= {"/map.xml": urlset(site, numbers(1, 3)), **pages((1, 2, 3, 4))}
    source = desk.source("sitemap", site.url("/map.xml"))
    assert desk.collect(source).new == 3
    assert sorted(paths(site)) == ["/a/1.html", "/a/2.html", "/a/3.html", "/map.xml"]
    desk.clock.move(hours=2)
    assert desk.collect(source).found == 0
    assert paths(site) == ["/map.xml"]
    site.routes["/map.xml"] = urlset(site, numbers(1, 3) | {2: "2026-05-01T07:00:00Z"} | numbers(4, 4, 30))
    site.routes["/a/2.html"] = page(title_of(2), text_of(2, 5))
    desk.clock.move(hours=2)
    report = desk.collect(source)
    assert (report.new, report.changed, report.unchanged) == (1, 1, 2)
    assert paths(site) == ["/map.xml", "/a/2.html", "/a/4.html"], "the newest first"
    assert published_titles(desk) == [title_of(number) for number in (1, 2, 3, 4)]


def test_a_child_whose_lastmod_is_the_same_is_not_asked_for(desk: Desk, site: Site) -> None:
    site.routes |= {
        "/index.xml": index(site, {"/new.xml": "2026-04-30", "/old.xml": "2026-01-01", "/any.xml": ""}),
        "/new.xml": urlset(site, numbers(1, 1)),
        "/old.xml": urlset(site, numbers(2, 2, 1)),
        "/any.xml": urlset(site, numbers(3, 3, 2)),
        **pages(range(1, 6)),
    }
    source = desk.source("sitemap", site.url("/index.xml"))
    assert desk.collect(source).new == 3
    paths(site)
    for number in (4, 5):
        desk.clock.move(hours=2)
        site.routes["/index.xml"] = index(
            site, {"/new.xml": f"2026-05-0{number}", "/old.xml": "2026-01-01", "/any.xml": ""}
        )
        site.routes["/new.xml"] = urlset(site, numbers(1, 1) | numbers(4, number, 30))
        assert desk.collect(source).new == 1
        assert paths(site) == ["/index.xml", "/new.xml", f"/a/{number}.html", "/any.xml"]
    desk.clock.move(hours=2)
    assert desk.collect(source).found == 0
    assert paths(site) == ["/index.xml", "/any.xml"], "no lastmod, so it is asked whether it changed"


def test_a_news_sitemap_gives_title_and_date(desk: Desk, site: Site) -> None:
    news = (
        "<news:news><news:publication><news:name>日报</news:name></news:publication><news:title>{}（全文）</news:title>"
        "<news:publication_date>2026-04-30T18:00:00+08:00</news:publication_date></news:news>"
    )
    site.routes |= {"/map.xml": urlset(site, numbers(1, 1), news), **pages((1,))}
    assert desk.collect(desk.source("sitemap", site.url("/map.xml"))).new == 1
    (entry,) = desk.entries()
    assert (entry.title, entry.published) == (f"{title_of(1)}（全文）", datetime(2026, 4, 30, 10, tzinfo=UTC))


@pytest.mark.parametrize("media_type", ["application/gzip", "application/x-gzip", "text/xml"])
def test_a_packed_sitemap_is_unpacked(desk: Desk, site: Site, media_type: str) -> None:
    packed = gzip.compress(urlset(site, numbers(1, 2)).body)
    site.routes |= {"/map.xml.gz": Answer(200, {"Content-Type": media_type}, packed), **pages((1, 2))}
    assert desk.collect(desk.source("sitemap", site.url("/map.xml.gz"))).new == 2


def test_include_and_exclude_choose_the_pages(desk: Desk, site: Site) -> None:
    site.routes |= {"/map.xml": urlset(site, numbers(1, 12)), **pages(range(1, 13))}
    source = desk.source("sitemap", site.url("/map.xml"), include=("a/1*.html",), exclude=("a/11.*",))
    report = desk.collect(source)
    assert (report.new, report.alarm) == (3, "")
    assert sorted(paths(site)) == ["/a/1.html", "/a/10.html", "/a/12.html", "/map.xml"]


def test_what_there_is_no_time_for_comes_with_the_next_passes(desk: Desk, site: Site) -> None:
    children = {"/one.xml": urlset(site, numbers(1, 5)), "/two.xml": urlset(site, numbers(6, 10, 28))}
    site.routes |= {
        "/index.xml": index(site, {"/one.xml": "2026-04-29", "/two.xml": "2026-04-28"}),
        **children,
        **pages(range(1, 11)),
    }
    desk.schedule = Schedule(longest=timedelta(seconds=4))
    source = desk.source("sitemap", site.url("/index.xml"))
    asked: list[str] = []
    passes: list[SourceReport] = []
    while not passes or desk.state().reason.endswith("left: again at once"):
        passes.append(desk.collect(source))
        assert desk.state().next_due == desk.clock.now() or not passes[-1].alarm
        assert len(passes) < 10
        asked += paths(site)
    assert len(passes) > 2
    assert sum(report.new for report in passes) == 10
    assert passes[0].alarm.startswith("stopped after 0:00:04: ")
    assert passes[-1].alarm == ""
    assert sorted(path for path in asked if path.startswith("/a/")) == sorted(pages(range(1, 11))), "each page once"
    for child, its in {"/one.xml": range(1, 6), "/two.xml": range(6, 11)}.items():
        finished = max(asked.index(path) for path in pages(its))
        assert child not in asked[finished:], "what was finished is not asked for again"
    assert desk.titles() == sorted(title_of(number) for number in range(1, 11))
    desk.clock.move(hours=2)
    assert desk.collect(source).found == 0
    assert paths(site) == ["/index.xml"]
