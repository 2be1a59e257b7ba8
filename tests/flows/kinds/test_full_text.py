"""Feeds that give digests: the article is read in its page, and of one version the longer text counts."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import replace
from typing import Any

import pytest
from lxml import html

from aggregator.model.config import Clean, Configuration, KeepFetched, Publish, Source
from aggregator.site.pages.page import Stored
from aggregator.site.pages.registry import read_page
from aggregator.site.pages.route import Route
from desk import BRIDGES, Desk
from flows.kinds.press import HTML, item, page, paths, published, published_titles, served_rss, text_of, title_of
from loopback import Answer, Site

DIGEST, FULL = text_of(1, 1), text_of(1, 12)
EXTRACTIONS = ["auto", "div.text"]


def serve_one(site: Site, digest: str = DIGEST, answer: Answer | None = None) -> None:
    """A feed of one entry, and the page of it."""
    site.routes["/feed"] = served_rss(item(1, text=digest, link=site.url("/a/1.html")))
    site.routes["/a/1.html"] = answer or page(title_of(1), FULL)


def kept(desk: Desk) -> dict[str, Any]:
    """What is stored beside the newest text of the one article."""
    connection = sqlite3.connect(desk.root / "desk.sqlite3")
    try:
        ((metadata,),) = connection.execute("SELECT front_matter FROM revision ORDER BY number DESC LIMIT 1").fetchall()
    finally:
        connection.close()
    told: dict[str, Any] = json.loads(metadata)
    return told


def revisions(desk: Desk) -> int:
    (entry,) = desk.entries()
    dossier = desk.storage.archive.article(str(entry.id))
    assert dossier is not None
    return len(dossier.revisions)


@pytest.mark.parametrize("full_text", EXTRACTIONS)
def test_a_page_longer_than_the_digest_is_the_article(desk: Desk, site: Site, full_text: str) -> None:
    serve_one(site)
    report = desk.collect(desk.source("feed", site.url("/feed"), full_text=full_text))
    assert (report.new, report.repaired, report.rejections) == (1, 0, ())
    (entry,) = desk.entries()
    assert FULL in entry.html
    assert "首页" not in entry.html
    assert kept(desk) == {"digest": DIGEST}
    assert FULL.encode() in desk.feed()
    assert paths(site) == ["/feed", "/a/1.html"]
    assert desk.collect(desk.source("feed", site.url("/feed"), full_text=full_text)).found == 0
    assert paths(site) == ["/feed"], "the feed's bytes are the same"


@pytest.mark.parametrize("full_text", EXTRACTIONS)
def test_a_digest_longer_than_the_page_is_the_article(desk: Desk, site: Site, full_text: str) -> None:
    serve_one(site, digest=FULL, answer=page(title_of(1), DIGEST))
    assert desk.collect(desk.source("feed", site.url("/feed"), full_text=full_text)).new == 1
    (entry,) = desk.entries()
    assert entry.html == FULL
    assert list(kept(desk)) == ["extraction"]
    assert DIGEST in kept(desk)["extraction"]


@pytest.mark.parametrize("status", [404, 410, 403])
def test_a_page_that_is_not_there_leaves_the_digest_and_is_not_asked_for_each_time(
    desk: Desk, site: Site, status: int
) -> None:
    serve_one(site, answer=Answer(status))
    source = desk.source("feed", site.url("/feed"), full_text="auto")
    report = desk.collect(source)
    assert (report.new, report.repaired, report.failed, report.error) == (1, 1, 0, "")
    assert paths(site) == ["/feed", "/a/1.html"]
    assert [entry.html for entry in desk.entries()] == [DIGEST]
    for number in (2, 3):
        desk.clock.move(hours=2)
        digest = item(1, text=DIGEST, link=site.url("/a/1.html"))
        site.routes["/feed"] = served_rss(item(number, text=DIGEST * number), digest)
        assert desk.collect(source).unchanged >= 1
        assert paths(site) == ["/feed"]


def test_a_page_that_fails_is_asked_for_again_until_its_text_is_there(desk: Desk, site: Site) -> None:
    serve_one(site, answer=Answer(500))
    source = desk.source("feed", site.url("/feed"), full_text="auto")
    assert desk.collect(source).new == 1
    (digest,) = desk.entries()
    assert digest.html == DIGEST
    desk.clock.move(hours=2)
    assert desk.collect(source).changed == 0
    site.routes["/a/1.html"] = page(title_of(1), FULL)
    desk.clock.move(hours=2)
    paths(site)
    assert desk.collect(source).changed == 1
    assert paths(site) == ["/feed", "/a/1.html"]
    (entry,) = desk.entries()
    assert (entry.id, entry.published) == (digest.id, digest.published)
    assert FULL in entry.html
    assert revisions(desk) == 2
    assert len(published(desk)) == 1
    desk.clock.move(hours=2)
    assert desk.collect(source).found == 0
    assert paths(site) == ["/feed"]


def test_a_later_edit_of_the_publisher_is_taken_though_it_is_shorter(desk: Desk, site: Site) -> None:
    serve_one(site)
    source = desk.source("feed", site.url("/feed"), full_text="auto")
    desk.collect(source)
    shorter = text_of(1, 6)
    serve_one(site, digest=DIGEST + "（更正）", answer=page(title_of(1), shorter))
    desk.clock.move(hours=2)
    assert desk.collect(source).changed == 1
    (entry,) = desk.entries()
    assert shorter in entry.html
    assert FULL not in entry.html
    assert revisions(desk) == 2


EMPTY = Answer(200, {"Content-Type": HTML}, b"<!doctype html><html><body><p></p></body></html>")
WITHOUT_PAGE = [Answer(503), Answer(404), Answer(429), EMPTY]
LATER = ["other rules", "an edit"]


@pytest.mark.parametrize("answer", WITHOUT_PAGE, ids=["503", "404", "429", "no article in it"])
@pytest.mark.parametrize("what", LATER)
def test_a_full_text_is_not_replaced_by_a_digest_while_its_page_cannot_be_had(
    desk: Desk, site: Site, answer: Answer, what: str
) -> None:
    serve_one(site)
    source = desk.source("feed", site.url("/feed"), full_text="auto")
    desk.collect(source)
    (before,) = desk.entries()
    if what == "other rules":
        # Else its page would be read again as it was.
        desk.keep_fetched = KeepFetched(days=0)
        desk.collect(source)
        source = replace(source, clean=Clean(drop_lines=("^nothing like it",)))
        digest = DIGEST
    else:
        digest = DIGEST.replace("今天", "昨天")
    for number in (2, 3):
        desk.clock.move(days=2)
        serve_one(site, digest, answer)
        # The publisher has news, so the feed is read again although a page was refused for good.
        site.routes["/feed"] = served_rss(item(number + 1), item(1, text=digest, link=site.url("/a/1.html")))
        paths(site)
        report = desk.collect(source)
        assert (report.changed, report.repaired) == (0, 1)
        assert "/a/1.html" in paths(site)
        (same,) = [entry for entry in desk.entries() if entry.id == before.id]
        assert (same.html, same.updated) == (before.html, before.updated)
    desk.clock.move(days=2)
    full = FULL.replace("今天", "昨天") if what == "an edit" else FULL
    site.routes["/a/1.html"] = page(title_of(1), full)
    site.routes["/feed"] = served_rss(item(1, text=digest, link=site.url("/a/1.html")))
    assert desk.collect(source).changed == (what == "an edit")
    (same,) = [entry for entry in desk.entries() if entry.id == before.id]
    assert full in same.html
    assert len(desk.entries()) == 3
    paths(site)
    desk.clock.move(days=2)
    site.routes["/feed"] = served_rss(item(5), item(1, text=digest, link=site.url("/a/1.html")))
    desk.collect(source)
    assert paths(site) == ["/feed"], "its page was read"


@pytest.mark.parametrize("status", [404, 503])
def test_an_edit_of_a_digest_whose_page_was_never_had_is_taken(desk: Desk, site: Site, status: int) -> None:
    serve_one(site, text_of(1, 3), Answer(status))
    source = desk.source("feed", site.url("/feed"), full_text="auto")
    desk.collect(source)
    desk.clock.move(hours=2)
    serve_one(site, text_of(1, 2), Answer(status))
    assert desk.collect(source).changed == 1
    assert [entry.html for entry in desk.entries()] == [text_of(1, 2)]


def test_a_digest_alone_is_taken_where_full_text_is_off(desk: Desk, site: Site) -> None:
    serve_one(site)
    desk.collect(desk.source("feed", site.url("/feed")))
    assert paths(site) == ["/feed"]
    assert [entry.html for entry in desk.entries()] == [DIGEST]
    edited = desk.source("feed", site.url("/feed"), full_text="auto")
    desk.collect(edited)
    assert paths(site) == [], "the feed is kept, and its pages are left to the next visit"
    assert [entry.html for entry in desk.entries()] == [DIGEST]
    desk.collect(edited)
    assert paths(site) == ["/feed", "/a/1.html"]
    assert FULL in desk.entries()[0].html, "what was read by other rules is read again"
    assert len(desk.entries()) == 1


def test_a_selector_that_finds_nothing_leaves_the_digest(desk: Desk, site: Site) -> None:
    serve_one(site)
    report = desk.collect(desk.source("feed", site.url("/feed"), full_text="div.gone"))
    assert (report.new, report.repaired) == (1, 1)
    assert [entry.html for entry in desk.entries()] == [DIGEST]


def shown_pages(desk: Desk, *sources: Source) -> str:
    """The article's page and the list of its topic, as people see them."""
    configuration = Configuration(str(desk.root), sources=sources, topics=(BRIDGES,))
    archive, id_ = desk.storage.archive, str(desk.entries()[0].id)
    routes = (Route("article", "zh", (id_,)), Route("topic", "zh", ("bridges",)))
    pages = [read_page(Stored(archive, archive.topic_counts), configuration, route) for route in routes]
    return "".join(html.HtmlElement.text_content(html.document_fromstring(str(text))) for text in pages)


RIGHTS = "版权归大桥日报所有"


@pytest.mark.parametrize("publish", ["summary", "link"])
def test_feeds_and_pages_show_no_more_than_the_source_allows(desk: Desk, site: Site, publish: Publish) -> None:
    serve_one(site)
    source = desk.source("feed", site.url("/feed"), full_text="auto", publish=publish, rights=RIGHTS)
    other = desk.source("feed", site.url("/other"), name="other")
    site.routes["/other"] = served_rss(item(2))
    desk.collect(source)
    entry = desk.entries()[0]
    assert FULL in entry.html, "the whole text is stored all the same"
    assert len(entry.summary) < len(FULL)
    # The source, and then what is left of it once it is no longer configured.
    for sources in ((source,), (other,)):
        desk.collect(*sources)
        ours = next(one for one in published(desk) if one.findtext("{*}title") == title_of(1))
        told = ours.findtext("{*}content") or ""
        assert FULL not in told
        assert (entry.summary in told) == (publish == "summary")
        assert site.url("/a/1.html") in told
        assert RIGHTS in (ours.findtext("{*}rights") or ours.findtext("{*}source/{*}rights") or "")
        assert FULL.encode() not in desk.feed()
        shown = shown_pages(desk, *sources)
        assert FULL not in shown
        assert (entry.summary in shown) == (publish == "summary")
        assert RIGHTS in shown


def test_an_entry_without_text_needs_its_page(desk: Desk, site: Site) -> None:
    serve_one(site, digest="", answer=Answer(404))
    source = desk.source("feed", site.url("/feed"), full_text="auto")
    report = desk.collect(source)
    assert (report.new, report.rejected) == (0, 1)
    assert "http-404" in report.rejections[0]
    desk.clock.move(days=2)
    site.routes["/a/1.html"] = page(title_of(1), FULL)
    site.routes["/feed"] = served_rss(item(1, text="", link=site.url("/a/1.html")), item(2, text=DIGEST))
    assert desk.collect(source).new == 2, "a refusal that may not last is looked at again after a day"
    assert published_titles(desk) == [title_of(1), title_of(2)]
