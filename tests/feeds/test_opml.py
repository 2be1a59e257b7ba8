"""The list of feeds that readers import."""

from __future__ import annotations

from lxml import etree

from aggregator.feeds.formats.opml import render_opml
from aggregator.model.reading import FeedList, Subscription

ADDRESSES = ("https://feeds.example.org/feeds/a.atom?x=1&y=2", "https://feeds.example.org/topics/a")


def listed(title: str, *subscriptions: Subscription) -> bytes:
    return render_opml(FeedList("/feeds.opml", title, subscriptions)).body


def test_outlines_in_order_with_both_names() -> None:
    body = listed("甲 & 乙", Subscription("甲<1>", *ADDRESSES, "说\n明。"), Subscription("乙", *ADDRESSES))
    root = etree.fromstring(body)
    assert (root.tag, root.get("version"), root.findtext("head/title")) == ("opml", "2.0", "甲 & 乙")
    assert [dict(outline.items()) for outline in root.iterfind("body/outline")] == [
        {
            "type": "rss",
            "text": "甲<1>",
            "title": "甲<1>",
            "xmlUrl": ADDRESSES[0],
            "htmlUrl": ADDRESSES[1],
            "description": "说 明。",
        },
        {"type": "rss", "text": "乙", "title": "乙", "xmlUrl": ADDRESSES[0], "htmlUrl": ADDRESSES[1]},
    ]


def test_what_xml_cannot_carry_is_dropped() -> None:
    root = etree.fromstring(listed("甲\x00\ud800", Subscription("乙\x0b\ufffe", *ADDRESSES)))
    assert (root.findtext("head/title"), [each.get("text") for each in root.iter("outline")]) == ("甲", ["乙"])


def test_same_values_same_bytes() -> None:
    assert listed("甲", Subscription("甲", *ADDRESSES)) == listed("甲", Subscription("甲", *ADDRESSES))
