"""List pages: articles found by the operator's selectors, with or without their own pages."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from aggregator.model.config import Select
from desk import Desk
from flows.kinds.press import listed, listing, page, pages, paths, published, published_titles, text_of, title_of
from loopback import Answer, Site

SELECT = Select(entry="ul.list > li", date=".date", summary=".sum")


def test_articles_of_a_list_are_read_at_their_own_addresses(desk: Desk, site: Site) -> None:
    site.routes["/list"] = listing(listed(1), listed(2, "a/2.html"), listed(1))
    site.routes |= pages((1, 2))
    report = desk.collect(desk.source("page", site.url("/list"), select=SELECT))
    assert (report.new, report.rejected, report.error) == (2, 0, "")
    assert paths(site) == ["/list", "/a/1.html", "/a/2.html"]
    for entry in desk.entries():
        number = 1 if entry.title == title_of(1) else 2
        assert text_of(number, 8) in entry.html
        assert (entry.title, entry.url) == (title_of(number), site.url(f"/a/{number}.html"))
        assert entry.published == datetime(2026, 4, 30, 1, tzinfo=UTC), "the date of the list, in the source's zone"
    assert published_titles(desk) == [title_of(1), title_of(2)]


def test_without_following_the_summary_is_the_article(desk: Desk, site: Site) -> None:
    site.routes["/list"] = listing(listed(1, summary=text_of(1)), listed(2))
    report = desk.collect(desk.source("page", site.url("/list"), select=SELECT, follow=False))
    assert (report.new, report.rejected) == (2, 0)
    assert paths(site) == ["/list"]
    told = {entry.title: entry.html for entry in desk.entries()}
    assert told[title_of(1)] == text_of(1)
    assert title_of(2) in told[title_of(2)], "for want of a summary, its title"
    assert site.url("/a/2.html") in told[title_of(2)]
    published(desk)


def test_of_a_list_that_grew_only_what_is_new_is_asked_for(desk: Desk, site: Site) -> None:
    site.routes |= {"/list": listing(listed(1), listed(2)), **pages((1, 2, 3))}
    source = desk.source("page", site.url("/list"), select=SELECT)
    desk.collect(source)
    paths(site)
    desk.clock.move(hours=2)
    assert desk.collect(source).found == 0
    assert paths(site) == ["/list"], "the same bytes: nothing is read"
    site.routes["/list"] = listing(listed(3), listed(1), listed(2), head="<!-- 3 -->")
    desk.clock.move(hours=2)
    report = desk.collect(source)
    assert (report.new, report.unchanged) == (1, 2)
    assert paths(site) == ["/list", "/a/3.html"]
    site.routes["/list"] = listing(listed(3))
    assert (desk.collect(source).vanished, len(published(desk))) == (0, 3), "what left the list stays"


def test_an_article_that_is_listed_otherwise_is_read_again(desk: Desk, site: Site) -> None:
    site.routes |= {"/list": listing(listed(1), listed(2)), **pages((1, 2))}
    source = desk.source("page", site.url("/list"), select=SELECT)
    desk.collect(source)
    paths(site)
    site.routes["/list"] = listing(listed(1), listed(2, date="2026-04-30 12:00"))
    site.routes["/a/2.html"] = page(title_of(2), text_of(2, 6))
    desk.clock.move(hours=2)
    report = desk.collect(source)
    assert (report.changed, report.unchanged) == (1, 1)
    assert paths(site) == ["/list", "/a/2.html"]
    assert len(desk.entries()) == 2


def test_a_changed_layout_is_told(desk: Desk, site: Site) -> None:
    site.routes |= {"/list": listing(listed(1)), **pages((1,))}
    source = desk.source("page", site.url("/list"), select=SELECT)
    desk.collect(source)
    site.routes["/list"] = Answer(200, {"Content-Type": "text/html"}, b"<html><body><div>new</div></body></html>")
    desk.clock.move(hours=2)
    report = desk.collect(source)
    assert report.error == (
        "nothing-selected: select.entry 'ul.list > li' finds nothing in the page; has its layout changed?"
    )
    state = desk.state()
    assert (state.error, state.failures) == (report.error, 1)
    assert published_titles(desk) == [title_of(1)], "what is there stays"
    site.routes["/list"] = listing(listed(1))
    assert (desk.collect(source).error, desk.state().failures) == ("", 0)


def test_an_item_without_an_address_is_told_and_costs_no_other(desk: Desk, site: Site) -> None:
    site.routes |= {
        "/list": listing("<li>广告</li>", "<li><a href='javascript:x()'>x</a></li>", listed(1)),
        **pages((1,)),
    }
    report = desk.collect(desk.source("page", site.url("/list"), select=SELECT))
    assert (report.new, report.rejected) == (1, 2)
    assert all("no-link: " in line for line in report.rejections)


@pytest.mark.parametrize("declared", [True, False])
def test_list_and_pages_in_gbk(desk: Desk, site: Site, declared: bool) -> None:
    for path, answer in {"/list": listing(listed(1), listed(2)), **pages((1, 2))}.items():
        text = answer.body.decode().replace("charset=utf-8", "charset=gb2312" if declared else "x=y")
        site.routes[path] = Answer(200, {"Content-Type": "text/html"}, text.encode("gbk"))
    assert desk.collect(desk.source("page", site.url("/list"), select=SELECT)).new == 2
    assert published_titles(desk) == [title_of(1), title_of(2)]
    assert all(text_of(number, 8).encode() in desk.feed() for number in (1, 2))


def test_dates_of_the_list_stand_in_for_those_a_page_lacks(desk: Desk, site: Site) -> None:
    dates = ["2026-04-29", "2026年4月28日 10:30", "04-27", "昨天"]
    site.routes["/list"] = listing(*(listed(n, date=date) for n, date in enumerate(dates, 1)))
    site.routes |= pages(range(1, 5))
    desk.collect(desk.source("page", site.url("/list"), select=SELECT))
    found = {entry.title: entry.published for entry in desk.entries()}
    assert found[title_of(1)] == datetime(2026, 4, 28, 16, tzinfo=UTC)
    assert found[title_of(2)] == datetime(2026, 4, 28, 2, 30, tzinfo=UTC)
    assert all(found[title_of(n)] <= desk.clock.now() for n in (3, 4)), "what is no date is none"
