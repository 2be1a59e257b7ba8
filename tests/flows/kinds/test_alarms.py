"""What an operator hears of a source that does not fail, and yet gives less than it should."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from aggregator.codes import AlarmCode
from aggregator.model.alarm import Alarm
from aggregator.model.config import Limits, Select
from desk import Desk
from flows.kinds.press import item, listed, listing, published, served_rss
from loopback import Answer, Site, serve


@pytest.fixture
def site() -> Iterator[Site]:
    with serve({}) as site:
        yield site


def test_a_pass_in_which_no_document_gives_an_article(desk: Desk, site: Site) -> None:
    site.routes["/list"] = listing(listed(1, "/1"), listed(2, "/2"))
    site.routes |= {"/1": Answer(404), "/2": Answer(404)}
    report = desk.collect(desk.source("page", site.url("/list"), select=Select("li")))
    assert report.error == ""
    assert report.alarm.startswith(f"none of 2 documents gave an article; {site.url('/1')}: http-404: ")


def test_one_article_among_refused_documents_is_no_alarm(desk: Desk, site: Site) -> None:
    site.routes["/feed"] = served_rss(item(1), "<item><pubDate>nonsense</pubDate></item>")
    report = desk.collect(desk.source("feed", site.url("/feed")))
    assert (report.new, report.rejected, report.alarm) == (1, 1, "")


def test_a_selector_that_finds_nothing_in_any_entry(desk: Desk, site: Site) -> None:
    site.routes["/list"] = listing(listed(1, "/1", summary="合龙"), listed(2, "/2"))
    source = desk.source("page", site.url("/list"), select=Select("li", date="span.nodate"), follow=False)
    report = desk.collect(source)
    assert report.alarm == "select.date 'span.nodate' finds nothing in any of 2 entries; has the layout changed?"
    assert desk.preview(source).facts is not None


def test_an_alarm_stands_while_the_document_is_unchanged(desk: Desk, site: Site) -> None:
    feed = served_rss(*(item(number) for number in range(5)))
    site.routes["/feed"] = Answer(200, {**feed.headers, "ETag": '"1"'}, feed.body)
    source = desk.source("feed", site.url("/feed"), limits=Limits(entries=3))
    assert desk.collect(source).alarm == "2 entries left out (limits.entries)"
    site.routes["/feed"] = Answer(304)
    assert desk.collect(source).alarm == ""
    assert desk.state().alarms == (Alarm(AlarmCode.ENTRIES_LEFT_OUT, "2 entries left out (limits.entries)"),)


def test_a_corrected_enclosure_is_published(desk: Desk, site: Site) -> None:
    source = desk.source("feed", site.url("/feed"))
    for name in ("one", "two"):
        enclosure = f'<enclosure url="https://media.example/{name}.mp3" type="audio/mpeg" length="9"/>'
        site.routes["/feed"] = served_rss(item(1, more=enclosure))
        desk.collect(source)
    (entry,) = published(desk)
    links = entry.findall("{http://www.w3.org/2005/Atom}link[@rel='enclosure']")
    assert [link.get("href") for link in links] == ["https://media.example/two.mp3"]
