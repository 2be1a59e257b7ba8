"""Renderings of feeds and of the list of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from lxml import etree

from aggregator.errors import PublishError
from aggregator.feeds.assemble import list_feeds
from aggregator.feeds.formats.atom import ATOM
from aggregator.feeds.formats.format import Rendered
from aggregator.feeds.formats.opml import OPML
from aggregator.model.reading import Feed, LeftOut
from aggregator.site.encode import etag_of
from aggregator.site.render import render
from feed_builders import NOON, a_configuration, a_feed, an_entry
from feeds.feed_rules import check_feed


def test_a_feed() -> None:
    rendering = render(a_feed([an_entry(1)]), ATOM, NOON + timedelta(microseconds=5))
    assert check_feed(rendering.body, NOON) == []
    assert rendering.path == "/feeds/centres.atom"
    assert rendering.media_type == "application/atom+xml; charset=utf-8"
    assert (rendering.etag, rendering.modified) == (etag_of(rendering.body), NOON)
    assert rendering.left_out == ()


def test_what_was_left_out_is_said() -> None:
    faulty = an_entry(2, published=datetime(2026, 1, 1))  # noqa: DTZ001 - the fault is the missing zone
    rendering = render(replace(a_feed([an_entry(1)]), entries=(an_entry(1), faulty)), ATOM, NOON)
    assert rendering.left_out == (LeftOut(faulty.id, "ValueError: Datetime object has no timezone info"),)


def test_opml_lists_the_feeds() -> None:
    rendering = render(list_feeds(a_configuration(), OPML), OPML, NOON)
    assert (rendering.path, rendering.media_type) == ("/feeds.opml", "text/x-opml; charset=utf-8")
    assert [outline.get("xmlUrl") for outline in etree.fromstring(rendering.body).iter("outline")] == [
        "https://feeds.example.org/feeds/all.atom",
        "https://feeds.example.org/feeds/centres.atom",
        "https://feeds.example.org/feeds/resources.atom",
    ]


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        (b"<feed>", "no XML"),
        (b"<feed>\x01</feed>", "no XML"),
        (b'<feed xmlns="http://www.w3.org/2005/Atom"/>', "1 entries were written, 0 can be read"),
    ],
)
def test_faulty_bytes_are_not_handed_out(body: bytes, fault: str) -> None:
    faulty = replace(ATOM, render=lambda _: Rendered(body))
    with pytest.raises(PublishError, match=f"/feeds/centres.atom: .*{fault}"):
        render(a_feed([an_entry(1)]), faulty, NOON)


@pytest.mark.parametrize(
    "feed",
    [
        replace(a_feed(), updated=datetime(2026, 1, 1)),  # noqa: DTZ001 - the fault is the missing zone
        replace(a_feed(), id="\x00"),
        replace(a_feed(), style="/a?>b"),
    ],
)
def test_a_feed_that_cannot_be_written_is_named(feed: Feed) -> None:
    with pytest.raises(PublishError, match=r"/feeds/centres\.atom: cannot be written"):
        render(feed, ATOM, NOON)


def test_a_format_refuses_what_it_does_not_read() -> None:
    with pytest.raises(TypeError, match=r"\.opml is made of a FeedList, not of a Feed"):
        render(a_feed(), OPML, NOON)
