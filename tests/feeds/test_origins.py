"""What a feed says of where an entry is from: the origin's own site and feed, and nothing that is a secret."""

from __future__ import annotations

from typing import Any

import pytest
from lxml import etree

from aggregator.feeds.addresses import is_public
from aggregator.feeds.assemble import assemble
from aggregator.feeds.formats.atom import XML, render_atom
from aggregator.model.article import StatedSite
from aggregator.model.config import Source
from aggregator.model.reading import Entry
from feed_builders import CREATED, INSTALLATION, NOON, a_configuration, an_entry
from feeds.feed_rules import ATOM, DCTERMS, check_feeds, links, text

FEED = "https://paper.example/feed.xml"
SITE = "https://paper.example/"
STATED = StatedSite("晚报", SITE)

ORIGINS: list[tuple[str, Source, StatedSite, str, str | None, str | None]] = [
    ("files", Source("s", title="文件"), StatedSite(), "文件", None, None),
    ("files of a site", Source("s", home="https://a.example/"), StatedSite(), "s", "https://a.example/", None),
    ("feed not read yet", Source("s", kind="feed", url=FEED), StatedSite(), "s", None, FEED),
    ("feed", Source("s", kind="feed", url=FEED), STATED, "晚报", SITE, FEED),
    ("feed with a title of ours", Source("s", kind="feed", url=FEED, title="报"), STATED, "报", SITE, FEED),
    ("feed with a home of ours", Source("s", kind="feed", url=FEED, home="https://b.example"), STATED, "晚报",
     "https://b.example", FEED),
    ("feed with a password", Source("s", kind="feed", url="https://me:word@p.example/f"), STATED, "晚报", SITE, None),
    ("feed with a key", Source("s", kind="feed", url=f"{FEED}?token=1"), STATED, "晚报", SITE, None),
    ("feed that asks who we are", Source("s", kind="feed", url=FEED, auth_file="a"), STATED, "晚报", SITE, None),
    ("feed with a plain parameter", Source("s", kind="feed", url=f"{FEED}?a=1&b=2"), STATED, "晚报", SITE,
     f"{FEED}?a=1&b=2"),
    ("site that is none", Source("s", kind="feed", url=FEED), StatedSite("", "javascript:x"), "s", None, FEED),
    ("site with a key", Source("s", kind="feed", url=FEED), StatedSite("", f"{SITE}?api_key=1"), "s", None, FEED),
    ("page that leads to a feed", Source("s", kind="feed", url=SITE), StatedSite("报", None, FEED), "报", None, FEED),
    ("page of a feed with a key", Source("s", kind="feed", url=SITE), StatedSite("报", None, f"{FEED}?key=1"),
     "报", None, None),
    ("list page", Source("s", kind="page", url="https://p.example/list"), StatedSite(), "s", "https://p.example/list",
     None),
    ("repository", Source("s", kind="git", url="https://git.example/r.git"), StatedSite(), "s", None, None),
]  # fmt: skip


@pytest.mark.parametrize(
    ("source", "stated", "title", "home", "feed"), [o[1:] for o in ORIGINS], ids=[o[0] for o in ORIGINS]
)
def test_an_entry_names_its_origins_own_site_and_feed(
    source: Source, stated: StatedSite, title: str, home: str | None, feed: str | None
) -> None:
    said = source_of("centres", source, origin=stated)

    assert text(said, "title") == title
    assert [link.get("href") for link in links(said, "alternate")] == [home] * (home is not None)
    assert [link.get("href") for link in links(said, "self")] == [feed] * (feed is not None)


def test_a_source_that_is_configured_no_longer_is_named_as_it_named_itself() -> None:
    said = source_of("centres", Source("other"), origin=STATED)

    assert (text(said, "title"), links(said, "alternate")[0].get("href")) == ("晚报", SITE)


@pytest.mark.parametrize("source", [Source("s", kind="feed", url=f"{FEED}?a=1&b=2&c=3&d=4"), *(o[1] for o in ORIGINS)])
def test_the_origin_is_the_same_in_every_feed(source: Source) -> None:
    """However many references the other entries of a feed need."""
    entry = an_entry(0, source="s", origin=STATED)
    alone = bytes_of("centres", source, [entry])
    among = bytes_of("all", source, [entry, *(an_entry(number) for number in range(1, 100))])

    assert check_feeds({"centres": alone, "all": among}, NOON) == []


@pytest.mark.parametrize(
    ("language", "marked"),
    [("", None), ("zh", None), ("en", "en"), ("ar", "ar")],
)
def test_an_entry_in_another_language_says_so(language: str, marked: str | None) -> None:
    body = bytes_of("centres", Source("s"), [an_entry(1, language=language)])
    entry = etree.fromstring(body).find(f"{{{ATOM}}}entry")

    assert entry is not None
    assert entry.get(f"{{{XML}}}lang") == marked
    words = entry.find(f"{{{DCTERMS}}}available")
    assert words is not None
    assert words.get(f"{{{XML}}}lang") == (marked and "zh-CN")


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("https://a.example/feed.xml", True),
        ("https://a.example/?format=atom&cat=7", True),
        ("https://a.example/rsshub/user/12345678901234567890", True),
        ("https://a.example/?tag=monkey-business", True),
        ("https://user@a.example/", False),
        ("https://user:word@a.example/", False),
        ("https://a.example/?key=1", False),
        ("https://a.example/?a=1&access_token=", False),
        ("https://a.example/?X-Amz-Signature=a", False),
        ("https://a.example/?auth=x", False),
        ("https://a.example/?sid=1", False),
        ("https://a.example/?u=0a1b2c3d4e5f60718293a4b5c6d7e8f9", False),
        ("https://a.example/#token=1", False),
        ("ftp://a.example/", False),
        ("", False),
    ],
)
def test_what_looks_like_a_secret_is_shown_to_nobody(address: str, public: bool) -> None:
    assert is_public(address) is public


def source_of(key: str, source: Source, **changes: Any) -> etree._Element:
    entry = an_entry(1, source="s", **changes)
    found = etree.fromstring(bytes_of(key, source, [entry])).find(f"{{{ATOM}}}entry/{{{ATOM}}}source")
    assert found is not None
    return found


def bytes_of(key: str, source: Source, entries: list[Entry]) -> bytes:
    configuration = a_configuration(sources=(source, Source("seeds")))
    return render_atom(assemble(key, configuration, entries, CREATED, INSTALLATION)).body
