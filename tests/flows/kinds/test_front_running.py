"""A source that repeats another one's article first may not take its words away later."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from desk import Desk
from flows.kinds.press import item, served_rss, text_of, title_of
from loopback import Site, serve


@pytest.fixture
def site() -> Iterator[Site]:
    with serve({}) as site:
        yield site


def test_an_article_that_another_source_copied_first_and_rewrote_is_an_article_of_its_own(
    desk: Desk, site: Site
) -> None:
    copy, victim = desk.source("feed", site.url("/copy"), "copy"), desk.source("feed", site.url("/news"), "news")
    site.routes |= {"/copy": served_rss(item(1, guid="copied")), "/news": served_rss(item(1))}
    desk.collect_all(copy)
    assert desk.collect_all(copy, victim)[1].duplicate == 1
    site.routes["/copy"] = served_rss(item(1, guid="copied", title=title_of(1), text="便宜的大桥门票，欲购从速。" * 9))
    desk.collect_all(copy)
    report = desk.collect_all(copy, victim)[1]
    assert report.new == 1
    told = {entry.source: entry.html for entry in desk.entries()}
    assert text_of(1)[:20] in told["news"]
    assert "门票" in told["copy"]
    assert desk.collect_all(copy, victim)[1].new == 0, "and so it stays"


def test_a_correction_elsewhere_makes_no_second_article(desk: Desk, site: Site) -> None:
    first, second = desk.source("feed", site.url("/a"), "first"), desk.source("feed", site.url("/b"), "second")
    site.routes |= {"/a": served_rss(item(1)), "/b": served_rss(item(1, guid="b"))}
    desk.collect_all(first, second)
    site.routes["/a"] = served_rss(item(1, text=text_of(1) + "共投资三亿元。"))
    desk.collect_all(first, second)
    assert desk.collect_all(first, second)[1].new == 0
    assert len(desk.entries()) == 1
