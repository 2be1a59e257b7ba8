"""What titles and names lose because it is not seen, and what stays because writing needs it."""

from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aggregator.base.text import xml_line
from aggregator.base.unseen import without_controls, without_unseen


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("甲\x00\x07\x0b\x1f乙", "甲乙"),
        ("甲\x7f\x80\x92\x9b\x9f乙", "甲乙"),
        ("one\x85two", "one\ntwo"),
        ("tab\tline\r\nend", "tab\tline\r\nend"),
        ("\ud800甲\udfff\ufffe\uffff", "甲"),
        ("\xa0\ue000\ufffd𠮷", "\xa0\ue000\ufffd𠮷"),
    ],
)
def test_controls_go(text: str, kept: str) -> None:
    assert without_controls(text) == kept


SEEN = {
    "override": ("医院\u202e开诊\u202c", "医院开诊"),
    "isolates": ("\u2066a\u2069 \u2067b\u2069 \u2068c\u2069", "a b c"),
    "embeddings": ("\u202aa\u202c \u202bb\u202c", "a b"),
    "direction marks": ("\u200ea\u200f\u061cb", "ab"),
    "zero-width space": ("医\u200b院", "医院"),
    "word joiner and invisible marks of mathematics": ("a\u2060b\u2062c", "abc"),
    "byte order mark": ("\ufeff标题\ufeff", "标题"),
    "soft hyphen": ("Gesund\xadheit", "Gesundheit"),
    "joiners between letters that need none": ("a\u200db医\u200c院", "ab医院"),
    "joiner at an edge": ("\u200d标题\u200c", "标题"),
    "notes between lines": ("\ufff9甲\ufffa乙\ufffb", "甲乙"),
    "tags": ("标题\U000e0041\U000e0042", "标题"),
    "family": ("👨\u200d👩\u200d👧 出院", "👨\u200d👩\u200d👧 出院"),
    "skin tone and profession": ("👩🏽\u200d⚕️ 上岗", "👩🏽\u200d⚕️ 上岗"),
    "heart on fire": ("❤️\u200d🔥", "❤️\u200d🔥"),
    "flag of tags": (
        "🏴\U000e0067\U000e0062\U000e0077\U000e006c\U000e0073\U000e007f!",
        "🏴\U000e0067\U000e0062\U000e0077\U000e006c\U000e0073\U000e007f!",
    ),
    "joiner behind the last picture": ("👨\u200d 甲", "👨 甲"),
    "joiner between kana is no picture's": ("ア\u200dイ", "アイ"),
    "Persian": ("می\u200cخواهم", "می\u200cخواهم"),
    "Persian, twice": ("می\u200c\u200cخواهم", "می\u200cخواهم"),
    "Persian with a mark of direction": ("\u200fمی\u200c\u200fخواهم\u200f", "می\u200cخواهم"),
    "Hindi": ("क्\u200dष", "क्\u200dष"),
    "Malayalam": ("ന്\u200d", "ന്\u200d"),
    "Sinhala": ("ක්\u200dෂ", "ක්\u200dෂ"),
    "ASCII": ("plain", "plain"),
}


@pytest.mark.parametrize(("text", "kept"), SEEN.values(), ids=SEEN)
def test_what_is_not_seen_goes_unless_writing_needs_it(text: str, kept: str) -> None:
    assert without_unseen(text) == kept
    assert xml_line(text) == kept.strip()


def test_what_goes_between_blanks_leaves_one() -> None:
    assert xml_line(" a \u200b\ufeff b\x85c\x9b ") == "a b c"


SIGNS = st.sampled_from("a医 م\u064bक्👩🏽⚕️\ufe0f🏴\u200b\u200c\u200d\u202e\u2066\ufeff\xad\x7f\x85\x9b\U000e0067\ud800")


@settings(max_examples=300, deadline=None)
@given(st.lists(st.one_of(SIGNS, st.characters()), max_size=25).map("".join))
def test_a_line_holds_no_control_and_no_direction_and_cleaning_it_again_changes_nothing(text: str) -> None:
    line = xml_line(text)

    assert not re.search("[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\u200b\u2060\ufeff\xad]", line)
    assert xml_line(line) == line
    assert letters(line) == letters(text)


def letters(text: str) -> list[str]:
    return [char for char in text if unicodedata.category(char)[0] == "L"]
