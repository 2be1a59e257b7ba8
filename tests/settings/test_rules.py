"""The rule language: what is written and what it becomes."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from aggregator.classify.patterns import compile_pattern
from aggregator.model.config import AllOf, AnyOf, Condition, Near, NoneOf, Regex, Term
from aggregator.settings import document, rules
from aggregator.settings.load import load

MEANS: list[tuple[str, Condition]] = [
    ("中心", Term("中心")),
    ("120", Term("120")),
    ("{term: 中心, weight: 0.5, field: title}", Term("中心", 0.5, "title")),
    ("{regex: '国家.{0,5}中心', weight: -1}", Regex("国家.{0,5}中心", -1.0)),
    ("{near: {terms: [国家, 中心], within: 20}, field: text}", Near(("国家", "中心"), 20, 1.0, "text")),
    ("[中心, 医院]", AnyOf((Term("中心"), Term("医院")))),
    ("{any: [中心]}", AnyOf((Term("中心"),))),
    ("{all: [中心, [医院, 诊所]]}", AllOf((Term("中心"), AnyOf((Term("医院"), Term("诊所")))))),
    ("{none: [招聘]}", NoneOf((Term("招聘"),))),
    ("{any: [中心], none: [招聘]}", AllOf((AnyOf((Term("中心"),)), NoneOf((Term("招聘"),))))),
    ("{any: [{all: [甲, 乙], none: [丙]}]}", AnyOf((AllOf((AllOf((Term("甲"), Term("乙"))), NoneOf((Term("丙"),)))),))),
]


def read(text: str) -> Condition:
    condition, mistakes = rules.read(document.plain(document.read(text.encode(), "rule")), compile_pattern)
    assert mistakes == []
    assert condition is not None
    return condition


@pytest.mark.parametrize(("text", "condition"), MEANS)
def test_meaning(text: str, condition: Condition) -> None:
    assert read(text) == condition


@pytest.mark.parametrize(
    ("text", "expected"), [("大别山区域医疗中心", "大别山区域医疗中心"), ("{regex: '..医院'}", Regex("..医院"))]
)
def test_ignored_names(text: str, expected: str | Regex) -> None:
    assert rules.read_ignored(document.plain(document.read(text.encode(), "rule")), compile_pattern) == (expected, [])


WORDS = st.text(st.sampled_from("中心医院国家ab12:#'\"-[]{}，"), min_size=1, max_size=6)
WEIGHTS = st.floats(-5, 5).map(lambda number: round(number, 2))
FIELDS = st.none() | st.sampled_from(rules.FIELDS)
LEAVES: st.SearchStrategy[Condition] = (
    st.builds(Term, WORDS, WEIGHTS, FIELDS)
    | st.builds(Regex, WORDS.map(re.escape), WEIGHTS, FIELDS)
    | st.builds(Near, st.lists(WORDS, min_size=2, max_size=3).map(tuple), st.integers(1, 500), WEIGHTS, FIELDS)
)


def groups(inner: st.SearchStrategy[Condition]) -> st.SearchStrategy[Condition]:
    conditions = st.lists(inner, min_size=1, max_size=3).map(tuple)
    kinds: tuple[Callable[[tuple[Condition, ...]], Condition], ...] = (AnyOf, AllOf, NoneOf)
    return st.one_of([st.builds(kind, conditions) for kind in kinds])


def written(condition: Condition) -> dict[str, object]:
    if isinstance(condition, (AnyOf, AllOf, NoneOf)):
        key = {AnyOf: "any", AllOf: "all", NoneOf: "none"}[type(condition)]
        return {key: [written(inner) for inner in condition.conditions]}
    extras: dict[str, object] = {"weight": condition.weight}
    if condition.field:
        extras["field"] = condition.field
    if isinstance(condition, Near):
        return {"near": {"terms": list(condition.terms), "within": condition.within}} | extras
    return ({"term": condition.term} if isinstance(condition, Term) else {"regex": condition.regex}) | extras


@settings(max_examples=80, deadline=None)
@given(st.recursive(LEAVES, groups, max_leaves=8))
def test_what_is_written_is_read(condition: Condition) -> None:
    assert read(yaml.safe_dump(written(condition), allow_unicode=True)) == condition


def test_ignored_names_stand_beside_match_or_in_it(tmp_path: Path) -> None:
    beside, inside, both = (
        "{slug: a, title: 甲, match: x, ignore: [y, z]}",
        "{slug: a, title: 甲, match: {any: [x], ignore: [y, z]}}",
        "{slug: a, title: 甲, match: {any: [x], ignore: [z]}, ignore: [y]}",
    )
    (tmp_path / "sources.yaml").write_text("sources: []", encoding="utf-8")
    for written in (beside, inside, both):
        (tmp_path / "topics.yaml").write_text(f"topics: [{written}]", encoding="utf-8")
        (topic,) = load(tmp_path).topics
        assert topic.ignore == ("y", "z"), written
