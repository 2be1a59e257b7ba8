"""Each file of ``sitemaps/``, and beside it (``.yaml``) what it must be read as."""

from __future__ import annotations

import gzip
import zlib
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from aggregator.errors import RejectedError
from aggregator.model.config import Limits, Source
from aggregator.model.document import ParsedIndex, RawDocument
from aggregator.parse.sitemap.document import parse_sitemap
from counted import calls

CASES = sorted(path for path in (Path(__file__).parent / "sitemaps").iterdir() if path.suffix != ".yaml")
URL = "https://news.example/sitemap.xml"
MANY_ATTRIBUTES = " ".join(f"a{number}='1'" for number in range(200_000))
EXTERNAL = (
    "<?xml version='1.0'?>\n<!--<urlset>-->\n<!DOCTYPE a SYSTEM '>' [<!ENTITY b SYSTEM 'file:///etc/passwd'>]>"
    "<urlset><url><loc>&b;</loc></url></urlset>"
)
HEAD = '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">'


def read(body: bytes | str, **fields: Any) -> ParsedIndex:
    raw = body.encode() if isinstance(body, str) else body
    seen = datetime(2026, 5, 1, tzinfo=UTC)
    document = RawDocument("s", URL, "", raw, "", seen, kind="sitemap", url=URL, media_type="application/xml")
    return parse_sitemap(document, Source("s", "sitemap", url=URL, **fields))


def urls(count: int, lastmod: str = "") -> str:
    rows = (f"<url><loc>https://news.example/{number}.html</loc>{lastmod}</url>" for number in range(count))
    return f"{HEAD}{''.join(rows)}</urlset>"


def links(index: ParsedIndex) -> list[str]:
    return [entry.link for entry in index.entries]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_case_is_read_as_expected(case: Path) -> None:
    written = yaml.safe_load(case.with_suffix(".yaml").read_text(encoding="utf-8"))
    index = read(case.read_bytes(), **written.get("source", {}))
    expected = written["expected"]
    for entry, told in zip(index.entries, expected["entries"], strict=True):
        found = asdict(entry.article) | {"link": entry.link}
        found |= {"images": list(entry.article.images), "tags": list(entry.article.tags)}
        assert {key: found[key] for key in told} == told
        assert entry.location == entry.link
        assert entry.article.links == (entry.link,)
        assert entry.article.body == ""
    assert [list(further) for further in index.further] == expected["further"]
    assert [repair.code for repair in index.repairs] == expected["repairs"]
    assert index.note == expected["note"]


@pytest.mark.parametrize(
    ("body", "code", "says"),
    [
        ("", "empty", "empty"),
        ("<!DOCTYPE html>\n<html><body>Not found</body></html>", "not-a-sitemap", "an HTML page"),
        ("<?xml version='1.0'?><rss version='2.0'><channel/></rss>", "not-a-sitemap", "an RSS feed"),
        ("<feed xmlns='http://www.w3.org/2005/Atom'/>", "not-a-sitemap", "an Atom feed"),
        ("<rdf:RDF xmlns:rdf='x'/>", "not-a-sitemap", "an RSS feed"),
        ("<opml/>", "not-a-sitemap", "<opml>"),
        ('{"version": "https://jsonfeed.org/version/1.1"}', "not-a-sitemap", "JSON"),
        ("User-agent: *", "not-a-sitemap", "plain text"),
        ("<urlset><", "not-a-sitemap", "no sound XML"),
        ("<!DOCTYPE a [<!ENTITY b 'c'>]><urlset/>", "xml-entities", "entities"),
        (EXTERNAL, "xml-entities", "entities"),
        ("<urlset " + "a='1' " * 2_000 + "/>", "too-many-attributes", "1000"),
    ],
)
def test_another_document_is_refused_by_name(body: str, code: str, says: str) -> None:
    with pytest.raises(RejectedError, match=says) as caught:
        read(body)
    assert caught.value.code == code


def test_the_newest_count_and_the_others_are_told() -> None:
    days = [
        f"<url><loc>https://news.example/{day}</loc><lastmod>2024-01-{day:02}</lastmod></url>" for day in range(1, 29)
    ]
    index = read(f"{HEAD}{''.join(days)}</urlset>", limits=Limits(entries=3))
    assert links(index) == [f"https://news.example/{day}" for day in (28, 27, 26)]
    assert index.note == "25 left out as the oldest (limits.entries)"


def test_instants_are_compared_not_their_spelling() -> None:
    stamps = ["2024-03-05T01:00:00+08:00", "2024-03-04T18:00:00Z", "2024-03-04"]
    rows = (f"<url><loc>https://news.example/{n}</loc><lastmod>{s}</lastmod></url>" for n, s in enumerate(stamps))
    assert links(read(f"{HEAD}{''.join(rows)}</urlset>")) == [f"https://news.example/{n}" for n in (1, 0, 2)]


def test_a_digest_changes_with_lastmod_and_not_with_the_neighbours() -> None:
    stamp = "<lastmod>2024-01-01</lastmod>"
    first = read(urls(3, stamp)).entries[1]
    assert first.digest == next(entry.digest for entry in read(urls(9, stamp)).entries if entry.link == first.link)
    assert first.digest != read(urls(3, "<lastmod>2024-01-02</lastmod>")).entries[1].digest


@pytest.mark.parametrize(
    "body",
    [
        "<urlset><url><loc>https://news.example/a</loc></url></urlset>",
        "<s:urlset xmlns:s='urn:old'><s:url><s:loc> https://news.example/a\n</s:loc></s:url></s:urlset>",
        "<urlset><url><news:news><news:title>t</news:title></news:news><loc>https://news.example/a</loc></url></urlset>",
        "\ufeff<?xml version='1.0' encoding='gbk'?><urlset><url><loc>https://news.example/a</loc></url></urlset>",
    ],
    ids=["no-namespace", "old-namespace", "unknown-prefix", "wrong-declaration"],
)
def test_namespaces_and_declarations_may_be_wrong(body: str) -> None:
    assert links(read(body)) == ["https://news.example/a"]


class TestPackedByGzip:
    def test_it_is_unpacked_whatever_its_name(self) -> None:
        assert len(read(gzip.compress(urls(5).encode())).entries) == 5

    def test_what_is_there_of_a_torn_one_counts(self) -> None:
        packed = zlib.compressobj(level=0, wbits=31)
        whole = packed.compress(urls(2000).encode()) + packed.flush()
        index = read(whole[: len(whole) // 2])
        assert 900 < len(index.entries) < 1100
        assert [repair.code for repair in index.repairs] == ["gzip", "broken-xml"]

    def test_a_bomb_is_refused_at_the_limit(self) -> None:
        bomb = gzip.compress(b" " * 20_000_000)
        with pytest.raises(RejectedError, match="unpacked") as caught:
            read(bomb, limits=Limits(download=1_000_000))
        assert caught.value.code == "too-large"


@pytest.mark.parametrize(
    ("body", "outcome"),
    [
        (HEAD + "<url>" * 200_000, "not-a-sitemap"),
        (f"{HEAD}<url {MANY_ATTRIBUTES}><loc>https://news.example/a</loc></url></urlset>", "too-many-attributes"),
        (f"{HEAD}<{'u' * 1_000_000}/></urlset>", "not-a-sitemap"),
        (HEAD + "<![CDATA[" * 100_000 + "</urlset>", "not-a-sitemap"),
        ("<!--" * 300_000, "not-a-sitemap"),
        ("<!DOCTYPE " + "'" * 300_000, "not-a-sitemap"),
        (HEAD + "&" * 1_000_000 + "</urlset>", "no entries"),
    ],
    ids=["nested", "attributes", "long-name", "cdata", "comments", "doctype", "ampersands"],
)
def test_hostile_ones_are_refused_or_cost_a_few_steps_a_character(body: str, outcome: str) -> None:
    found: list[str] = []

    def work() -> None:
        try:
            found.append(f"{len(read(body).entries) or 'no'} entries")
        except RejectedError as error:
            found.append(error.code)

    assert calls(work) <= 2 * len(body)
    assert found == [outcome]


def test_the_largest_that_the_protocol_allows_is_read_in_a_hundred_steps_an_address() -> None:
    body = urls(50_000, "<lastmod>2024-03-05T10:20:00+08:00</lastmod><changefreq>daily</changefreq>")
    read_: list[ParsedIndex] = []
    assert calls(lambda: read_.append(read(body))) <= 100 * 50_000
    (index,) = read_
    assert len(index.entries) == 2_000
    assert index.note == "48000 left out as the oldest (limits.entries)"


@given(st.binary(max_size=200))
def test_arbitrary_bytes_are_refused_in_words(body: bytes) -> None:
    try:
        index = read(HEAD.encode() + body)
    except RejectedError:
        return
    assert all(entry.link.startswith("https://") for entry in index.entries)


@given(
    st.lists(st.tuples(st.from_regex(r"[a-z0-9&?=/]{1,20}", fullmatch=True), st.dates().map(str) | st.text("0-9TZ:+")))
)
def test_every_address_is_found_whatever_lastmod_says(rows: list[tuple[str, str]]) -> None:
    written = (f"<url><loc>https://news.example/x{path}</loc><lastmod>{stamp}</lastmod></url>" for path, stamp in rows)
    assert set(links(read(f"{HEAD}{''.join(written)}</urlset>"))) == {
        f"https://news.example/x{path}" for path, _ in rows
    }
