"""What is shown of an article whose publisher does not give us all of it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, get_args, get_type_hints

import pytest
from lxml import etree

from aggregator.feeds.assemble import assemble
from aggregator.feeds.formats.atom import render_atom
from aggregator.feeds.rights import allowed
from aggregator.model.config import Publish, Source
from aggregator.model.document import Enclosure
from aggregator.model.reading import Entry
from feed_builders import CREATED, INSTALLATION, NOON, a_configuration, an_entry
from feeds.feed_rules import ATOM, check_feed, links, text

AUDIO = Enclosure("https://media.example.org/1.mp3", "audio/mpeg", 4096)
LINK = '<p><a href="https://news.example.org/1?a=1&amp;b=2" rel="noopener noreferrer nofollow">阅读原文</a></p>'
FULL = an_entry(1, url="https://news.example.org/1?a=1&b=2", summary="床位 < 120", enclosures=(AUDIO,))
PARTS = [
    ("full", FULL, FULL.html, FULL.summary),
    ("summary", FULL, f"<p>床位 &lt; 120</p>{LINK}", "床位 < 120"),
    ("summary", replace(FULL, summary=""), LINK, ""),
    ("summary", replace(FULL, url=None), "<p>床位 &lt; 120</p>", "床位 < 120"),
    ("link", FULL, LINK, ""),
    ("link", replace(FULL, url="javascript:alert(1)"), "", ""),
]


@pytest.mark.parametrize(("publish", "entry", "html", "summary"), PARTS)
def test_what_is_allowed(publish: Publish, entry: Entry, html: str, summary: str) -> None:
    shown = allowed(entry, publish, "阅读原文")
    assert (shown.html, shown.summary) == (html, summary)
    if publish != "full":
        assert (shown.image, shown.enclosures) == (None, ())
        again = replace(shown, html=entry.html, summary=entry.summary, image=entry.image, enclosures=entry.enclosures)
        assert again == entry


def test_all_that_operators_may_write_is_known() -> None:
    assert get_args(get_type_hints(Source)["publish"]) == get_args(Publish)


def shown(publish: Publish, language: str = "zh-CN", **changes: Any) -> etree._Element:
    """The entry as in a feed, beside another source's, which is shown in full."""
    configuration = a_configuration(sources=(Source("seeds", publish=publish), Source("daily")))
    configuration = replace(configuration, site=replace(configuration.site, language=language))
    entries = [replace(FULL, **changes), an_entry(2, source="daily")]
    feed = assemble("centres", configuration, entries, CREATED, INSTALLATION)
    body = render_atom(feed).body
    assert check_feed(body, NOON) == []
    first, second = etree.fromstring(body).iter(f"{{{ATOM}}}entry")
    assert text(second, "content") == entries[1].html
    return first


def test_a_feed_holds_the_summary_and_the_link() -> None:
    entry = shown("summary")
    assert text(entry, "content") == f"<p>床位 &lt; 120</p>{LINK}"
    assert text(entry, "summary") == "床位 < 120"
    assert links(entry, "alternate")[0].get("href") == FULL.url
    assert not links(entry, "enclosure")


def test_a_feed_holds_the_title_and_the_link() -> None:
    entry = shown("link")
    assert text(entry, "content") == LINK
    assert text(entry, "title") == FULL.title
    assert entry.find(f"{{{ATOM}}}summary") is None


def test_without_an_address_the_title_stands_for_the_text() -> None:
    assert text(shown("link", url=None, title="1 < 2"), "content") == "1 &lt; 2"


def test_the_link_is_in_the_sites_language() -> None:
    assert "Read the original</a>" in text(shown("link", "en"), "content")


def test_a_long_article_shown_as_a_link_takes_no_room() -> None:
    configuration = a_configuration(sources=(Source("seeds", publish="link"),))
    entries = [an_entry(number, html="医" * 600_000) for number in range(20)]
    feed = assemble("centres", configuration, entries, CREATED, INSTALLATION)
    assert len(feed.entries) == 20
    assert render_atom(feed).left_out == ()
