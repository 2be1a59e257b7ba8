"""What is kept never takes the place of what was read later, nor of what is still to be asked for."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from aggregator.model.config import Clean, Schedule, Select, Source
from desk import Desk
from flows.kinds.press import item, listed, listing, page, rss, text_of, title_of
from loopback import Answer, Site

SELECT = Select(entry="ul.list > li", date=".date")
NARROW = Select(entry="ul.list > li.other", date=".date")
OTHER_CLEAN = Clean(drop_lines=("^没有这样的一行$",))
OLD, NEW = text_of(1, 8), text_of(2, 12)


def texts(desk: Desk) -> str:
    return "\n".join(entry.html for entry in desk.entries())


def a_feed(desk: Desk, site: Site, **keys: Any) -> Source:
    """A feed of one article, whose page has the old text."""
    site.routes["/feed"] = Answer(200, {}, rss(item(1, text="第一句摘要。", link=site.url("/a/1.html"))))
    site.routes["/a/1.html"] = page(title_of(1), OLD)
    source = desk.source("feed", site.url("/feed"), full_text="div.text", every=timedelta(hours=1), **keys)
    assert desk.collect(source).new == 1
    assert OLD in texts(desk)
    return source


def correct(site: Site) -> None:
    """The publisher corrects the entry and its page."""
    site.routes["/feed"] = Answer(200, {}, rss(item(1, text="更正：第一句摘要有误。", link=site.url("/a/1.html"))))
    site.routes["/a/1.html"] = page(title_of(1), NEW)


def later(desk: Desk, source: Source) -> None:
    desk.clock.move(hours=2)
    desk.collect(source)


def test_full_text_that_was_off_while_a_text_was_corrected_does_not_bring_the_old_one_back(
    desk: Desk, site: Site
) -> None:
    source = a_feed(desk, site)
    without = replace(source, full_text="off")
    desk.collect(without)
    correct(site)
    later(desk, without)
    assert "更正" in texts(desk)
    desk.collect(source)
    assert OLD not in texts(desk)
    later(desk, source)
    assert NEW in texts(desk)


def test_a_page_that_was_to_be_asked_for_again_still_is_after_an_edit(desk: Desk, site: Site) -> None:
    source = a_feed(desk, site)
    correct(site)
    corrected, site.routes["/a/1.html"] = site.routes["/a/1.html"], Answer(503)
    later(desk, source)
    edited = replace(source, clean=OTHER_CLEAN)
    desk.collect(edited)
    site.routes["/a/1.html"] = corrected
    later(desk, edited)
    assert NEW in texts(desk)


def test_a_page_that_failed_still_is_asked_for_after_an_edit(desk: Desk, site: Site) -> None:
    site.routes |= {"/list": listing(listed(1)), "/a/1.html": page(title_of(1), OLD)}
    source = desk.source("page", site.url("/list"), select=SELECT, full_text="div.text", every=timedelta(hours=1))
    desk.collect(source)
    site.routes |= {"/list": listing(listed(1, date="2026-04-29")), "/a/1.html": Answer(500)}
    later(desk, source)
    edited = replace(source, clean=OTHER_CLEAN)
    desk.collect(edited)
    site.routes["/a/1.html"] = page(title_of(1), NEW)
    later(desk, edited)
    assert NEW in texts(desk)


def test_a_page_that_was_out_of_sight_for_a_while_is_asked_for_again(desk: Desk, site: Site) -> None:
    site.routes |= {"/list": listing(listed(1)), "/a/1.html": page(title_of(1), OLD)}
    source = desk.source("page", site.url("/list"), select=SELECT, full_text="div.text", every=timedelta(hours=1))
    desk.collect(source)
    narrow = replace(source, select=NARROW)
    desk.collect(narrow)
    site.routes |= {"/list": listing(listed(1, date="2026-04-29")), "/a/1.html": page(title_of(1), NEW)}
    later(desk, narrow)
    desk.collect(source)
    later(desk, source)
    assert NEW in texts(desk)


def test_pages_there_was_no_time_for_are_asked_for_after_an_edit(desk: Desk, site: Site) -> None:
    numbers = range(1, 4)
    site.routes["/list"] = listing(*map(listed, numbers))
    site.routes |= {f"/a/{number}.html": page(title_of(number), text_of(number, 8)) for number in numbers}
    source = desk.source("page", site.url("/list"), select=SELECT, full_text="div.text", every=timedelta(hours=1))
    desk.collect(source)
    site.routes["/list"] = listing(*(listed(number, date="2026-04-29") for number in numbers))
    site.routes |= {f"/a/{number}.html": page(title_of(number), text_of(number + 10, 8)) for number in numbers}
    desk.schedule = Schedule(longest=timedelta(0))
    later(desk, source)
    desk.schedule = Schedule()
    edited = replace(source, clean=OTHER_CLEAN)
    desk.collect(edited)
    later(desk, edited)
    assert all(text_of(number + 10, 8) in texts(desk) for number in numbers)
