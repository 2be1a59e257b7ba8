"""The checker itself: a good feed passes, and each of its lines can be violated."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

import pytest

from aggregator.feeds.formats.atom import render_atom
from aggregator.model.article import StatedSite
from aggregator.model.document import Enclosure
from feed_builders import NOON, PICTURE, a_feed, an_entry, an_origin
from feeds.feed_rules import check_feed, check_feeds

AUDIO = Enclosure("https://media.example.org/1.mp3", "audio/mpeg", 4096)
ORIGIN = StatedSite("种子", "https://seeds.example.org/")
GOOD = render_atom(
    a_feed(
        [
            an_entry(1, also=(an_origin("https://daily.example.org/1"),), enclosures=(AUDIO,), origin=ORIGIN),
            an_entry(2, title="床位<120", url=None),
        ],
        rights={"seeds": "© 种子"},
    )
).body

UPDATED = b"<updated>2026-04-30T11:00:00Z</updated>"


def swapped(old: str, new: str, count: int = -1) -> Callable[[bytes], bytes]:
    return lambda body: body.replace(old.encode(), new.encode(), count)


def without(start: str, end: str) -> Callable[[bytes], bytes]:
    def cut(body: bytes) -> bytes:
        begin = body.index(start.encode())
        return body[:begin] + body[body.index(end.encode(), begin) + len(end.encode()) :]

    return cut


def in_content(html: str) -> Callable[[bytes], bytes]:
    return swapped("<p>第1家", f"{html}<p>第1家")


def one_instant(body: bytes) -> bytes:
    """Both entries at one time, the higher id first."""
    whole = body.replace(b"10:00:00Z</published>", b"11:00:00Z</published>")
    first, second = sorted([an_entry(1).id.urn, an_entry(2).id.urn], reverse=True)
    ids = iter([first.encode(), second.encode()])
    return re.sub(rb"(?<=<entry><id>)[^<]*", lambda _: next(ids), whole)


VIOLATIONS = [
    ("1", "id is an address", swapped("<entry><id>urn:uuid:", "<entry><id>https://x.example/", 1)),
    ("1", "upper case id", swapped("<id>urn:uuid:", "<id>URN:UUID:", 1)),
    ("2", "updated first", swapped("<published>2026-04-30T11", "<published>2026-04-30T12")),
    ("3", "offset instead of Z", swapped("10:00:00Z</published>", "10:00:00+00:00</published>")),
    ("3", "fractions", swapped("10:00:00Z</published>", "10:00:00.5Z</published>")),
    ("3", "no published", without("<published>", "</published>")),
    ("3", "future", swapped("2026-04-30T11", "2036-04-30T11")),
    ("4", "html title", swapped("<title>第1家", '<title type="html">第1家')),
    ("4", "markup shown", swapped("<title>第1家", "<title>&lt;b>第1家")),
    ("4", "entity shown", swapped("<title>第1家", "<title>甲&amp;amp;乙")),
    ("4", "empty title", swapped("<title>第1家医疗中心开诊", "<title>")),
    ("4", "title of two lines", swapped("<title>第1家", "<title>第\n1家")),
    ("4", "title turned round", swapped("<title>第1家", "<title>\u202e第1家")),
    ("4", "title with a byte order mark", swapped("<title>第1家", "<title>\ufeff第1家")),
    ("4", "title with a joiner that joins nothing", swapped("<title>第1家", "<title>第\u200d1家")),
    ("4", "tag in a name", swapped("<name>种子文章", "<name>&lt;b>种子文章")),
    ("4", "empty name", swapped("<name>种子文章", "<name>")),
    ("4", "zero width in a name", swapped("<name>种子文章", "<name>种\u200b子文章")),
    ("4", "zero width in a label", swapped('label="国家', 'label="\u2060国家')),
    ("5", "type CDATA", swapped('type="html"', 'type="CDATA"')),
    ("5", "escaped content", swapped('<content type="html"><![CDATA[', '<content type="html">&lt;p><![CDATA[', 1)),
    ("5", "references", swapped("<summary>", "<summary>" + "&amp;" * 1001, 1)),
    ("summary", "no summary", without("<summary>", "</summary>")),
    ("summary", "summary that is the title", swapped("<summary>第1家医疗中心今天开诊。", "<summary>第1家医疗中心开诊")),
    ("summary", "html summary", swapped("<summary>", '<summary type="html">', 1)),
    ("6", "relative link", swapped('href="https://news.example.org/1.html', 'href="/1.html')),
    ("6", "relative picture", in_content('<img src="a.png" referrerpolicy="no-referrer">')),
    ("6", "relative srcset", in_content('<source srcset="https://a.example/1 1x, 2.png 2x">')),
    ("6", "relative poster", in_content('<video poster="//a.example/x"></video>')),
    ("6", "xml:base", swapped("<entry>", '<entry xml:base="https://news.example.org/">', 1)),
    ("6", "two alternates", swapped('rel="via"', 'rel="alternate"')),
    ("6", "alternate without rel", swapped('&amp;id=1" rel="alternate"', '&amp;id=1"')),
    ("7", "control character", swapped("第1家", "第\x011家", 1)),
    ("7", "C1 in content", in_content("<p>\x9b</p>")),
    ("7", "DEL in a summary", swapped("<summary>", "<summary>\x7f", 1)),
    ("7", "reference to a C1 control", in_content("<p>&#x9B;</p>")),
    ("7", "cut short", lambda body: body[:-3]),
    ("7", "no declaration", without("<?xml ", "?>")),
    ("7", "document type", swapped("<feed ", "<!DOCTYPE feed><feed ")),
    ("8", "script", in_content("<script>x</script>")),
    ("8", "handler", in_content('<p onclick="x">y</p>')),
    ("8", "javascript address", in_content('<a href="javascript:x">y</a>')),
    ("8", "hidden", in_content("<p hidden>y</p>")),
    ("8", "referrer", swapped(' referrerpolicy="no-referrer"', "")),
    ("outline", "first heading", in_content("<h1>x</h1>")),
    ("outline", "level left out", in_content("<h2>x</h2><h4>y</h4>")),
    ("outline", "picture without alt", swapped(' alt=""', "")),
    ("9", "other thumbnail", swapped('thumbnail url="https://img', 'thumbnail url="https://other')),
    ("9", "media group", swapped("<media:thumbnail", "<media:group/><media:thumbnail")),
    ("9", "enclosure of a type that is none", swapped('type="audio/mpeg"', 'type="mp3"')),
    ("9", "enclosure of a length that is none", swapped('length="4096"', 'length="4 KB"')),
    (
        "9",
        "enclosure twice",
        swapped("<media:thumb", '<link rel="enclosure" href="https://media.example.org/1.mp3"/><media:thumb'),
    ),
    ("4287", "rights twice", swapped("<rights>", "<rights>©</rights><rights>")),
    ("4287", "html rights", swapped("<rights>", '<rights type="html">')),
    ("4287", "empty rights", swapped("<rights>© 种子", "<rights>")),
    ("10", "no author", swapped("<author><name>种子文章</name></author>", "")),
    ("10", "no source", without("<source>", "</source>")),
    ("10", "source without title", swapped("<title>种子文章</title>", "")),
    ("10", "source that is our page", swapped('href="https://seeds.example', 'href="https://feeds.example')),
    ("10", "source with a password", swapped("//seeds.", "//me:word@seeds.")),
    ("10", "source with a key", swapped("//seeds.example.org/", "//seeds.example.org/?apikey=1")),
    ("10", "source with two sites", swapped("</source>", '<link rel="alternate" href="https://x.example/"/></source>')),
    ("10", "no category", without("<category", "/>")),
    ("10", "label", swapped('label="国家', 'label="另一')),
    ("11", "too many", swapped("<entry>", "<entry/>" * 100 + "<entry>", 1)),
    ("13", "no self", swapped('rel="self"', 'rel="related"')),
    ("13", "no page", swapped('rel="alternate" type="text/html" hreflang', 'rel="related" type="text/html" hreflang')),
    ("browser", "no style", without("<?xml-stylesheet", "?>")),
    ("browser", "xslt", swapped("text/css", "text/xsl")),
    ("browser", "text subtitle", swapped('<subtitle type="xhtml">', "<subtitle>")),
    ("browser", "no link", without("<a href", "</a>")),
    ("4287", "other root", lambda body: body.replace(b"<feed ", b"<rss ").replace(b"</feed>", b"</rss>")),
    ("4287", "no generator", without("<generator", "</generator>")),
    ("4287", "no feed date", without("<updated>", "</updated>")),
    ("4287", "two summaries", swapped("<summary>", "<summary>x</summary><summary>", 1)),
    ("4287", "no language", swapped(' xml:lang="zh-CN"', "")),
    ("4287", "underscore", swapped("zh-CN", "zh_CN")),
    ("order", "oldest first", swapped("<published>2026-04-30T11", "<published>2026-04-30T09")),
    ("order", "another order of one instant", one_instant),
    (
        "order",
        "feed older than entry",
        lambda body: body.replace(UPDATED, b"<updated>2026-04-30T10:00:00Z</updated>", 1),
    ),
    ("size", "over 5 MB", lambda body: body + b" " * 5_000_001),
]


def test_a_good_feed_violates_nothing() -> None:
    assert check_feed(GOOD, NOON) == []


def test_a_feed_is_not_of_the_future_for_the_clock() -> None:
    assert check_feed(GOOD) == []


@pytest.mark.parametrize(
    ("number", "change"), [(n, c) for n, _, c in VIOLATIONS], ids=[f"{n}-{w}" for n, w, _ in VIOLATIONS]
)
def test_each_line_can_be_violated(number: str, change: Callable[[bytes], bytes]) -> None:
    faulty = change(GOOD)
    assert faulty != GOOD
    assert number in {fault.split(":")[0] for fault in check_feed(faulty, NOON)}


def test_an_id_twice_is_found() -> None:
    entry = an_entry(1)
    assert any(fault.startswith("1: id") for fault in check_feed(render_atom(a_feed([entry, entry])).body, NOON))


def test_feeds_of_a_site_must_agree_on_an_entry() -> None:
    good = {key: render_atom(a_feed([an_entry(1)], key)).body for key in ("centres", "all")}
    assert check_feeds(good, NOON) == []

    other = {"all": good["all"].replace(b"<title>\xe7\xa7\x8d", b"<title>X")}
    assert [fault.split(":")[1].strip() for fault in check_feeds(good | other, NOON)] == ["14"]

    torn = good | {"all": render_atom(a_feed([an_entry(1, title="另一个题目")], "all")).body}
    assert [fault.split(":")[1].strip() for fault in check_feeds(torn, NOON)] == ["14"]


def test_feeds_of_a_site_have_ids_of_their_own() -> None:
    feed = a_feed([an_entry(1, image=PICTURE)])
    copies = {"one": render_atom(feed).body, "two": render_atom(replace(feed, title="别名")).body}
    assert [fault.split(":")[0] for fault in check_feeds(copies, NOON)] == ["14"]
