"""Front matter made to hurt: refused or read in a few steps a character, whatever it is."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aggregator.errors import RejectedError
from aggregator.model.config import Limits, Source
from aggregator.model.document import ParsedArticle
from aggregator.parse.post.document import parse_post
from aggregator.parse.post.front_matter import read_front_matter
from aggregator.parse.post.lines import read_lines, unquote
from counted import calls
from parse.test_parse_cases import document

SOURCE = Source("s")

REFUSED = {
    "brackets": ("a: " + "[" * 60_000, "yaml-nesting"),
    "braces": ("a: " + "{a: " * 15_000, "yaml-nesting"),
    "dashes": ("a:\n " + "- " * 5_000, "yaml-nesting"),
    "indentation": ("\n".join(" " * depth + "a:" for depth in range(300)), "yaml-nesting"),
    "too large": ("a: " + "x" * 70_000, "front-matter-too-large"),
    "merge keys": ("a: 1\n" + "<<: {b: 1}\n" * 200, "yaml-merge"),
    "anchors": ("a: &a x\n" * 1_000, "yaml-anchor"),
    "anchored list": ("a: &a [x]", "yaml-anchor"),
    "quoted before": ('a: "&b"\nc: &d e', "yaml-anchor"),
    "tagged scalar": ("a: !!int 1", "yaml-tag"),
    "local tag": ("a: !b c", "yaml-tag"),
}
READ = {
    "flat list": "a: [" + "[x], " * 100 + "]",
    "closers hidden in quotes": "a: " + '["]", ' * 1_000,
    "many brackets": "title: t\na: '" + "[]" * 1_000 + "'",
    "quotes": "title: '" + '"' * 30_000,
    "comments": "title: t\n" + "# x\n" * 10_000,
    "colons": "title: " + "a: " * 20_000,
    "block scalars": "title: t\n" + "|\n" * 20_000,
    "second document": "title: t\n--- x\nb: c",
    "directive": "%YAML 9.9\ntitle: t",
    "complex key": "? [a, b]\n: c\ntitle: t",
}


def parse_front(front: str) -> ParsedArticle:
    return parse_post(document(f"---\n{front}\n---\n正文。\n".encode()), SOURCE)


def most_calls(front: str) -> int:
    return 10 * len(front) + 1_000


@pytest.mark.parametrize(("front", "code"), REFUSED.values(), ids=REFUSED)
def test_it_is_refused_in_steps_as_many_as_it_is_long(front: str, code: str) -> None:
    caught: list[RejectedError] = []

    def work() -> None:
        with pytest.raises(RejectedError) as refused:
            parse_front(front)
        caught.append(refused.value)

    assert calls(work) <= most_calls(front)
    (error,) = caught
    assert error.code == code
    assert error.line


@pytest.mark.parametrize("front", READ.values(), ids=READ)
def test_it_is_read_in_steps_as_many_as_it_is_long(front: str) -> None:
    read: list[ParsedArticle] = []
    assert calls(lambda: read.append(parse_front(front))) <= most_calls(front)
    assert read[0].body.endswith("正文。\n")


def test_limits_are_those_given() -> None:
    with pytest.raises(RejectedError) as caught:
        parse_post(document(b"x" * 101), Source("s", limits=Limits(bytes=100)))
    assert caught.value.code == "too-large"
    with pytest.raises(RejectedError) as caught:
        read_front_matter("a: [[[x]]]", 1, nesting=2)
    assert caught.value.code == "yaml-nesting"


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ('"a"', "a"),
        ("'a'", "a"),
        ('"""\'a\'"""', "a"),
        ('"a" b "c"', 'a" b "c'),
        ('a"', 'a"'),
        ('"', ""),
        ('""', ""),
        ("", ""),
        ("'a\"", "'a\""),
    ],
)
def test_quotes_round_a_value_go(written: str, value: str) -> None:
    assert unquote(written) == value


YAML_LIKE = st.text(alphabet="ab:-&*!|>[]{}'\"%#,?<. \n\t：题", max_size=120)


@settings(max_examples=300, deadline=None)
@given(YAML_LIKE)
def test_any_front_matter_is_read_or_rejected(front: str) -> None:
    try:
        parsed = parse_front(front)
    except RejectedError:
        return
    assert parsed.body.endswith("正文。\n") or "---" in front or "..." in front


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=200), st.booleans())
def test_any_bytes_are_read_or_rejected(body: bytes, with_front_matter: bool) -> None:
    try:
        parsed = parse_post(document(b"---\n" + body + b"\n---\nx" if with_front_matter else body), SOURCE)
    except RejectedError:
        return
    assert parsed.body.strip()


KEYS = st.text(alphabet="abc题-_", min_size=1, max_size=8).filter(lambda key: key[0] not in "-_")
VALUES = st.text(alphabet="字词 ab1《》，。", max_size=20).map(str.strip)


@settings(max_examples=100, deadline=None)
@given(st.dictionaries(KEYS, VALUES, min_size=1, max_size=5))
def test_what_yaml_reads_the_line_reader_reads_alike(written: dict[str, str]) -> None:
    front = "\n".join(f"{key}: {value}" for key, value in written.items())
    by_yaml = read_front_matter(front, 1, SOURCE.limits.nesting)
    by_line, repairs = read_lines(front, 1)
    assert by_yaml is not None
    assert by_yaml.values == by_line == written
    assert not by_yaml.repairs
    assert not repairs


def test_escapes_bring_in_no_control_characters() -> None:
    parsed = parse_front(r"""title: "a\0b\x1b\x9bc\uFFFE"
author: "d\x07\ne"
tags: ["f\x01", "\x02", "g\th"]
url: "https://a.cn/\x01"
other: ["i\x7f"]""")
    assert (parsed.title, parsed.author, parsed.tags) == ("abc", "d e", ("f", "g h"))
    assert parsed.links == ("https://a.cn/",)
    assert parsed.metadata == {"other": ["i"]}


def test_raw_control_characters_go_too() -> None:
    assert parse_front('title: a\x9bb\nauthor: "c\x84').title == "ab"


def test_repairs_are_told_up_to_fifty() -> None:
    repairs = parse_front("title: a: b\n" + "\ta\n" * 21_000).repairs
    assert len(repairs) == 51
    assert repairs[-1].detail == "and 20951 more"
    assert all(len(repair.detail) <= 100 for repair in parse_front(f"{'k' * 200}: a: b").repairs)
