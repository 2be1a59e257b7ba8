"""The folded form of text: what becomes what, and what always holds."""

from __future__ import annotations

import re
import unicodedata

import opencc
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aggregator.base.text import _excess, _quick, fold, fold_with_offsets
from base import make_traditional
from counted import calls

CASES = {
    "traditional": ("國家區域醫療中心", "国家区域医疗中心"),
    "traditional of a traditional": ("薴", "苎"),
    "full-width letters, digits and marks": ("ＡＩ２０２２年，（肿瘤）：“好”！", "ai2022年,(肿瘤):“好”!"),
    "marks that stay": ("、。《》「」·—", "、。《》「」·—"),
    "half-width katakana": ("ｶﾞﾝ", "ガン"),
    "case": ("National CENTRE Straße", "national centre strasse"),
    "spaces inside Chinese": ("国 家　医\u00a0学\t中 心", "国家医学中心"),
    "spaces between Chinese and others": ("第 3 批 AI 应用", "第3批ai应用"),
    "spaces between words": ("  National \t medical   center ", "national medical center"),
    "spaces round brackets": ("国家 （ 肿瘤 ）区域", "国家(肿瘤)区域"),
    "line breaks": ("甲 \r\n\r\n  乙\u2028丙\x85丁", "甲\n乙\n丙\n丁"),
    "blank ends": ("\n　甲　\n", "甲"),
    "invisible characters": ("医\u200b学\ufeff中\u00ad心\u2060", "医学中心"),
    "control characters": ("医\x00学\x1f中\x7f心", "医学中心"),
    "combining marks": ("e\u0301cole", "école"),
    "a mark after something invisible": ("e\u200d\u0301", "é"),
    "compatibility ideographs and radicals": ("\uf900⼀⽤", "岂一用"),
    "one character that is several": ("…㈱℃①", "...(株)°c1"),
    "nothing": ("", ""),
    "only white space": (" \n\u3000", ""),
}

TRICKY = (
    "国國家醫 　\n\t，（）ＡA1e\u0301か\u3099 \u0301ｶﾞ\u1100\u1161가\u11a8\u200b\u00ad´ΐİß…①㈀ㄱㅏ\u09c7\u09be薴苧각"
)
MOST_GROWTH = 6
"""How many times as long as a text its folded form may be."""
TEXTS = st.text(st.characters() | st.sampled_from(TRICKY), max_size=12)


@pytest.mark.parametrize(("text", "folded"), CASES.values(), ids=CASES.keys())
def test_a_text_folds_to(text: str, folded: str) -> None:
    assert fold(text) == folded


@settings(max_examples=500, deadline=None)
@given(TEXTS)
def test_folding_twice_changes_nothing_more(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@settings(max_examples=500, deadline=None)
@given(TEXTS)
def test_offsets_come_with_the_same_text_and_never_run_back(text: str) -> None:
    folded, offsets = fold_with_offsets(text)

    assert folded == fold(text)
    assert len(offsets) == len(folded)
    assert offsets == sorted(offsets)
    assert all(0 <= offset < len(text) for offset in offsets)


def test_offsets_point_at_what_was_written() -> None:
    written = "　國 家（肿\u200b瘤）…"
    folded, offsets = fold_with_offsets(written)

    assert [(char, written[offset]) for char, offset in zip(folded, offsets, strict=True)] == [
        ("国", "國"),
        ("家", "家"),
        ("(", "（"),
        ("肿", "肿"),
        ("瘤", "瘤"),
        (")", "）"),
        (".", "…"),
        (".", "…"),
        (".", "…"),
    ]


def test_every_character_folds_for_good_beside_others() -> None:
    for code in [*range(0xD800), *range(0xF900, 0x10000), *range(0x1F000, 0x1FB00)]:
        folded = fold(f"国{chr(code)}か\u3099")
        assert fold(folded) == folded, hex(code)


def test_the_quick_way_gives_what_the_standard_forms_give() -> None:
    for code in [
        *range(0x20, 0x7F),
        *range(0xA1, 0x180),
        *range(0x370, 0x3FF),
        *range(0x2460, 0x2500),
        *range(0xFF01, 0xFF5F),
    ]:
        char = chr(code)
        standard = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", char).casefold())
        if char != "\u00ad":
            assert fold(f"x{char}x") == fold(f"x{standard}x"), hex(code)


def test_the_traditional_table_is_what_opencc_says() -> None:
    lines = make_traditional.TABLE.read_text(encoding="utf-8").splitlines()

    assert [(line[0], line[1]) for line in lines[1:]] == list(make_traditional.mappings())
    assert all(len(line) == 2 for line in lines[1:])


def test_traditional_text_folds_to_the_same_as_its_simplified_form() -> None:
    to_traditional = opencc.OpenCC("s2t")
    simplified = "国家医学中心与省级区域医疗中心，优质医疗资源扩容下沉，分级诊疗、医联体、医共体、双向转诊。"

    assert fold(to_traditional.convert(simplified)) == fold(simplified)


MARKS = st.lists(
    st.sampled_from(["\u0301", "\u0323", "\u0f73", "\u0344", "\uff9e", "\u200b", "a", "\ufdfa"]), max_size=6
)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(MARKS.map("".join), st.integers(1, 60)), max_size=3))
def test_runs_of_marks_are_cut_and_fold_alike(runs: list[tuple[str, int]]) -> None:
    text = "".join(marks * count for marks, count in runs)
    folded, offsets = fold_with_offsets(text)
    assert fold(text) == fold(fold(text)) == folded
    assert offsets == sorted(offsets)


def test_all_that_combines_is_cut() -> None:
    for code in range(0x110000):
        char = chr(code)
        if code not in range(0xD800, 0xE000) and unicodedata.combining(unicodedata.normalize("NFKD", char)[0]):
            assert len(_excess().sub("", char * 40)) == 32, hex(code)


def test_no_character_grows_over_the_most_that_a_text_may() -> None:
    lengths = {len(fold(chr(code))) for code in range(0x110000)}
    assert max(lengths) == MOST_GROWTH


@pytest.mark.parametrize("char", ["\u0301\u0323", "\ufdfa", "\u0f73", "\u0344", "\u3316", "a\u0301\u0323"])
def test_folding_takes_steps_as_many_as_the_text_is_long(char: str) -> None:
    def once() -> None:
        assert len(fold(char * 50_000)) <= MOST_GROWTH * 50_000 * len(char)

    def twice() -> None:
        fold(char * 100_000)

    fold(char)
    assert calls(twice) <= 2 * calls(once)


@pytest.mark.parametrize(
    "pattern",
    [_quick().unknown, _quick().pieces, _quick().changes, _excess()],
    ids=["unknown", "pieces", "changes", "excess"],
)
def test_no_pattern_tries_hundreds_of_characters_at_each_of_a_text(pattern: re.Pattern[str]) -> None:
    """Those above U+FFFF stand in no table of ``re``: it compares with one after the other, so they are few."""
    named = sum(char > "\uffff" for char in pattern.pattern)
    assert named <= 300
