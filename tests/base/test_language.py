"""Which language a text is in, told from how it begins."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from aggregator.base.language import SAMPLE, language_of

CASES = yaml.safe_load(Path(__file__).with_name("languages.yaml").read_text(encoding="utf-8"))


@pytest.mark.parametrize(("language", "text"), CASES)
def test_the_language_of_a_text(language: str, text: str) -> None:
    assert language_of(text) == language


def test_a_few_foreign_words_change_nothing() -> None:
    english = "The ministry said that the hospitals (医院) were opened with a party, and they are large."
    assert language_of(english) == "en"


def test_only_the_beginning_counts() -> None:
    begin = "国家医学中心今天开诊。" * 50
    assert language_of(begin[:SAMPLE] + "The hospitals of this and that " * 900) == "zh"


@settings(max_examples=200, deadline=None)
@given(st.text(st.characters(codec=None), max_size=80))
def test_any_text_has_a_language_or_none(text: str) -> None:
    assert language_of(text) in {language for language, _ in CASES} | {""}
