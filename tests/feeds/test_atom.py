"""A feed's bytes: what readers are given, whatever an article holds."""

from __future__ import annotations

from calendar import timegm
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import feedparser
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from aggregator.feeds.assemble import assemble
from aggregator.feeds.formats.atom import render_atom
from aggregator.feeds.limits import ENTRY_BYTES, weight
from aggregator.model.config import Source
from aggregator.model.document import Enclosure
from aggregator.model.reading import Entry
from feed_builders import CREATED, INSTALLATION, NOON, PICTURE, a_configuration, a_feed, a_topic, an_entry, an_origin
from feeds.feed_rules import ATOM, DCTERMS, MEDIA, check_feed, links, text

MANY = "https://news.example.org/x?" + "&".join(f"k{n}={n}" for n in range(40))


def the_entry(**changes: Any) -> etree._Element:
    """One entry as read back out of a feed that holds the rules."""
    body = render_atom(a_feed([an_entry(1, **changes)])).body
    assert check_feed(body, NOON) == []
    entry = etree.fromstring(body).find(f"{{{ATOM}}}entry")
    assert entry is not None
    return entry


def alternate(entry: etree._Element) -> str | None:
    return links(entry, "alternate")[0].get("href")


TITLES = [
    ("床位<120 & 医生>300", "床位<120 & 医生>300"),
    ("结束]]>以后", "结束]]>以后"),
    ("问&amp答", "问&amp答"),
    ("控\x00制\x0b符\ufffe号", "控制符号"),
    ("半个\ud800字", "半个字"),
    ("医院🏥𠮷", "医院🏥𠮷"),
    ("مستشفى 医院", "مستشفى 医院"),
    (" 两\n行\u3000标题 ", "两 行 标题"),
    ("", "第1家医疗中心今天开诊。"),
    ("\x01", "第1家医疗中心今天开诊。"),
]


@pytest.mark.parametrize(("written", "read"), TITLES)
def test_titles(written: str, read: str) -> None:
    assert text(the_entry(title=written), "title") == read


def test_without_title_and_summary_the_source_names_the_entry() -> None:
    assert text(the_entry(title="", summary="", html="", image=None), "title") == "种子文章"


CONTENTS = [
    ("<p>甲</p>", "<p>甲</p>"),
    ("<p>a ]]> b ]]></p>", "<p>a ]]> b ]]></p>"),
    ("<p>]]>]]&gt;]]></p>", "<p>]]>]]&gt;]]></p>"),
    ("<p>甲\r\n乙\r丙</p>", "<p>甲\n乙\n丙</p>"),
    ("<p>甲\x08\ud83d乙\uffff</p>", "<p>甲乙</p>"),
    ("<p>&lt;b&gt; &amp;nbsp;</p>", "<p>&lt;b&gt; &amp;nbsp;</p>"),
    ("", "1 &lt; 2"),
]


@pytest.mark.parametrize(("written", "read"), CONTENTS)
def test_contents_are_given_whole(written: str, read: str) -> None:
    assert text(the_entry(html=written, image=None, title="1 < 2"), "content") == read


LINKS = [
    ("its own address", "https://news.example.org/中文?a=1&b=2", "https://news.example.org/中文?a=1&b=2"),
    ("none", None, None),
    ("a script", "javascript:alert(1)", None),
    ("relative", "/a.html", None),
    ("without host", "https:///a.html", None),
    ("broken host", "http://[::1/a", None),
    ("with a blank", "https://news.example.org/a b", None),
    ("with a control character", "https://news.example.org/\x00", None),
    ("with more references than its share", MANY.replace("&", "&&&&&&&&&&&&&&&&&&&&&&&&&"), None),
]


@pytest.mark.parametrize(("address", "shown"), [(a, s) for _, a, s in LINKS], ids=[name for name, _, _ in LINKS])
def test_an_entry_links_to_its_own_address_or_to_our_page(address: str | None, shown: str | None) -> None:
    assert alternate(the_entry(url=address)) == (shown or f"https://feeds.example.org/articles/{an_entry(1).id}")


def test_other_places_are_via_links_once_each() -> None:
    own = str(an_entry(1).url)
    also = tuple(map(an_origin, (own, "https://daily.example.org/1", None, "ftp://daily.example.org", "/2")))
    entry = the_entry(also=(*also, an_origin("https://daily.example.org/1")))
    assert [(link.get("href"), link.get("title")) for link in links(entry, "via")] == [
        ("https://daily.example.org/1", "日报")
    ]


def test_an_entry_names_its_origin() -> None:
    entry = the_entry(source="daily", author="")
    source = entry.find(f"{{{ATOM}}}source")
    assert source is not None
    assert text(source, "title") == "日报"
    assert text(source, "updated") == text(entry, "updated")
    assert alternate(source) == "https://daily.example.org/"
    assert entry.findtext(f"{{{ATOM}}}author/{{{ATOM}}}name") == "日报"


def test_a_source_that_is_configured_no_longer_is_named_by_its_slug() -> None:
    assert the_entry(source="gone").findtext(f"{{{ATOM}}}source/{{{ATOM}}}title") == "gone"


def test_the_articles_author_comes_first() -> None:
    assert the_entry(author="王 & 李").findtext(f"{{{ATOM}}}author/{{{ATOM}}}name") == "王 & 李"


def test_categories_are_the_names_of_topics() -> None:
    entry = the_entry(topics=("centres", "resources", "gone"))
    named = [(category.get("term"), category.get("label")) for category in entry.iter(f"{{{ATOM}}}category")]
    assert named == [("国家医学中心",) * 2, ("优质医疗资源扩容",) * 2]


@pytest.mark.parametrize(("image", "shown"), [(PICTURE, [PICTURE]), (None, []), ("//img.example.org/1", [])])
def test_the_head_image_is_the_thumbnail(image: str | None, shown: list[str]) -> None:
    assert [found.get("url") for found in the_entry(image=image).iter(f"{{{MEDIA}}}thumbnail")] == shown


ENCLOSURES = [
    (Enclosure("https://media.example.org/1.mp3", "audio/mpeg", 4096), {"type": "audio/mpeg", "length": "4096"}),
    (Enclosure("https://media.example.org/附件?a=1&b=2", "application/pdf"), {"type": "application/pdf"}),
    (Enclosure("https://media.example.org/2", "", 0), {"length": "0"}),
    (Enclosure("javascript:alert(1)", "audio/mpeg"), None),
]


@pytest.mark.parametrize(("enclosure", "stated"), ENCLOSURES)
def test_enclosures_are_links_with_what_is_known_of_them(enclosure: Enclosure, stated: dict[str, str] | None) -> None:
    expected = [] if stated is None else [{"rel": "enclosure", "href": enclosure.url} | stated]
    assert [dict(link.attrib) for link in links(the_entry(enclosures=(enclosure,)), "enclosure")] == expected


def test_feedparser_reads_enclosures_beside_the_link() -> None:
    entry = an_entry(1, enclosures=tuple(each for each, stated in ENCLOSURES if stated))
    (read,) = feedparser.parse(render_atom(a_feed([entry])).body)["entries"]
    assert read["link"] == entry.url
    assert [found["href"] for found in read["enclosures"]] == [each.url for each in entry.enclosures]


def test_an_entry_says_whose_text_it_is() -> None:
    feed = a_feed([an_entry(1), an_entry(2, source="daily")], rights={"daily": "© 日报 & <协会>"})
    body = render_atom(feed).body
    assert check_feed(body, NOON) == []
    assert [text(entry, "rights") for entry in etree.fromstring(body).iter(f"{{{ATOM}}}entry")] == [
        "",
        "© 日报 & <协会>",
    ]


def test_times_are_utc_in_whole_seconds() -> None:
    at = datetime(2026, 4, 30, 9, 15, 48, 999999, tzinfo=timezone(timedelta(hours=8)))
    entry = the_entry(published=at, updated=at)
    assert (text(entry, "published"), text(entry, "updated")) == ("2026-04-30T01:15:48Z",) * 2


def test_an_entry_that_cannot_be_written_leaves_the_others() -> None:
    entries = [
        an_entry(1),
        an_entry(2, updated=datetime(2026, 1, 1)),  # noqa: DTZ001 - the fault is the missing zone
        an_entry(3, html="x" * (ENTRY_BYTES + 1)),
        an_entry(4),
    ]
    rendered = render_atom(replace(a_feed([an_entry(1)]), entries=tuple(entries)))
    assert check_feed(rendered.body, NOON) == []
    assert [entry["title"] for entry in feedparser.parse(rendered.body)["entries"]] == [
        entries[0].title,
        entries[3].title,
    ]
    assert [(left.id, left.reason) for left in rendered.left_out] == [
        (entries[1].id, "ValueError: Datetime object has no timezone info"),
        (entries[2].id, f"ValueError: {weight(entries[2])} bytes are too many for a feed"),
    ]


def test_a_feed_without_entries_is_a_feed() -> None:
    body = render_atom(a_feed([])).body
    assert check_feed(body, NOON) == []
    assert b"<updated>2026-01-01T00:00:00Z</updated>" in body


def test_the_page_is_named_where_browsers_show_it() -> None:
    root = etree.fromstring(render_atom(a_feed([an_entry(1)], "resources")).body)
    subtitle = root.find(f"{{{ATOM}}}subtitle")
    assert subtitle is not None
    assert "".join(map(str, subtitle.itertext())) == (
        "优质医疗资源扩容下沉的政策与进展。 "
        "这是一个订阅源：把它的地址复制到阅读器里，就能收到新文章。 网页版 · 怎样订阅"
    )
    assert [link.get("href") for link in root.iter("{*}a")] == [
        "https://feeds.example.org/topics/resources",
        "https://feeds.example.org/subscribe/resources",
    ]


@pytest.mark.parametrize(
    ("published", "language", "zone", "words"),
    [
        (datetime(2022, 4, 27, 16, 5, tzinfo=UTC), "zh-CN", "Asia/Shanghai", "2022年4月28日 00:05"),
        (datetime(2022, 4, 27, 16, 5, tzinfo=UTC), "en", "Europe/Berlin", "27 April 2022, 18:05"),
        # Written without a time, it is the start of that day.
        (datetime(2022, 4, 27, 16, 0, tzinfo=UTC), "zh_CN", "Asia/Shanghai", "2022年4月28日"),
        (datetime(2022, 4, 27, 16, 0, tzinfo=UTC), "en-GB", "UTC", "27 April 2022, 16:00"),
    ],
)
def test_dates_are_there_in_words_too(published: datetime, language: str, zone: str, words: str) -> None:
    site = replace(a_configuration().site, language=language, timezone=zone)
    entries = [an_entry(1, published=published, updated=published)]
    feed = assemble("centres", a_configuration(site=site), entries, CREATED, INSTALLATION)
    root = etree.fromstring(render_atom(feed).body)
    assert [found.text for found in root.iter(f"{{{DCTERMS}}}available")] == [words]


def test_icon_and_logo_are_pictures_of_ours() -> None:
    root = etree.fromstring(render_atom(a_feed([an_entry(1)])).body)
    assert text(root, "icon") == "https://feeds.example.org/static/icon.png"
    assert text(root, "logo") == "https://feeds.example.org/static/logo.png"


def test_a_hundred_entries_full_of_markup_stay_below_the_references_a_parser_takes() -> None:
    title = "问 & 答 < 1 > 2"
    also = (an_origin(MANY.replace("news", "daily")),)
    entries = [
        an_entry(n, title=title, summary=f"{title}。", author=title, url=f"{MANY}&n={n}", also=also) for n in range(100)
    ]
    assert check_feed(render_atom(a_feed(entries)).body, NOON) == []


def test_names_with_markup_are_counted_too() -> None:
    configuration = replace(
        a_configuration(),
        topics=(a_topic(title="研 & 发"),),
        sources=(Source("seeds", title="A&B", home="https://a.example/?x=1&y=2"), Source("daily", title="C&D" * 5)),
    )
    entries = [an_entry(n, also=(an_origin(f"https://daily.example.org/{n}"),)) for n in range(100)]
    feed = assemble("centres", configuration, entries, CREATED, INSTALLATION)
    assert check_feed(render_atom(feed).body, NOON) == []


def test_feedparser_reads_every_entry() -> None:
    entries = [an_entry(n, also=(an_origin(f"https://daily.example.org/{n}"),)) for n in range(1, 101)]
    read = feedparser.parse(render_atom(a_feed(entries)).body, sanitize_html=False, resolve_relative_uris=False)
    assert not read["bozo"]
    assert [
        (e["id"], e["title"], e["link"], e["author"], e["summary"], e["content"][0]["value"]) for e in read["entries"]
    ] == [(e.id.urn, e.title, e.url, "种子文章", e.summary, e.html) for e in entries]
    assert [datetime.fromtimestamp(timegm(e["published_parsed"]), UTC) for e in read["entries"]] == [
        e.published for e in entries
    ]
    assert {e["media_thumbnail"][0]["url"] for e in read["entries"]} == {PICTURE}
    assert {e["source"]["title"] for e in read["entries"]} == {"种子文章"}


HOSTILE = st.text(
    st.one_of(st.characters(exclude_categories=()), st.sampled_from("]>&<\"'\r\n\x00\x85\u2028\u202e\ufffe\ud800𠮷医"))
)
HOSTILE_ENTRIES = st.builds(
    lambda number, title, html, summary, author: an_entry(
        number, title=title, html=html, summary=summary[:200], author=author, image=None
    ),
    st.integers(0, 2000),
    st.one_of(HOSTILE, st.just("长" * 5000)),
    st.one_of(HOSTILE, HOSTILE.map(lambda x: f"<p>{x}]]>{x}</p>")),
    HOSTILE,
    HOSTILE,
)


@settings(max_examples=60, deadline=None)
@given(st.lists(HOSTILE_ENTRIES, max_size=4, unique_by=lambda entry: entry.id))
def test_whatever_texts_hold_the_feed_is_read_and_the_same_each_time(entries: list[Entry]) -> None:
    first = render_atom(a_feed(entries))
    assert first.left_out == ()
    assert render_atom(a_feed(list(entries))).body == first.body
    of_form = {"1", "2", "3", "5", "7", "10", "4287", "order"}
    assert [fault for fault in check_feed(first.body, NOON) if fault.split(":")[0] in of_form] == []
    assert len(feedparser.parse(first.body)["entries"]) == len(entries)


def test_an_entry_names_twenty_other_places_at_most() -> None:
    also = tuple(an_origin(f"https://daily.example.org/{number}") for number in range(500))
    assert len(links(the_entry(also=also), "via")) == 20
