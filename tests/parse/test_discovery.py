"""Pages by what they say of feeds, and the feeds that are found, the one that is read first."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.base.links import web_address
from aggregator.parse.feed.discovery import feeds_of_page, usual_feeds

URL = "https://news.example/start/"
ROOT = "https://news.example"


def link(href: str, kind: str | None = "application/rss+xml", rel: str = "alternate", more: str = "") -> str:
    typed = "" if kind is None else f' type="{kind}"'
    return f'<link rel="{rel}"{typed} href="{href}" {more}>'


@pytest.mark.parametrize(
    ("page", "feeds"),
    [
        *((link("/f", kind), ["/f"]) for kind in (
            "application/rss+xml", "application/atom+xml", "application/feed+json", "application/rdf+xml",
            "Application/RSS+XML; charset=utf-8", " application/x-rss+xml ", "text/rss+xml", "application/rss",
        )),
        *((link("/feed.xml", kind), ["/feed.xml"]) for kind in ("text/xml", "application/xml", "application/json", "",
            None)),
        *((link("/f", rel=rel), ["/f"]) for rel in ("ALTERNATE", "alternate feed", "feed", "home  alternate")),
        (link("/anything", None, "feed"), ["/anything"]),
        (link("/anything", None), []),
        (link("/wp-json/wp/v2/posts/1", "application/json"), []),
        (link("/oembed?format=xml", "text/xml"), []),
        (link("/f.css", "text/css", "alternate stylesheet"), []),
        (link("/en", "text/html"), []),
        (link("f"), ["/start/f"]),
        ('<base href="https://cdn.example/b/">' + link("f"), ["https://cdn.example/b/f"]),
        (link("feed://news.example/f"), ["http://news.example/f"]),
        (link("feed:https://news.example/f"), ["https://news.example/f"]),
        (link("gopher://news.example/f"), []),
        ('<link rel=alternate type=application/rss+xml data-href="/f">', ["/f"]),
        # The feed of articles before that of comments, complete formats before others, then as they stand.
        (link("/comments/feed") + link("/feed"), ["/feed", "/comments/feed"]),
        (link("/c", more='title="评论"') + link("/feed"), ["/feed", "/c"]),
        (link("/r") + link("/a", "application/atom+xml") + link("/j", "application/feed+json"), ["/a", "/r", "/j"]),
        (link("/x") + link("/y"), ["/x", "/y"]),
        ("<html lang='de'>" + link("/e", more="hreflang=en") + link("/d", more="hreflang=de"), ["/d", "/e"]),
        # Links in the page, where no element of its head names one.
        ("<a href='/rss.xml'>News</a>", ["/rss.xml"]),
        ("<a href='/news.xml'>RSS</a>", ["/news.xml"]),
        ("<a class=i href='/feed/'><img alt='' src=i.png></a>", ["/feed/"]),
        ("<a href='https://feeds.feedburner.com/news'>订阅</a>", ["https://feeds.feedburner.com/news"]),
        ("<a href='/a/comments/feed'>Comments</a><a href='/feed'>RSS</a>", ["/feed", "/a/comments/feed"]),
        ("<a href='/rss.xml'>RSS</a>" + link("/f"), ["/f"]),
        ("<a href='/feedback'>Feedback</a><a href='/rss.html'>What is RSS?</a><a href='/rss.png'>RSS</a>", []),
        ("<a href='https://feedly.com/i/subscription/feed/x'>Feedly</a>", []),
        ("<!-- " + link("/f") + " --><script>'" + link("/g") + "'</script>", []),
    ],
)  # fmt: skip
def test_feeds_of_a_page(page: str, feeds: list[str]) -> None:
    assert list(feeds_of_page(page, URL)) == [web_address(feed, ROOT + "/") for feed in feeds]


@pytest.mark.parametrize(
    ("url", "first"),
    [
        ("https://news.example/", "https://news.example/feed"),
        ("https://news.example/blog/", "https://news.example/blog/feed"),
        ("https://news.example/blog?x=1", "https://news.example/blog/feed"),
        ("https://news.example/category/rss.xml", ""),
        ("https://news.example/blog/feed/", ""),
    ],
)
def test_usual_addresses(url: str, first: str) -> None:
    usual = usual_feeds(url)
    assert (usual[0] if usual else "") == first
    assert len(usual) <= 6
    assert len(set(usual)) == len(usual)


PIECES = [
    *("<link rel=alternate ", "type=", "application/rss+xml ", "href=", "/feed ", "feed:"),
    *(">", "<a ", "//[", "<!--", '"'),
]


@given(st.lists(st.sampled_from(PIECES), max_size=30))
def test_all_that_is_found_can_be_asked_for(pieces: list[str]) -> None:
    assert all(feed.startswith(("https://", "http://")) for feed in feeds_of_page("".join(pieces), URL))
