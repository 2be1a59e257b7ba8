"""An article's headings go on below its title, and its pictures have an ``alt``."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from normalize.test_normalize_cases import of, read


@pytest.mark.parametrize(
    ("levels", "published"),
    [
        ("2", "2"),
        ("1", "2"),
        ("4", "2"),
        ("1 2 3", "2 3 4"),
        ("1 1 2", "2 2 3"),
        ("3 2 3", "3 2 3"),
        ("1 3 6 3", "2 3 4 3"),
        ("2 3 4 5 6", "2 3 4 5 6"),
        ("1 2 3 4 5 6", "2 3 4 5 6 6"),
    ],
)
def test_headings_begin_at_the_second_level_and_leave_none_out(levels: str, published: str) -> None:
    written = "".join(f"<h{level}>第{level}节</h{level}><p>文</p>" for level in levels.split())

    assert re.findall("<h([1-6])>", of(written).html) == published.split()


def test_headings_of_markdown_are_headings() -> None:
    assert of("# 一\n\n文\n\n## 二\n\n文").html == "<h2>一</h2>\n<p>文</p>\n<h3>二</h3>\n<p>文</p>"


def test_a_heading_that_went_counts_for_nothing() -> None:
    body = "---\ntitle: 题\n---\n<h1>题</h1><h2></h2><h3>节</h3><p>文</p>"

    assert read(body.encode()).html == "<h2>节</h2><p>文</p>"


@settings(max_examples=100, deadline=None)
@given(st.lists(st.integers(1, 6), min_size=1, max_size=8))
def test_which_of_two_headings_is_higher_stays(levels: list[int]) -> None:
    written = "".join(f"<h{level}>节</h{level}>" for level in levels)
    found = [int(level) for level in re.findall("<h([1-6])>", of(f"文{written}").html)]

    assert min(found) == 2
    assert sorted(set(found)) == list(range(2, 2 + len(set(found))))
    for (before, after), (first, second) in zip(pairwise(levels), pairwise(found), strict=True):
        assert (before <= after) <= (first <= second)
        assert (before >= after) <= (first >= second)


@pytest.mark.parametrize(
    ("written", "alt"),
    [("", ""), ("alt", ""), ('alt=""', ""), ('alt="院门"', "院门"), ("title='院门'", "")],
)
def test_every_picture_has_an_alt(written: str, alt: str) -> None:
    html = of(f"<p>文<img src='https://a.cn/1.jpg' {written}></p>").html

    assert re.findall('alt="([^"]*)"', html) == [alt]
