"""Feeds made to hurt: refused or read in a few steps a character, and nothing but RejectedError is ever raised."""

from __future__ import annotations

import json
import socket
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aggregator.errors import RejectedError
from aggregator.model.document import ParsedIndex
from counted import calls
from parse.test_feed_cases import SOURCE, URL, a_feed, read

ENTITIES = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
BOMBS = {
    "billion laughs": f'<!DOCTYPE rss [<!ENTITY l0 "lol">{ENTITIES}]><rss><channel><title>&l9;</title></channel></rss>',
    "quadratic blowup": f'<!DOCTYPE rss [<!ENTITY a "{"a" * 50_000}">]><rss><channel><title>{"&a;" * 9_000}</title>',
    "external entity": '<!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/passwd">]><rss><title>&x;</title></rss>',
    "parameter entity": '<!DOCTYPE rss [<!ENTITY % x SYSTEM "http://127.0.0.1:1/x.dtd">%x;]><rss/>',
    "hidden behind a comment": '<!DOCTYPE rss [<!-- ]> --><!ENTITY a "b">]><rss><title>&a;</title></rss>',
    "hidden behind a quote": "<!DOCTYPE rss PUBLIC ']>' '>' [<!ENTITY a '&b;'>]><rss><title>&a;</title></rss>",
    "behind junk": '<br/><!DOCTYPE rss [<!ENTITY a "b">]><rss><title>&a;</title></rss>',
}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-be", "gb18030"])
@pytest.mark.parametrize("bomb", BOMBS.values(), ids=BOMBS)
def test_entities_are_refused_before_a_parser_sees_them(bomb: str, encoding: str) -> None:
    with pytest.raises(RejectedError) as caught:
        read(bomb.encode(encoding))
    assert caught.value.code == "xml-entities"


def test_a_dtd_is_never_fetched_and_no_file_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "secret").write_text("<rss><channel><title>SECRET</title></channel></rss>", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    with socket.create_server(("127.0.0.1", 0)) as server:
        address = f"http://127.0.0.1:{server.getsockname()[1]}/x"
        plain = f'<!DOCTYPE rss SYSTEM "{address}"><rss><channel><title>T</title></channel></rss>'
        assert read(plain.encode()).title == "T"
        include = (
            f'<rss xmlns:xi="http://www.w3.org/2001/XInclude"><channel><title>T</title><xi:include href="{address}"/>'
        )
        assert read(f"{include}</channel></rss>".encode()).title == "T"
        for named in (b"secret", address.encode(), f"file://{tmp_path}/secret".encode()):
            with pytest.raises(RejectedError):
                read(named)
        server.settimeout(0)
        with pytest.raises(BlockingIOError):
            server.accept()


ITEM = "<item><title>"
HEAVY = {
    "200,000 levels": ("<rss>" + "<a>" * 200_000, {"too-deep"}),
    "200,000 levels, closed": ("<rss>" + "<a>" * 200_000 + "</a>" * 200_000 + "</rss>", {"too-deep"}),
    "200,000 levels, ill-formed": ("<rss>& & <x y>" + "<a>" * 200_000, {"too-deep"}),
    "150,000 attributes": ("<rss " + " ".join(f"a{n}='1'" for n in range(150_000)) + "/>", {"too-many-attributes"}),
    "150,000 attributes with brackets": (
        "<rss><a " + " ".join(f"a{n}='>'" for n in range(150_000)) + "/></rss>",
        {"too-many-attributes"},
    ),
    "attributes in the text of an entry": (
        f"<rss><channel>{ITEM}<![CDATA[<a {'a=1 ' * 200_000}>]]></title></item></channel></rss>",
        {"read"},
    ),
    "attributes behind such a text": (
        f"<rss><channel>{ITEM}<![CDATA[<a>]]></title></item><a {' '.join(f'a{n}=1' for n in range(150_000))}>",
        {"too-many-attributes"},
    ),
    "attributes in a text that has no end": (
        f"<rss><channel>{ITEM}<![CDATA[<a {' '.join(f'a{n}=1' for n in range(150_000))}>",
        {"too-many-attributes", "read"},
    ),
    "equal attributes": ("<rss><a " + "a='1' " * 200_000 + "/></rss>", {"too-many-attributes"}),
    "attributes without values": ("<rss><a " + "a " * 400_000 + "/></rss>", {"not-a-feed", "too-large"}),
    "a name of 1,000,000 characters": ("<rss><" + "a" * 1_000_000 + "/></rss>", {"too-large"}),
    "a root of 1,000,000 characters": ("<" + "a" * 1_000_000 + "/>", {"not-a-feed"}),
    "open CDATA": ("<rss><channel>" + ITEM + "<![CDATA[" * 200_000, {"too-large"}),
    "CDATA ends": ("<rss><channel>" + ITEM + "]]>" * 600_000, {"too-large"}),
    "small CDATA": ("<rss><channel>" + "<![CDATA[x]]>" * 140_000 + "</channel></rss>", {"read"}),
    "comments": ("<rss>" + "<!--" * 400_000, {"too-large"}),
    "comments before an entry": (f"<rss><channel>{ITEM}</title></item>" + "<!--" * 40_000 + "<item></item>", {"read"}),
    "instructions": ("<?x " * 400_000, {"not-a-feed"}),
    "document types": ("<!DOCTYPE x " * 150_000, {"not-a-feed"}),
    "quotes in a document type": ("<!DOCTYPE x " + "\"'" * 900_000, {"not-a-feed"}),
    "blanks": (" " * 1_900_000, {"empty"}),
    "ampersands": ("<rss><channel>" + ITEM + "&" * 400_000, {"read", "too-large"}),
    "brackets": ("<rss><channel>" + "<" * 400_000, {"not-a-feed", "too-large"}),
    "quotes in open tags": ("<rss><channel>" + "<a b='" * 160_000, {"too-deep"}),
    "entities of HTML": ("<rss><channel>" + ITEM + "&nbsp;" * 300_000 + "</title></item></channel></rss>", {"read"}),
    "ill-formed entries": ("<rss><channel>" + (ITEM + "<b></title></item>") * 8_000, {"read"}),
    "small entries": ("<rss><channel>" + "<item/>" * 250_000 + "</channel></rss>", {"read"}),
    "a page of comments": ("<html>" + "<!--" * 400_000, {"not-a-feed"}),
    "a page of links": ("<html>" + "<link rel=alternate " * 90_000, {"not-a-feed"}),
    "a page of feeds": (
        "<html>" + "<link rel=alternate type='application/rss+xml' href='/f'>" * 30_000,
        {"read"},
    ),
    "JSON of brackets": ('{"version": "https://jsonfeed.org/version/1", "items": [' + "[" * 900_000, {"too-deep"}),
    "JSON that is cut off within a string": (
        '{"version": "https://jsonfeed.org/version/1", "items": [{"content_html": "' + 'a=\\"b\\" ' * 100_000,
        {"not-a-feed"},
    ),
    "a number of 100,000 digits": ('{"version": ' + "1" * 100_000 + "}", {"not-a-feed"}),
}


MOST_CALLS = 25
"""A character: an entry of thirty of them takes five hundred, however many there are."""


@pytest.mark.parametrize(("text", "outcomes"), HEAVY.values(), ids=HEAVY)
def test_a_heavy_feed_is_refused_or_read_in_steps_that_grow_as_it_does(text: str, outcomes: set[str]) -> None:
    found: list[str] = []

    def work() -> None:
        try:
            read(text.encode())
            found.append("read")
        except RejectedError as error:
            found.append(error.code)

    assert calls(work) <= MOST_CALLS * len(text)
    assert set(found) <= outcomes


def test_a_document_over_the_limit_is_not_looked_at() -> None:
    with pytest.raises(RejectedError) as caught:
        read(b" " * (SOURCE.limits.download + 1))
    assert caught.value.code == "too-large"


@pytest.mark.parametrize("body", [b"", b" \r\n\t", "\ufeff".encode(), "\ufeff \n".encode("utf-16-le")])
def test_nothing_is_no_feed(body: bytes) -> None:
    with pytest.raises(RejectedError) as caught:
        read(body)
    assert caught.value.code == "empty"


TRICKS = [
    ("<title><![CDATA[a]]]]><![CDATA[>b]]></title>", "a]]>b"),
    ("<title><![CDATA[<![CDATA[a]]></title>", "<![CDATA[a"),
    ("<title>a<!-- x -->b<?x y?>c</title>", "abc"),
    ("<title>&#60;script&#62;</title>", "<script>"),
    ("<title>a\x00b\x0bc</title>", "abc"),
    ("<title><![CDATA[</title></item></channel></rss>]]></title>", "</title></item></channel></rss>"),
]


@pytest.mark.parametrize(("written", "title"), TRICKS)
def test_tricks_of_markup_are_read_as_xml_says(written: str, title: str) -> None:
    index = read(a_feed(f"<item>{written}</item>", "<item><title>next</title></item>"))
    assert [entry.article.title for entry in index.entries] == [title, "next"]


ADDRESSES = [
    "javascript:alert(1)",
    "java\nscript:alert(1)",
    "\x01javascript:alert(1)",
    "data:text/html,x",
    "file:///x",
    "ftp://a.example/",
    "http://",
    "https:///x",
    "//",
    "http://[",
    "mailto:a@b.example",
    "vbscript:x",
]


@pytest.mark.parametrize("address", ADDRESSES)
def test_only_web_addresses_are_kept(address: str) -> None:
    written = address.replace("&", "&amp;")
    thumbnail = f'<m:thumbnail xmlns:m="http://search.yahoo.com/mrss/" url="{written}"/>'
    media = f'<enclosure url="{written}" type="image/png"/>{thumbnail}'
    index = read(a_feed(f"<item><title>x</title><link>{written}</link><guid>{written}</guid>{media}</item>"))
    for entry in index.entries:
        article = entry.article
        for stated in (entry.link, *article.links, *article.images, *(one.url for one in article.enclosures)):
            assert stated == "" or stated.startswith(("https://", "http://news.example/"))


def cut(index: ParsedIndex) -> list[str]:
    return [entry.location for entry in index.entries]


def test_whatever_is_cut_off_the_complete_entries_stay() -> None:
    whole = a_feed(*[f"<item><guid>{n}</guid><title>题{n}</title></item>" for n in range(3)])
    complete = cut(read(whole))
    for length in range(whole.index(b"</item>") + 7, len(whole)):
        index = read(whole[:length])
        kept = whole[:length].count(b"</item>")
        assert cut(index)[:kept] == complete[:kept]
        assert index.repairs


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=400))
def test_any_bytes_are_a_feed_or_rejected(body: bytes) -> None:
    try:
        read(body)
    except RejectedError as error:
        assert "\n" not in str(error)  # noqa: PT017 - most bytes are rejected


BROTH = """
<rss> </rss> <channel> </channel> <item> </item> <title> </title> <link> </link> <guid> </guid> <description>
</description> <feed> </feed> <entry> </entry> <id> </id> <content/type='xhtml'> <content> </content> <summary> <author>
</author> <name> <![CDATA[ ]]> <!-- --> <? ?> &amp; &nbsp; &bogus; &#0; &#x110000; & < > " ' <!DOCTYPE <!ENTITY % [ ]>
<?xml?> xml:base='//['
<rdf:RDF> <media:group> <enclosure/> <ttl>1</ttl> <atom:link/> <a:b> { } [ ] "version": 字 \x00 \ufffe <div> </div>
""".split()


@settings(max_examples=400, deadline=None)
@given(st.lists(st.sampled_from(BROTH), max_size=30), st.sampled_from(["", "<rss><channel>", "<feed>", "{"]))
def test_any_soup_is_a_feed_or_rejected(soup: list[str], start: str) -> None:
    try:
        index = read((start + " ".join(soup)).encode())
    except RejectedError as error:
        assert error.code  # noqa: PT017 - most soups are feeds of nothing
        return
    for entry in index.entries:
        assert 0 < len(entry.location) <= 500
        assert entry.article.base.startswith(URL[:8])


KEYS = st.sampled_from(
    "id url title content_html content_text summary image tags authors author attachments name mime_type "
    "size_in_bytes date_published external_url".split()
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=5),
    max_leaves=20,
)


@settings(max_examples=200, deadline=None)
@given(st.lists(JSON, max_size=4), JSON)
def test_any_json_is_read_item_by_item(items: list[object], title: object) -> None:
    feed = {"version": "https://jsonfeed.org/version/1.1", "title": title, "items": items}
    index = read(json.dumps(feed).encode())
    assert len(index.entries) <= len(items)
    for entry in index.entries:
        assert 0 < len(entry.location) <= 500
        assert isinstance(entry.article.title, str)
