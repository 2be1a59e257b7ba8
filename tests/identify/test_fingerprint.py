"""What the content hash sees, and what it does not."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.base.text import fold
from aggregator.identify import fingerprint
from aggregator.identify.fingerprint import content_hash, mint_id, skeleton
from aggregator.model.article import Subject

SAME = [
    ("spaces and line ends", "第一段。\n第二段。", "第一段。 第二段。"),
    ("kinds of quotation marks", "“看病难”问题", "_看病难_问题"),
    ("full and half width", "ＡＢＣ，１２３", "ABC,123"),
    ("traditional characters", "國家醫學中心", "国家医学中心"),
    ("capital letters", "Atom Feed", "ATOM feed"),
]
DIFFERENT = [
    ("one character", "第一批名单", "第二批名单"),
    ("a number", "新增12例", "新增13例"),
    ("a decimal point", "1.5倍", "15倍"),
    ("a sign", "同比-3%", "同比3%"),
    ("a range", "10-20人", "1020人"),
]


def hash_of(text: str, title: str = "题", html: str = "") -> str:
    return content_hash(Subject(title=fold(title), text=fold(text)), html)


@pytest.mark.parametrize(("what", "one", "other"), SAME, ids=[case[0] for case in SAME])
def test_the_same_words(what: str, one: str, other: str) -> None:
    assert hash_of(one) == hash_of(other)


@pytest.mark.parametrize(("what", "one", "other"), DIFFERENT, ids=[case[0] for case in DIFFERENT])
def test_different_words(what: str, one: str, other: str) -> None:
    assert hash_of(one) != hash_of(other)


def test_the_title_counts() -> None:
    assert hash_of("同文", "甲") != hash_of("同文", "乙")


def test_title_and_text_do_not_run_together() -> None:
    assert hash_of("乙丙", "甲") != hash_of("丙", "甲乙")


def test_pictures_count_only_where_there_are_no_words() -> None:
    one, other = '<p><img src="https://x.example/1.png"></p>', '<p><img src="https://x.example/2.png"></p>'
    assert hash_of("有字", html=one) == hash_of("有字", html=other)
    assert hash_of("", html=one) != hash_of("", html=other)
    assert hash_of("", html=one) == hash_of("", html=one.replace(".png", ".png?random=81"))


def test_the_version_stands_before_the_hash() -> None:
    assert hash_of("文").startswith("1:")


def test_ids_are_stable() -> None:
    """A changed id shows every article again in every reader: this value may never change."""
    date = datetime(2022, 4, 27, 1, 15, 48, tzinfo=UTC)
    assert str(mint_id("seeds", "1:abc", date)) == "4d109291-0112-5e04-9ceb-4da5ce6af09f"
    assert mint_id("seeds", "1:abc", date).version == 5
    assert mint_id("seeds", "1:abc", None) != mint_id("seeds", "1:abc", date) != mint_id("other", "1:abc", date)


@given(st.text(max_size=200))
def test_a_skeleton_has_no_spaces_and_is_its_own_skeleton(text: str) -> None:
    bare = skeleton(fold(text))
    assert not any(character.isspace() for character in bare)
    assert skeleton(bare) == bare


@given(st.text(alphabet="甲a1½②٣.-+/%，", max_size=40))
def test_the_quick_way_for_bare_texts_gives_what_the_pattern_gives(text: str) -> None:
    assert "".join(fingerprint._KEPT.findall(skeleton(text))) == skeleton(text)
