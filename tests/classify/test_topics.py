"""The topics that come with the program: what they take and what they leave (``topic_cases.yaml``)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aggregator.classify.compile import compile_topics
from aggregator.model.article import Subject
from aggregator.settings.load import load
from classify.rule_builders import cases, subject

ROOT = Path(__file__).resolve().parents[2]
TOPICS = load(ROOT / "config").topics
CLASSIFIER = compile_topics(TOPICS)
SHORT = {
    "NMC": "national-medical-centers",
    "NRMC": "national-regional-medical-centers",
    "PRMC": "provincial-regional-medical-centers",
    "MRE": "medical-resource-expansion",
}
CASES = cases(Path(__file__).with_name("topic_cases.yaml").read_text(encoding="utf-8"))
OTHER_NEWS = "今天多地天气晴好，市民出门踏青。" * 25


def article(case: dict[str, Any]) -> Subject:
    return subject(title=case.get("title", "无关的题目"), text=case.get("text", OTHER_NEWS + case.get("late", "")))


def topics_of(article: Subject) -> list[str]:
    return [verdict.topic for verdict in CLASSIFIER.classify(article) if verdict.matched]


def test_the_topics_are_the_four_that_were_agreed() -> None:
    assert [topic.slug for topic in TOPICS] == list(SHORT.values())


@pytest.mark.parametrize(("group", "case"), CASES, ids=[f"{group} {n}" for n, (group, _) in enumerate(CASES)])
def test_an_article_is_in_these_topics(group: str, case: dict[str, Any]) -> None:
    assert topics_of(article(case)) == [SHORT[topic] for topic in case["topics"]]


WIDE = str.maketrans({chr(code): chr(code + 0xFEE0) for code in range(0x21, 0x7F)})
TRADITIONAL = str.maketrans("国医学区疗级诊联体资扩", "國醫學區療級診聯體資擴")


@settings(max_examples=60, deadline=None)
@given(st.sampled_from([case for _, case in CASES]), st.data())
def test_how_a_text_is_written_changes_no_verdict(case: dict[str, Any], data: st.DataObject) -> None:
    def rewrite(text: str) -> str:
        text = text.translate(TRADITIONAL) if data.draw(st.booleans()) else text
        text = text.translate(WIDE) if data.draw(st.booleans()) else text.upper()
        gap = data.draw(st.sampled_from(["", "\u200b", "\u00ad"]))
        return gap.join(text)

    plain = {"title": case.get("title", "无关的题目"), "text": case.get("text", case.get("late", ""))}
    rewritten = {name: rewrite(text) for name, text in plain.items()}

    assert CLASSIFIER.explain(subject(**rewritten)) == CLASSIFIER.explain(subject(**plain))
