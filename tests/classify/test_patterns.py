"""Folding a regular expression keeps its syntax and folds its letters."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aggregator.base.text import fold
from aggregator.classify.patterns import compile_pattern


@pytest.mark.parametrize(
    ("written", "folded", "literals"),
    [
        ("國家醫學", "国家医学", ["国家医学"]),
        ("国家（肿瘤）区域", r"国家\(肿瘤\)区域", ["国家(肿瘤)区域"]),
        ("[^，。；：省]{0,7}区域", "[^,。;:省]{0,7}区域", ["区域"]),
        ("[（）]国", r"[\(\)]国", ["国"]),
        ("[]Ａ]国", r"[\]a]国", ["国"]),
        ("[^]A]国", r"[^\]a]国", ["国"]),
        ("[A-Z０-９]号", "[a-z0-9]号", ["号"]),
        ("[一-龥]号", "[一-龥]号", ["号"]),
        ("[[:alpha:]Ａ]国", "[[:alpha:]a]国", ["国"]),
        (r"\p{Han}{2}國\b", r"\p{Han}{2}国\b", ["国"]),
        (r"\Q（A）\E", r"(?:\(a\))", ["(a)"]),
        ("(?P<Name>ABC)+X", "(?P<Name>abc)+x", ["x"]),
        ("(?i)ABC", "(?i)abc", ["abc"]),
        ("ß+a…b", r"(?:ss)+a(?:\.\.\.)b", ["a...b"]),
        ("国家 医学", "国家医学", ["国家医学"]),
        ("国家 *医学", "国家 *医学", ["国家"]),
        ("National  Centers?", "national centers?", ["national center"]),
        ("国家?级", "国家?级", ["国"]),
        ("国家{2}级", "国家{2}级", ["国"]),
        ("甲乙|丙丁", "甲乙|丙丁", ["甲乙", "丙丁"]),
        (r"甲乙|\d{3}", r"甲乙|\d{3}", []),
        ("(?:甲|乙)丙丁", "(?:甲|乙)丙丁", ["丙丁"]),
        (r"^a\.b$", r"^a\.b$", ["a.b"]),
        ("e\u0301cole", "école", ["école"]),
    ],
)
def test_a_pattern_is_folded(written: str, folded: str, literals: list[str]) -> None:
    pattern = compile_pattern(written)

    assert (pattern.folded, list(pattern.literals)) == (folded, literals)


@pytest.mark.parametrize(
    ("written", "message"),
    [
        ("国家(", "missing ): 国家("),
        ("国家[甲", "missing ]: [甲"),
        ("甲**", "bad repetition operator: **"),
        ("[z-a]", "invalid character class range: z-a"),
        ("(?=甲)", "invalid perl operator: (?="),
        (r"甲\1", "invalid escape sequence: \\1"),
        ("甲{2000}", "invalid repetition size: {2000}"),
        ("甲?", "matches the empty text, so it would match every article"),
    ],
)
def test_a_faulty_pattern_says_what_is_wrong(written: str, message: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        compile_pattern(written)


TEXTS = st.text(
    st.sampled_from(list("（）［］｛｝＋＊？．｜＾＄－()[]{}+*?.|^$-国國家醫学ＡaZ９ß…，。")), min_size=1, max_size=12
)


@settings(max_examples=200, deadline=None)
@given(TEXTS)
def test_a_text_quoted_or_escaped_finds_itself_folded(text: str) -> None:
    folded = fold(text)
    escaped = "".join(f"\\{char}" if char.isascii() and not char.isalnum() else char for char in text)

    for written in (f"\\Q{text}\\E", escaped):
        pattern = compile_pattern(written)
        found = next(pattern.searcher.finditer(folded))
        assert found.span() == (0, len(folded))
        assert all(literal in folded for literal in pattern.literals)


@settings(max_examples=100, deadline=None)
@given(st.sampled_from("國（）［］－＾，。：ＺA９\\]^-["))
def test_a_character_in_a_class_finds_itself_folded_and_its_negation_does_not(char: str) -> None:
    member = f"\\{char}" if char in "\\]^-[" else char

    assert list(compile_pattern(f"[{member}]").searcher.finditer(fold(char)))
    assert not list(compile_pattern(f"[^{member}]").searcher.finditer(fold(char)))
