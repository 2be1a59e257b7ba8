"""The quick reader of front matter gives what YAML gives, or leaves it to YAML."""

from __future__ import annotations

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from aggregator.parse.post.simple import read_simple

SIMPLE = {
    "title: 甲：乙 丙 \ndate: 2022-01-01 10:10:00 +0800\n": {"title": "甲：乙 丙", "date": "2022-01-01 10:10:00 +0800"},
    "a: \"x: 'y' #\"\nb: 'x: \"y\"'\n": {"a": "x: 'y' #", "b": 'x: "y"'},
    "a:\n  - x\n  - 'y'\nb:\n- z\n": {"a": ["x", "y"], "b": ["z"]},
    "a: [ x , y z,w]\nb: []\nc:\n": {"a": ["x", "y z", "w"], "b": [], "c": ""},
    "link: https://a.cn/?b=c&d#e\n": None,
    "link: https://a.cn/?b=c&d\n": {"link": "https://a.cn/?b=c&d"},
    "a: x\n  y\n": None,
    "a: x\n - y\n": None,
    "a:\n - x\n  - y\n": None,
    "a: b: c\n": None,
    "a: x\na: y\n": None,
    'a: "\\x41"\n': None,
    "a: 'it''s'\n": None,
    "a: &b c\n": None,
    "a: x # y\n": None,
    "a: x": None,
    "": {},
}


@pytest.mark.parametrize(("text", "values"), SIMPLE.items())
def test_a_text_reads(text: str, values: object) -> None:
    assert read_simple(text) == values


PIECES = "a:| b:|c: |title: |- | - |  - |\n|\n|\"|'|[|]|, |,|: | #| |x|字|：|1|-|?|&".split("|")
PARTS = st.sampled_from([*PIECES, "|"]) | st.text(st.characters(exclude_categories=["Cs"]), max_size=2)


@settings(max_examples=1_500, deadline=None)
@given(st.lists(PARTS, max_size=14).map("".join))
def test_what_it_reads_yaml_reads_alike(text: str) -> None:
    values = read_simple(f"{text}\n")
    if values is not None:
        assert values == (yaml.load(f"{text}\n", Loader=yaml.CBaseLoader) or {})  # noqa: S506 - strings only
