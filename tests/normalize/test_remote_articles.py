"""Articles of feeds and pages: their text is HTML, and they state what article files do not."""

from __future__ import annotations

from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aggregator.errors import RejectedError
from aggregator.model.article import Article
from aggregator.model.config import Clean, Source
from aggregator.model.document import Enclosure, ParsedArticle, RawDocument
from aggregator.normalize.article import Normalizer
from aggregator.normalize.enclosures import MOST, publishable

NOW = datetime(2026, 11, 1, tzinfo=UTC)
HOME = "https://home.example.org/"
BASE = "https://feeds.example.org/news/feed.xml"
OWN = "https://www.example.org/2026/a.html"


def article(body: str = "<p>正文</p>", **fields: Any) -> Article:
    """Of a feed, with a base, unless the fields say otherwise."""
    parsed = ParsedArticle(**{"title": "题", "body": body, "markup": "html", "base": BASE, **fields})
    raw = parsed.body.encode()
    document = RawDocument("s", "tag:example.org,2026:1", "", raw, sha256(raw).hexdigest(), NOW)
    source = Source("s", kind="feed", home=HOME, clean=Clean(drop_lines=("^编辑",)))
    return Normalizer(source).normalize(parsed, document)


BODIES = [
    ("marks of Markdown are text", "<p>*a* _b_ `c` [d](e)</p>", "<p>*a* _b_ `c` [d](e)</p>"),
    ("text without elements", "1. 甲\n# 乙", "1. 甲\n# 乙"),
    ("indented text is no code", "<div>\n\n    <p>甲</p>\n\n    乙</div>", "<div>\n<p>甲</p>\n 乙</div>"),
    ("a line that is an address", "&lt;https://a.example/&gt;", "&lt;https://a.example/&gt;"),
    ("a comment", "<p>甲</p><!-- more --><p>乙</p>", "<p>甲</p><p>乙</p>"),
    ("boilerplate", "<p>甲</p><p>编辑：乙</p>", "<p>甲</p>"),
    ("active content", "<p onclick='x()'>甲<script>x()</script></p>", "<p>甲</p>"),
]


@pytest.mark.parametrize(("body", "html"), [case[1:] for case in BODIES], ids=[case[0] for case in BODIES])
def test_html_is_cleaned_and_not_rendered(body: str, html: str) -> None:
    assert " ".join(article(body).html.split()) == " ".join(html.split())


def test_the_rule_for_the_own_address_is_for_article_files() -> None:
    body = "<p>正文</p>\n<https://a.example/>"
    assert article(body).url is None
    assert article(body, links=(OWN,)).url == OWN
    assert article(body, markup="markdown", links=(OWN,)).url == "https://a.example/"


BASES = [
    ("the document's base", BASE, (OWN,), "https://feeds.example.org/news/x.png"),
    ("else the own address", "", (OWN,), "https://www.example.org/2026/x.png"),
    ("else the source's site", "", (), "https://home.example.org/x.png"),
]


@pytest.mark.parametrize(("base", "links", "address"), [case[1:] for case in BASES], ids=[case[0] for case in BASES])
def test_relative_addresses_resolve_against(base: str, links: tuple[str, ...], address: str) -> None:
    found = article(
        "<p>文<a href='x.png'>图</a></p>", base=base, links=links, images=("x.png",), enclosures=(Enclosure("x.png"),)
    )
    assert f'href="{address}"' in found.html
    assert found.image == address
    assert [enclosure.url for enclosure in found.enclosures] == [address]


def test_the_own_address_may_be_relative_to_the_base() -> None:
    assert article(links=("../a.html",)).url == "https://feeds.example.org/a.html"
    assert article(links=("../a.html",), base="").url is None


def test_an_entry_that_says_its_title_alone_is_an_article() -> None:
    found = article("", title="关于 A &amp; B 的<b>通知</b>", links=(OWN,))
    assert (found.title, found.text) == ("关于 A & B 的通知", "关于 A & B 的通知")
    assert found.html == f'<p><a href="{OWN}" rel="noopener noreferrer">关于 A &amp; B 的通知</a></p>'


@pytest.mark.parametrize(
    "fields", [{"title": "", "body": " "}, {"title": "", "body": "<p> </p>"}, {"markup": "markdown", "body": ""}]
)
def test_nothing_is_no_article(fields: dict[str, str]) -> None:
    with pytest.raises(RejectedError) as caught:
        article(**fields)
    assert caught.value.code == "empty"


def test_where_fields_were_read_from_is_passed_on() -> None:
    assert article(provenance={"published": "pubDate"}).provenance == {"published": "pubDate"}


ENCLOSURES = [
    (Enclosure("https://a.example/1.mp3", "audio/mpeg", 42), Enclosure("https://a.example/1.mp3", "audio/mpeg", 42)),
    (Enclosure("2.MP3?x=1", "", None), Enclosure("https://feeds.example.org/news/2.MP3?x=1", "audio/mpeg")),
    (Enclosure("//a.example/3", "Video/MP4; codecs=x", 0), Enclosure("https://a.example/3", "video/mp4")),
    (Enclosure("https://a.example/4.pdf", "pdf", -1), Enclosure("https://a.example/4.pdf", "application/pdf")),
    (Enclosure("https://a.example/5", 'a/b" onload="', 1 << 60), Enclosure("https://a.example/5")),
    (Enclosure("https://a.example/6", "a/" + "b" * 500), Enclosure("https://a.example/6")),
    (Enclosure("https://[a/7.mp3"), None),
    (Enclosure("javascript:alert(1)", "audio/mpeg"), None),
    (Enclosure("data:audio/mpeg;base64,AA"), None),
    (Enclosure("ftp://a.example/1.mp3"), None),
    (Enclosure(""), None),
    (Enclosure("https://a.example/" + "x" * 3000), None),
]


@pytest.mark.parametrize(("stated", "published"), ENCLOSURES, ids=[stated.url[:30] for stated, _ in ENCLOSURES])
def test_enclosures(stated: Enclosure, published: Enclosure | None) -> None:
    assert article(enclosures=(stated,)).enclosures == ((published,) if published else ())


def test_an_enclosure_is_kept_once_and_twenty_at_most() -> None:
    many = [Enclosure(f"{number // 2}.mp3", "audio/mpeg") for number in range(100)]
    found = publishable(many, BASE)
    assert [enclosure.url for enclosure in found] == [f"https://feeds.example.org/news/{n}.mp3" for n in range(MOST)]


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=60), st.text(max_size=60), st.none() | st.integers())
def test_whatever_is_stated_what_is_published_is_sound(url: str, media_type: str, length: int | None) -> None:
    for stated in (url, f"https://a.example/{url}", f"https://{url}"):
        for found in publishable([Enclosure(stated, media_type, length)], BASE):
            assert found.url.lower().startswith(("http://", "https://"))
            assert found.url.isprintable() or not found.url.isascii()
            assert found.length is None or found.length > 0
            assert found.type == "" or found.type.count("/") == 1
