"""Feeds from their address into the store and into the feeds that we publish."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from aggregator.model.config import Limits
from desk import Desk
from feeds.content_rules import check_content
from feeds.feed_rules import links
from flows.kinds.press import RSS, item, page, paths, published, published_titles, rss, served_rss, text_of, title_of
from loopback import Answer, Site

TEXT = "大桥今天合龙，全长三公里，双向六车道。记者从指挥部获悉，施工历时四年。"
ATOM = f"""<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"><title>日报</title><id>urn:x</id>
<updated>2026-04-30T10:00:00Z</updated><link href="https://daily.example/"/><entry><id>tag:daily.example,2026:1</id>
<title type="html">长江&lt;b&gt;大桥&lt;/b&gt;合龙</title><published>2026-04-30T18:00:00+08:00</published>
<updated>2026-04-30T20:00:00+08:00</updated><author><name>王晓</name></author><category term="交通"/>
<link rel="alternate" href="https://daily.example/a/1"/>
<link rel="enclosure" href="https://daily.example/a/1.mp3" type="audio/mpeg" length="900"/>
<media:thumbnail xmlns:media="http://search.yahoo.com/mrss/" url="https://daily.example/1.jpg"/>
<content type="html">&lt;p&gt;{TEXT}&lt;/p&gt;</content></entry></feed>"""
RSS_2 = f"""<?xml version="1.0"?><rss version="2.0" xmlns:media="http://search.yahoo.com/mrss/"><channel><title>日报</title>
<link>https://daily.example/</link><item><guid isPermaLink="false">1</guid><title>长江大桥合龙</title>
<link>https://daily.example/a/1</link><pubDate>Thu, 30 Apr 2026 18:00:00 +0800</pubDate>
<author>w@daily.example (王晓)</author><category>交通</category>
<enclosure url="https://daily.example/a/1.mp3" type="audio/mpeg" length="900"/>
<media:thumbnail url="https://daily.example/1.jpg"/><description><![CDATA[<p>{TEXT}</p>]]></description></item>
</channel></rss>"""
RSS_091 = f"""<?xml version="1.0"?><!DOCTYPE rss PUBLIC "-//Netscape Communications//DTD RSS 0.91//EN"
"http://my.netscape.com/publish/formats/rss-0.91.dtd"><rss version="0.91"><channel><title>日报</title>
<link>https://daily.example/</link><language>zh</language><item><title>长江大桥合龙</title>
<link>https://daily.example/a/1</link><description>{TEXT}</description></item></channel></rss>"""
RDF = f"""<?xml version="1.0"?><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel rdf:about="https://daily.example/">
<title>日报</title><link>https://daily.example/</link></channel><item rdf:about="https://daily.example/a/1">
<title>长江大桥合龙</title><link>https://daily.example/a/1</link><dc:date>2026-04-30T18:00:00+08:00</dc:date>
<dc:creator>王晓</dc:creator><dc:subject>交通</dc:subject><description>{TEXT}</description></item></rdf:RDF>"""
JSON = json.dumps(
    {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "日报",
        "home_page_url": "https://daily.example/",
        "items": [
            {
                "id": "1",
                "url": "https://daily.example/a/1",
                "title": "长江大桥合龙",
                "content_html": f"<p>{TEXT}</p>",
                "date_published": "2026-04-30T18:00:00+08:00",
                "authors": [{"name": "王晓"}],
                "tags": ["交通"],
                "image": "https://daily.example/1.jpg",
                "attachments": [
                    {"url": "https://daily.example/a/1.mp3", "mime_type": "audio/mpeg", "size_in_bytes": 900}
                ],
            }
        ],
    }
)


@dataclass(frozen=True)
class Form:
    """A format, and what of an article it can say."""

    media_type: str
    document: str
    dated: bool = True
    labelled: bool = True
    attached: bool = True


FORMS = {
    "Atom": Form("application/atom+xml", ATOM),
    "RSS 2.0": Form(RSS, RSS_2),
    "RSS 0.91": Form("text/xml", RSS_091, dated=False, labelled=False, attached=False),
    "RDF": Form("application/rdf+xml", RDF, attached=False),
    "JSON Feed": Form("application/feed+json", JSON),
}


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_each_format_ends_in_the_same_article(desk: Desk, site: Site, form: Form) -> None:
    site.routes["/feed"] = Answer(200, {"Content-Type": form.media_type}, form.document.encode())
    report = desk.collect(desk.source("feed", site.url("/feed")))
    assert (report.new, report.error, report.rejections, report.alarm) == (1, "", (), "")
    (entry,) = desk.entries()
    assert (entry.title, entry.url, entry.source) == ("长江大桥合龙", "https://daily.example/a/1", "news")
    assert TEXT in entry.html
    assert entry.published == (datetime(2026, 4, 30, 10, tzinfo=UTC) if form.dated else desk.clock.now())
    assert entry.author == ("王晓" if form.labelled else "")
    assert "交通" in (*entry.categories, *entry.tags) or not form.labelled
    assert [(m.url, m.type, m.length) for m in entry.enclosures] == [
        ("https://daily.example/a/1.mp3", "audio/mpeg", 900)
    ] * form.attached
    assert entry.image == ("https://daily.example/1.jpg" if form.attached else None)
    (ours,) = published(desk)
    assert ours.findtext("{*}title") == "长江大桥合龙"
    assert [link.get("href") for link in links(ours, "enclosure")] == ["https://daily.example/a/1.mp3"] * form.attached
    assert [link.get("href") for link in links(ours, "alternate")] == ["https://daily.example/a/1"]
    assert ours.findtext("{*}published") == ("2026-04-30T10:00:00Z" if form.dated else "2026-05-01T08:00:00Z")
    assert [picture.get("url") for picture in ours.iterfind("{*}thumbnail")] == [entry.image] * form.attached


def test_only_what_changed_in_a_feed_is_read_again(desk: Desk, site: Site) -> None:
    long, short = text_of(2, 9), text_of(3, 2)
    site.routes["/feed"] = served_rss(item(1), item(2, text=long), item(3, text=short), item(4))
    source = desk.source("feed", site.url("/feed"))
    assert desk.collect(source).new == 4
    before = {entry.title: entry for entry in desk.entries()}
    desk.clock.move(hours=2)
    site.routes["/feed"] = served_rss(item(5), item(1), item(2, text=text_of(2, 4)), item(3, text=text_of(3, 8)))
    report = desk.collect(source)
    assert (report.new, report.changed, report.unchanged, report.vanished) == (1, 2, 1, 0)
    after = {entry.title: entry for entry in desk.entries()}
    assert sorted(after) == [title_of(number) for number in (1, 2, 3, 4, 5)], "what left the feed stays"
    assert after[title_of(2)].html == text_of(2, 4), "a publisher's own edit, though it is shorter"
    assert after[title_of(3)].html == text_of(3, 8)
    for number in (1, 2, 3, 4):
        now, then = after[title_of(number)], before[title_of(number)]
        assert now.id == then.id
        assert (now.updated > then.updated) == (number in {2, 3})
    assert published_titles(desk) == sorted(after)


TOMBSTONE = '<at:deleted-entry xmlns:at="http://purl.org/atompub/tombstones/1.0" ref="{}" when="2026-05-01T00:00:00Z"/>'


def an_atom_feed(*numbers: int, deleted: tuple[int, ...] = ()) -> Answer:
    entries = "".join(
        f"<entry><id>tag:n,2026:{n}</id><title>{title_of(n)}</title><updated>2026-04-30T0{n}:00:00Z</updated>"
        f'<content type="html">{text_of(n)}</content></entry>'
        for n in numbers
    )
    tombs = "".join(TOMBSTONE.format(f"tag:n,2026:{n}") for n in deleted)
    return Answer(
        200, {}, f'<feed xmlns="http://www.w3.org/2005/Atom"><title>N</title>{tombs}{entries}</feed>'.encode()
    )


@pytest.mark.parametrize(("deletes", "left"), [("keep", [1, 2, 3]), ("retract", [3])])
def test_what_a_publisher_takes_back_vanishes(desk: Desk, site: Site, deletes: str, left: list[int]) -> None:
    source = desk.source("feed", site.url("/feed"), deletes=deletes)
    site.routes["/feed"] = an_atom_feed(1, 2, 3)
    desk.collect(source)
    site.routes["/feed"] = an_atom_feed(3, deleted=(1, 2, 9))
    report = desk.collect(source)
    assert (report.vanished, report.unchanged) == (2, 1), "both tombstones count, that of an unknown entry does not"
    assert desk.titles() == [title_of(number) for number in left]
    assert published_titles(desk) == desk.titles()
    assert desk.collect(source).vanished == 0


def test_an_entry_that_stands_beside_its_tombstone_is_there(desk: Desk, site: Site) -> None:
    source = desk.source("feed", site.url("/feed"), deletes="retract")
    site.routes["/feed"] = an_atom_feed(1, 2)
    desk.collect(source)
    for number in (3, 4, 5):
        site.routes["/feed"] = an_atom_feed(1, 2, number, deleted=(1,))
        report = desk.collect(source)
        assert (report.new, report.vanished, report.unchanged) == (1, 0, 2)
        assert title_of(1) in published_titles(desk)


def test_a_broken_entry_costs_no_other(desk: Desk, site: Site) -> None:
    broken = ["<item><pubDate>nonsense</pubDate></item>", item(2, title="ä¸\xadå\x9b½æ–°é—»", text="å¤§æ¡¥" * 9)]
    site.routes["/feed"] = served_rss(item(1), *broken, item(3))
    report = desk.collect(desk.source("feed", site.url("/feed")))
    assert (report.new, report.rejected, report.error) == (2, 2, "")
    assert [line.split(": ")[1] for line in report.rejections] == ["empty-entry", "mojibake"]
    assert published_titles(desk) == [title_of(1), title_of(3)]


def test_an_id_that_stands_twice_is_told_and_the_first_entry_counts(desk: Desk, site: Site) -> None:
    source = desk.source("feed", site.url("/feed"))
    twice = (item(1), item(1, text="<p>早先的一稿。</p>"))
    site.routes["/feed"] = served_rss(*twice)
    report = desk.collect(source)
    assert (report.new, report.rejected) == (1, 1)
    assert report.rejections == (
        "tag:news.example,2026:1 (entry 2):1: repeated-id: an entry above has the same id and says something else",
    )
    assert desk.storage.agenda.sightings("news")["tag:news.example,2026:1"].status == "new"
    site.routes["/feed"] = served_rss(item(2), *twice)
    report = desk.collect(source)
    assert (report.new, report.unchanged, report.rejected) == (1, 1, 1)
    assert published_titles(desk) == [title_of(1), title_of(2)]


def test_one_id_for_many_entries_is_as_many_articles_once_each_over_many_visits(desk: Desk, site: Site) -> None:
    source = desk.source("feed", site.url("/feed"))
    items = [re.sub("<guid.*?</guid>", "<guid>same</guid>", item(n)) for n in range(1, 7)]
    counts = []
    for first in range(5):
        window = items[first : first + 2]
        site.routes["/feed"] = served_rss(*(window if first % 2 else reversed(window)))
        counts.append(desk.collect(source).new)
    assert counts == [2, 1, 1, 1, 1]
    assert sorted(published_titles(desk)) == sorted(title_of(n) for n in range(1, 7))
    (state,) = desk.storage.agenda.states()
    assert [remark.code for remark in state.remarks] == ["repeated-ids"]


def test_the_address_of_a_page_leads_to_its_feed(desk: Desk, site: Site) -> None:
    head = '<link rel="alternate" type="application/rss+xml" title="要闻" href="/feed">'
    site.routes["/"] = Answer(200, {"ETag": '"p"'}, f"<!doctype html><html><head>{head}</head><body>x</body>".encode())
    site.routes["/feed"] = Answer(200, {"ETag": '"f"'}, rss(item(1)))
    source = desk.source("feed", site.url("/"))
    report = desk.collect(source)
    assert (report.new, report.error) == (1, "")
    assert report.alarm == ""
    assert desk.preview(source).note == f"this address is a page; its feed is {site.url('/feed')}"
    desk.clock.move(hours=2)
    paths(site)
    site.routes["/feed"] = Answer(200, {"ETag": '"g"'}, rss(item(2), item(1)))
    report = desk.collect(source)
    assert (report.new, report.unchanged, report.error) == (1, 1, "")
    assert paths(site) == ["/", "/feed"]
    assert published_titles(desk) == [title_of(1), title_of(2)]


def test_the_usual_addresses_are_asked_where_a_page_names_no_feed(desk: Desk, site: Site) -> None:
    page = Answer(200, {"ETag": '"p"'}, b"<!doctype html><html><body>x</body></html>")
    site.routes |= {"/": page, "/rss.xml": page, "/atom.xml": Answer(200, {"ETag": '"f"'}, rss(item(1)))}
    source = desk.source("feed", site.url("/"))
    report = desk.collect(source)
    assert (report.new, report.error, report.alarm) == (1, "", "")
    assert paths(site) == ["/", "/feed", "/rss.xml", "/atom.xml"]
    shown = desk.preview(source)
    assert shown.note == f"this address is a page that names no feed; one was found at {site.url('/atom.xml')}"
    assert shown.facts is not None
    assert shown.facts.feeds == (site.url("/atom.xml"),)
    paths(site)
    # The one that was right stays so, whatever is found elsewhere later.
    site.routes["/feed"] = served_rss(item(7))
    for _ in range(2):
        desk.clock.move(hours=2)
        report = desk.collect(source)
        assert (report.new, report.error) == (0, "")
        assert paths(site) == ["/", "/atom.xml"]


def test_a_page_without_any_feed_says_where_one_was_looked_for(desk: Desk, site: Site) -> None:
    site.routes["/"] = Answer(200, {}, b"<!doctype html><html><body>x</body></html>")
    report = desk.collect(desk.source("feed", site.url("/")))
    looked = ("/feed", "/rss.xml", "/atom.xml", "/index.xml", "/feed.xml", "/rss")
    assert report.error == (
        f"not-a-feed: {site.url('/')} is an HTML page that names no feed, and there is none at "
        + ", ".join(map(site.url, looked))
    )
    assert paths(site) == ["/", *looked]


def test_nobody_guesses_where_the_address_was_a_feed(desk: Desk, site: Site) -> None:
    site.routes |= {"/news/": served_rss(item(1)), "/feed": served_rss(item(7))}
    source = desk.source("feed", site.url("/news/"))
    desk.collect(source)
    desk.clock.move(hours=2)
    paths(site)
    site.routes["/news/"] = Answer(200, {}, b"<!doctype html><html><body>back soon</body></html>")
    report = desk.collect(source)
    assert (report.new, report.error.partition(":")[0]) == (0, "not-a-feed")
    assert paths(site) == ["/news/"]


def test_a_guid_that_changes_makes_no_second_article(desk: Desk, site: Site) -> None:
    source = desk.source("feed", site.url("/feed"))
    site.routes["/feed"] = served_rss(item(1, link="https://news.example/1"))
    desk.collect(source)
    desk.clock.move(hours=2)
    site.routes["/feed"] = served_rss(item(1, link="https://news.example/1", guid="other"))
    report = desk.collect(source)
    assert (report.new, report.changed, report.moved) == (0, 0, 1)
    assert published_titles(desk) == [title_of(1)]


def test_one_article_in_two_feeds_is_one_article(desk: Desk, site: Site) -> None:
    for path in ("/a", "/b"):
        site.routes[path] = served_rss(item(1, guid=f"{path}:1", link=f"https://news.example{path}"))
    reports = desk.collect_all(
        desk.source("feed", site.url("/a"), "first"), desk.source("feed", site.url("/b"), "second")
    )
    assert [(report.new, report.duplicate) for report in reports] == [(1, 0), (0, 1)]
    (entry,) = desk.entries()
    assert (entry.source, [place.source for place in entry.also]) == ("first", ["second"])
    assert published_titles(desk) == [title_of(1)]


def test_a_feed_of_titles_gives_articles(desk: Desk, site: Site) -> None:
    site.routes["/feed"] = served_rss(*(item(n, text="", link=f"https://news.example/{n}") for n in range(1, 4)))
    report = desk.collect(desk.source("feed", site.url("/feed")))
    assert (report.new, report.rejected) == (3, 0)
    assert published_titles(desk) == [title_of(1), title_of(2), title_of(3)]


def test_a_long_feed_is_read_up_to_the_limit(desk: Desk, site: Site) -> None:
    site.routes["/feed"] = served_rss(*(item(n, text=f"大桥{n}的消息。") for n in range(3_000)))
    report = desk.collect(desk.source("feed", site.url("/feed"), limits=Limits(entries=1_200)))
    assert (report.new, report.alarm) == (1_200, "1800 entries left out (limits.entries)")
    assert len(published(desk)) == 100


BASED = """<feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://daily.example/news/"><title>N</title><entry
xml:base="a/"><id>x</id><title>大桥</title><updated>2026-04-30T08:00:00Z</updated><link href="1.html"/>
<link rel="enclosure" href="1.mp3" type="audio/mpeg"/>
<content type="html">&lt;p&gt;大桥&lt;a href="../2.html"&gt;二&lt;/a&gt;
&lt;img src="/p.jpg"&gt;&lt;/p&gt;</content></entry></feed>"""


def test_relative_addresses_resolve_against_xml_base(desk: Desk, site: Site) -> None:
    site.routes["/feed"] = Answer(200, {}, BASED.encode())
    desk.collect(desk.source("feed", site.url("/feed")))
    (entry,) = desk.entries()
    assert entry.url == "https://daily.example/news/a/1.html"
    assert entry.enclosures[0].url == "https://daily.example/news/a/1.mp3"
    assert 'href="https://daily.example/news/2.html"' in entry.html
    assert 'src="https://daily.example/p.jpg"' in entry.html
    published(desk)


def test_relative_addresses_resolve_against_where_the_feed_was_found(desk: Desk, site: Site) -> None:
    site.routes["/news/feed"] = served_rss(item(1, link="1.html", text='大桥<a href="2.html">二</a>'))
    desk.collect(desk.source("feed", site.url("/news/feed")))
    (entry,) = desk.entries()
    assert entry.url == site.url("/news/1.html")
    assert f'href="{site.url("/news/2.html")}"' in entry.html


PAYLOADS = Path(__file__).resolve().parents[4] / "shared" / "security" / "xss_payloads.json"
HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '<a href="javascript:alert(1)">x</a>',
    "<svg><style><img src=x onerror=alert(1)></style></svg>",
    '<math><mtext><table><mglyph><style><img src=x onerror="alert(1)">',
    '<iframe srcdoc="<script>alert(1)</script>"></iframe>',
    '<form action="javascript:alert(1)"><button>x</button></form>',
    '<p style="background:url(javascript:alert(1))">x</p>',
]


def test_hostile_markup_in_entries_is_never_published(desk: Desk, site: Site) -> None:
    known = json.loads(PAYLOADS.read_text(encoding="utf-8"))[::40] if PAYLOADS.exists() else []
    payloads = [text for text in (*HOSTILE, *(one["payload"] for one in known)) if "]]>" not in text]
    items = [
        item(n, text=f"<p>大桥之{n}</p>{payload}", title=f"<![CDATA[大桥{n} {payload}]]>")
        for n, payload in enumerate(payloads)
    ]
    site.routes["/feed"] = served_rss(*items)
    report = desk.collect(desk.source("feed", site.url("/feed")))
    assert report.new + report.rejected == len(payloads)
    assert report.new > len(payloads) * 0.9
    assert len(published(desk)) == report.new
    assert [fault for entry in desk.entries() for fault in check_content("8", entry.html)] == []


def test_addresses_of_other_schemes_are_neither_followed_nor_published(desk: Desk, site: Site) -> None:
    links_ = ["javascript:alert(1)", "file:///etc/passwd", "data:text/html,x", "ftp://x.example/"]
    site.routes["/feed"] = served_rss(*(item(n, link=link) for n, link in enumerate(links_, 1)))
    report = desk.collect(desk.source("feed", site.url("/feed"), full_text="auto"))
    assert (report.new, report.rejected, report.failed) == (4, 0, 0)
    assert paths(site) == ["/feed"]
    assert not any(link.encode() in desk.feed() for link in links_)
    assert {entry.url for entry in desk.entries()} == {None}


def test_a_page_without_a_feed_says_so(desk: Desk, site: Site) -> None:
    site.routes["/"] = page("大桥", "大桥")
    assert desk.collect(desk.source("feed", site.url("/"))).error.startswith("not-a-feed: ")


def test_a_fault_is_told_for_a_week_after_it_was_mended(desk: Desk, site: Site) -> None:
    source = desk.source("feed", site.url("/feed"))
    site.routes["/feed"] = served_rss(item(1), "<item><pubDate>nonsense</pubDate></item>")
    desk.collect(source)
    assert desk.status(source).rejected == 1
    site.routes["/feed"] = served_rss(item(1), item(2))
    desk.collect(source)
    assert desk.status(source).rejected == 1, "another pass may bring it again"
    desk.clock.move(days=8)
    site.routes["/feed"] = served_rss(item(1), item(2), item(3))
    desk.collect(source)
    assert desk.status(source).rejected == 0
