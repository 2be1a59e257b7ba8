"""Each file of ``feeds/``, and beside it (``.yaml``) what it must be read as, or why it is rejected."""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import UTC, datetime
from hashlib import sha256
from html import escape, unescape
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from aggregator.errors import RejectedError
from aggregator.model.alarm import in_a_line
from aggregator.model.config import Limits, Source
from aggregator.model.document import ParsedEntry, ParsedIndex, RawDocument
from aggregator.parse.feed.document import parse_feed

CASES = sorted(path for path in (Path(__file__).parent / "feeds").iterdir() if path.suffix != ".yaml")
SOURCE = Source("s", kind="feed")
URL = "https://news.example/dir/feed.xml"


def read(body: bytes, source: Source = SOURCE) -> ParsedIndex:
    seen = datetime(2026, 5, 1, tzinfo=UTC)
    return parse_feed(RawDocument("s", URL, "", body, sha256(body).hexdigest(), seen, kind="feed", url=URL), source)


def a_feed(*items: str) -> bytes:
    return f'<rss version="2.0"><channel><title>题</title>{"".join(items)}</channel></rss>'.encode()


def shown(index: ParsedIndex) -> dict[str, Any]:
    """As the expectations have it: durations in seconds, faults and repairs in short."""
    span = {
        key: value and int(value.total_seconds())
        for key, value in asdict(index.pace).items()
        if key in {"ttl", "period"}
    }
    days = {"skip_hours": sorted(index.pace.skip_hours), "skip_days": sorted(index.pace.skip_days)}
    return asdict(index) | {
        "deleted": list(index.deleted),
        "further": [list(one) for one in index.further],
        "pace": span | days,
        "faults": [[fault.location, fault.code, fault.line] for fault in index.faults],
        "repairs": [[repair.code, repair.detail, repair.line] for repair in index.repairs],
    }


def shown_entry(entry: ParsedEntry) -> dict[str, Any]:
    article = asdict(entry.article)
    lists = {key: list(value) for key, value in article.items() if isinstance(value, tuple)}
    repairs = [[repair.code, repair.detail, repair.line] for repair in entry.article.repairs]
    return article | lists | {"location": entry.location, "link": entry.link, "repairs": repairs}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_a_case_is_read_as_expected(case: Path) -> None:
    expected: dict[str, Any] = yaml.load(case.with_suffix(".yaml").read_text(encoding="utf-8"), yaml.BaseLoader)  # noqa: S506
    if "rejected" in expected:
        with pytest.raises(RejectedError) as caught:
            read(case.read_bytes())
        assert {"code": caught.value.code, "line": str(caught.value.line)} == expected["rejected"]
        return
    index = read(case.read_bytes())
    entries = expected.pop("entries")
    for field, value in ({"faults": [], "repairs": [], "deleted": []} | expected).items():
        assert as_text(shown(index)[field]) == value, field
    assert len(index.entries) == len(entries)
    for entry, stated in zip(index.entries, entries, strict=True):
        for field, value in stated.items():
            found = as_text(shown_entry(entry)[field])
            assert found == value or (str(found).startswith(value) and value.startswith("sha256:")), field
        assert entry.article.markup == "html"
        assert len(entry.digest) == 64


def as_text(value: Any) -> Any:
    """As YAML writes it: every scalar is text."""
    if isinstance(value, dict):
        return {key: as_text(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [as_text(inner) for inner in value]
    return "null" if value is None else str(value)


def test_every_case_has_an_expectation() -> None:
    assert [case.stem for case in CASES] == sorted(path.stem for path in CASES[0].parent.glob("*.yaml"))


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-be", "gb18030"])
@pytest.mark.parametrize(
    "case", [case for case in CASES if case.stem in {"atom-full", "rss-full", "json-full"}], ids=str
)
def test_the_encoding_makes_no_difference(case: Path, encoding: str) -> None:
    text = case.read_text(encoding="utf-8")
    assert replace(read(text.encode(encoding)), repairs=()) == read(text.encode())


def test_the_digest_of_an_entry_does_not_depend_on_the_others() -> None:
    items = [f"<item><guid>{number}</guid><title>{number}</title></item>" for number in range(3)]
    forward, backward = read(a_feed(*items)).entries, read(a_feed(*reversed(items))).entries
    assert [entry.digest for entry in forward] == [entry.digest for entry in reversed(backward)]
    assert len({entry.digest for entry in forward}) == 3


@pytest.mark.parametrize(
    "more",
    [
        "<title>y</title>",
        "<description>y</description>",
        "<pubDate>y</pubDate>",
        "<author>y</author>",
        "<link>https://a.example/</link>",
        "<category>y</category>",
        '<enclosure url="https://a.example/1.mp3"/>',
    ],
)
def test_the_digest_changes_with_all_that_matters(more: str) -> None:
    (plain,) = read(a_feed("<item><guid>2</guid><title>x</title></item>")).entries
    title = "" if "title" in more else "<title>x</title>"
    (changed,) = read(a_feed(f"<item><guid>2</guid>{more}{title}</item>")).entries
    assert plain.location == changed.location == "2"
    assert plain.digest != changed.digest


def test_an_entry_told_twice_is_one_and_no_fault() -> None:
    index = read(a_feed("<item><guid>1</guid><title>a</title></item>" * 2))
    assert (len(index.entries), index.faults) == (1, ())


def test_the_limit_keeps_the_first_and_counts_the_others() -> None:
    items = [f"<item><guid>{number}</guid><title>{number}</title></item>" for number in range(9)]
    index = read(a_feed(*items), replace(SOURCE, limits=Limits(entries=4)))
    assert [entry.location for entry in index.entries] == ["0", "1", "2", "3"]
    assert in_a_line(index.alarms) == "5 entries left out (limits.entries)"


def test_a_long_id_is_shortened() -> None:
    (entry,) = read(a_feed(f"<item><guid>{'x' * 501}</guid><title>a</title></item>")).entries
    assert entry.location.startswith("sha256:")
    assert len(entry.location) == 71


@pytest.mark.parametrize("wanted", ["<ttl>-5</ttl>", "<ttl>99999999</ttl>", "<ttl>x</ttl>", "<ttl/>"])
def test_an_absurd_pace_counts_for_nothing(wanted: str) -> None:
    assert read(a_feed(wanted)).pace.ttl is None


LATIN_1 = "".join(map(chr, range(0x80, 0x100)))
"""Put together by chance, they look like mojibake."""
TEXT = st.text(alphabet=st.characters(exclude_categories=["C"], exclude_characters="\ufffd" + LATIN_1), max_size=40)
WORDS = TEXT.map(lambda text: " ".join(f"字{text}".split()))
ENTRIES = st.lists(st.tuples(WORDS, WORDS, WORDS), max_size=5, unique_by=lambda entry: entry[0])


def rss(entries: list[tuple[str, str, str]]) -> str:
    made = (
        f"<item><guid isPermaLink='false'>{escape(name)}</guid><title>{escape(escape(title, quote=False))}</title>"
        f"<description>{escape(text)}</description></item>"
        for name, title, text in entries
    )
    return f"<rss version='2.0'><channel><title>题</title>{''.join(made)}</channel></rss>"


def atom(entries: list[tuple[str, str, str]]) -> str:
    made = (
        f"<entry><id>{escape(name)}</id><title>{escape(title)}</title>"
        f"<content type='html'>{escape(text)}</content></entry>"
        for name, title, text in entries
    )
    return f"<feed xmlns='http://www.w3.org/2005/Atom'><title>题</title>{''.join(made)}</feed>"


@settings(max_examples=100, deadline=None)
@given(ENTRIES, st.sampled_from([rss, atom]))
def test_what_is_written_is_read(entries: list[tuple[str, str, str]], write: Any) -> None:
    index = read(write(entries).encode())
    assert index.repairs == ()
    said = [(entry.location, unescape(entry.article.title), entry.article.body) for entry in index.entries]
    assert said == entries
