"""What opens a text and is said again is shown once: the lines of ``repeated.yaml``, and what holds of any text."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from aggregator.base.text import fold, skeleton
from normalize.test_normalize_cases import of

GROUPS = yaml.safe_load(Path(__file__).with_name("repeated.yaml").read_text(encoding="utf-8"))
CASES = [(group, number, case) for group, cases in GROUPS.items() for number, case in enumerate(cases)]
SENTENCES = [
    "某市的大桥今天合龙，明年通车。",
    "各地粮食丰收，总产量再创新高。",
    "题目",
    "新华社北京4月27日电 ",
    "摘要：",
    "短句。",
]


@pytest.mark.parametrize("case", [case for *_, case in CASES], ids=[f"{group} {number}" for group, number, _ in CASES])
def test_what_opens_a_text_and_is_said_again_is_shown_once(case: dict[str, Any]) -> None:
    article = of(case["body"], case.get("title", "题目"))
    assert article.text.split("\n") == case["text"].split("/")
    if "html" in case:
        assert re.sub(r">\n<", "><", article.html) == case["html"]


def test_what_went_is_told_but_a_heading_that_went_before_is_not() -> None:
    digest = "某市的大桥今天合龙，明年通车。"
    body = f"<h1>题目</h1><p>题目</p><p>{digest}</p><p>{digest}全长三公里。</p>"
    assert of(body, "题目").repeated == f"题目\n{digest}"
    assert of("<h1>题目</h1><p>正文。</p>", "题目").repeated == ""


@settings(max_examples=200, deadline=None)
@given(st.lists(st.lists(st.sampled_from(SENTENCES), min_size=1, max_size=4).map("".join), min_size=1, max_size=6))
def test_nothing_is_lost_that_is_not_said_elsewhere(lines: list[str]) -> None:
    article = of("".join(f"<p>{line}</p>" for line in lines), "题目")
    assert article.text
    said = skeleton(fold(f"{article.title}\n{article.text}"))
    for sentence in SENTENCES[:4]:
        if any(sentence in line for line in lines):
            assert skeleton(fold(sentence)) in said
