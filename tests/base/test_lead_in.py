"""Where an article's own words begin: the lines of ``lead_ins.yaml``, as written and folded."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from aggregator.base.lead_in import LONGEST, opening_of
from aggregator.base.text import fold

CASES = yaml.safe_load(Path(__file__).with_name("lead_ins.yaml").read_text(encoding="utf-8"))
PIECES = [*str.split("新华社 本报 北京 4月27日 电 讯 消息 （ 记者 ） ： ( ) -- Reuters a"), " ", "\n"]


def lines(kind: str) -> list[str]:
    return [line.replace("¶", "\n") for line in CASES[kind]]


@pytest.mark.parametrize("line", lines("has"))
def test_the_lead_in_is_all_that_stands_before_the_words(line: str) -> None:
    lead, _, words = line.partition("|")
    assert (lead + words)[opening_of(lead + words) :] == words
    folded = fold(lead + words)
    assert folded[opening_of(folded) :] == fold(words)


@pytest.mark.parametrize("line", lines("has none"))
def test_words_of_the_article_are_none(line: str) -> None:
    assert opening_of(line) == 0
    assert opening_of(fold(line)) == 0


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=30))
def test_something_is_always_left_and_little_is_looked_at(pieces: list[str]) -> None:
    text = "".join(pieces)
    opening = opening_of(text)
    assert opening == 0 or opening < len(text)
    assert opening <= LONGEST
