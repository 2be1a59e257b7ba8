"""The rule language, case by case: ``rule_cases.yaml`` is the specification."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from aggregator.classify.compile import compile_topics, rules_digest
from aggregator.classify.verdict import in_words
from aggregator.model.article import Objection, ObjectionCode, Verdict
from aggregator.model.config import AllOf, Near, Regex, Term
from classify.rule_builders import cases, condition, ignored, subject, topic

CASES = cases(Path(__file__).with_name("rule_cases.yaml").read_text(encoding="utf-8"))


def judge(case: dict[str, Any]) -> Verdict:
    ignore = tuple(map(ignored, case.get("ignore", ())))
    threshold = float(case.get("threshold", 1.0))
    fields = {name: case[name] for name in ("title", "text", "labels", "author", "url") if name in case}
    if "after" in case:
        fields["text"] = "文" * int(case["after"]) + fields["text"]
    classifier = compile_topics([topic(condition(case["match"]), ignore=ignore, threshold=threshold)])
    (verdict,) = classifier.explain(subject(**fields))
    return verdict


@pytest.mark.parametrize(("group", "case"), CASES, ids=[f"{group} {n}" for n, (group, _) in enumerate(CASES)])
def test_a_rule_on_a_text(group: str, case: dict[str, Any]) -> None:
    verdict = judge(case)

    expected = (True, float(case["in"]), "") if "in" in case else (False, verdict.score, case["out"])
    assert (verdict.matched, verdict.score, in_words(verdict.why_not)) == expected
    if "found" in case:
        found = [[reason.matched, reason.field, str(reason.position)] for reason in verdict.reasons]
        assert found == case["found"]


def test_a_reason_names_the_rule_as_the_operator_wrote_it() -> None:
    rules = AllOf((Term("國家", 0.5), Regex("醫.中心"), Near(("國家", "中心"), 9)))

    (verdict,) = compile_topics([topic(rules)]).classify(subject(text="国家医学中心"))

    assert [(reason.rule, reason.matched, reason.weight) for reason in verdict.reasons] == [
        ("國家", "国家", 0.5),
        ("醫.中心", "医学中心", 1.0),
        ("near(國家, 中心; within 9)", "国家医学中心", 1.0),
    ]


def test_objections_are_values_with_each_name_by_itself() -> None:
    rules = AllOf((Term("甲"), Near(("乙", "丙"), 3), Term("戊")))

    (verdict,) = compile_topics([topic(rules, ignore=("丁甲",))]).classify(subject(text="甲，丁甲"))

    assert verdict.why_not == (Objection(ObjectionCode.NOT_FOUND, ("near(乙, 丙; within 3)", "戊")),)


def test_a_long_match_is_cut_in_its_reason() -> None:
    (verdict,) = compile_topics([topic(Regex("(?s)甲.*乙"))]).classify(subject(text=f"甲{'文' * 500}乙"))

    assert verdict.reasons[0].matched == "甲" + "文" * 118 + "…"


def test_classify_leaves_out_topics_that_no_rule_spoke_for_and_explain_does_not() -> None:
    topics = [
        topic(Term("甲"), slug="in"),
        topic(Term("乙"), slug="untouched"),
        topic(Term("甲", 0.5), slug="in-vain"),
        topic(Term("甲"), ignore=("甲丙",), slug="hidden"),
    ]
    classifier, article = compile_topics(topics), subject(text="甲丙")

    assert [verdict.topic for verdict in classifier.classify(article)] == ["in", "in-vain", "hidden"]
    assert [verdict.topic for verdict in classifier.explain(article)] == ["in", "untouched", "in-vain", "hidden"]


def test_no_topics_and_an_empty_article_are_no_error() -> None:
    assert compile_topics([]).classify(subject()) == ()
    assert compile_topics([topic(Term("甲"))]).classify(subject()) == ()


@pytest.mark.parametrize(
    ("rule", "message"),
    [
        (Regex("国家("), "topic t: missing ): 国家("),
        (Regex("甲*"), "topic t: matches the empty text, so it would match every article"),
        (Term("\u200b"), "topic t: the term '\\u200b' has no character that shows"),
        (AllOf(()), "topic t: any, all and none need at least one condition"),
    ],
)
def test_a_rule_that_cannot_be_compiled_names_its_topic(rule: Regex | Term | AllOf, message: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        compile_topics([topic(rule)])


def test_the_digest_changes_with_what_may_change_a_verdict_and_with_nothing_else() -> None:
    plain = topic(Term("甲"))
    other = topic(Term("丁"), slug="u")
    changed = [
        topic(Term("乙")),
        topic(Term("甲", 2.0)),
        topic(Term("甲"), ignore=("甲乙",)),
        topic(Term("甲"), threshold=0.5),
        topic(Term("甲"), slug="v"),
    ]

    digests = {rules_digest([each]) for each in [plain, *changed]}

    assert len(digests) == len(changed) + 1
    assert rules_digest([plain, other]) == rules_digest([other, plain])
    renamed = type(plain)(slug="t", title="另一个名字", match=plain.match, description="说明")
    assert rules_digest([renamed]) == rules_digest([plain])
