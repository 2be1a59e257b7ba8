"""Both languages say everything, and say it with the same places to fill."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import get_args

import pytest

import aggregator.site
from aggregator.classify.compile import compile_topics
from aggregator.model.article import DateKind, Objection, ObjectionCode, Subject
from aggregator.model.config import AllOf, AnyOf, Field, NoneOf, Term, Topic
from aggregator.site.catalog import Language
from aggregator.site.words import WORDS_EN, WORDS_ZH, Words

PLACES = re.compile(r"\{(\w+)\}")
SITE = Path(aggregator.site.__file__).parent


def test_the_tables_have_the_same_keys() -> None:
    assert set(WORDS_ZH) == set(WORDS_EN)


@pytest.mark.parametrize("key", sorted(WORDS_ZH))
def test_the_words_for_a_key(key: str) -> None:
    assert WORDS_ZH[key].strip()
    assert WORDS_EN[key].strip()
    assert set(PLACES.findall(WORDS_ZH[key])) == set(PLACES.findall(WORDS_EN[key]))


def test_every_word_is_used_somewhere() -> None:
    code = "".join(
        file.read_text() for file in [SITE / "words.py", *SITE.glob("pages/*.py"), *SITE.glob("templates/*.html")]
    )
    code = code.replace((SITE / "words.py").read_text().split("_MONTHS")[0], "")
    made = ("date_", "field_", "error_", "why_")  # made from a value: date_stated, error_404 ...
    counted = {key.removesuffix(form) for key in WORDS_ZH for form in ("_one", "_many") if key.endswith(form)}
    plain = {key for key in WORDS_ZH if not key.startswith(made) and not key.endswith(("_one", "_many"))}
    assert {key for key in plain | counted if f'"{key}"' not in code and f"'{key}'" not in code} == set()


@pytest.mark.parametrize("table", [WORDS_ZH, WORDS_EN], ids=["zh", "en"])
def test_every_value_that_a_page_names_has_its_words(table: Mapping[str, str]) -> None:
    assert {f"field_{field}" for field in get_args(Field)} <= set(table)
    assert {f"date_{kind}" for kind in get_args(DateKind)} <= set(table)
    assert {f"why_{code.replace('-', '_')}" for code in ObjectionCode} <= set(table)


@pytest.mark.parametrize(
    ("language", "number", "expected"),
    [("en", 0, "0 articles"), ("en", 1, "1 article"), ("en", 2, "2 articles"), ("zh", 1, "1 篇文章")],
)
def test_counting(language: Language, number: int, expected: str) -> None:
    assert Words(language).count("articles", number) == expected


@pytest.mark.parametrize(
    ("language", "zone", "expected"),
    [
        ("zh", "Asia/Shanghai", "2022年4月28日 00:30"),
        ("en", "Asia/Shanghai", "28 April 2022, 00:30"),
        ("en", "UTC", "27 April 2022, 16:30"),
    ],
)
def test_dates_are_those_of_the_sites_zone(language: Language, zone: str, expected: str) -> None:
    instant = datetime(2022, 4, 27, 16, 30, tzinfo=UTC)
    assert Words(language).moment(instant, zone) == expected


RULE = AllOf((AnyOf((AllOf((Term("医疗中心"), Term("分院"))), Term("项目", weight=0.5))), NoneOf((Term("演习"),))))
TOPIC = Topic("regional", "区域", RULE, ignore=("妇儿医疗中心",))

WHY_NOT = {
    "妇儿医疗中心开诊": "只出现在不算数的名称里：妇儿医疗中心",
    "区域医疗中心挂牌": "缺少：分院",
    "区域医疗中心分院演习": "被排除规则否决：演习",
    "项目开工": "得分 0.5，不到 1.0",
    "天气晴": "没有一条规则与这篇文章相符。",
}


@pytest.mark.parametrize("title", WHY_NOT)
def test_what_the_classifier_says_is_said_in_chinese(title: str) -> None:
    (verdict,) = compile_topics([TOPIC]).explain(Subject(title, ""))
    assert not verdict.matched
    chinese = Words("zh").why_not(verdict.why_not)
    assert WHY_NOT[title] in chinese
    assert not re.search("[a-z]", chinese)


def test_what_a_name_holds_is_never_read_as_words_of_ours() -> None:
    names = ("near(甲, 乙; within 6)", "vetoed by: 丙; score 1 of 2")
    objections = (Objection(ObjectionCode.NOT_FOUND, names), Objection(ObjectionCode.VETOED_BY, ("丁",)))
    assert Words("zh").why_not(objections) == f"缺少：{', '.join(names)}；被排除规则否决：丁"


def test_without_an_objection_no_rule_matched() -> None:
    assert Words("en").why_not(()) == "None of its rules matches this article."
