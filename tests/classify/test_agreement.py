"""The fast way and the plain way agree: prefilters and masks never change a verdict."""

from __future__ import annotations

import re

from hypothesis import given, settings
from hypothesis import strategies as st

from aggregator.base.text import fold
from aggregator.classify.compile import compile_topics
from aggregator.classify.verdict import NO_RULE
from aggregator.model.article import Subject
from aggregator.model.config import AllOf, AnyOf, Condition, Near, NoneOf, Regex, Term
from classify.rule_builders import topic

TEXTS = st.text("甲乙丙丁", max_size=12)
WORDS = st.text("甲乙丙", min_size=1, max_size=2)
WEIGHTS = st.sampled_from([0.5, 1.0, 2.0])
LEAVES = (
    st.builds(Term, WORDS, WEIGHTS)
    | st.builds(Regex, st.sampled_from(["甲.乙", "甲|乙丙", "[甲丙]丁", "(?:甲|丁)乙", "丙+"]), WEIGHTS)
    | st.builds(lambda a, b, n, w: Near((a, b), n, w), WORDS, WORDS, st.integers(1, 5), WEIGHTS)
)


def _groups(inner: st.SearchStrategy[Condition]) -> st.SearchStrategy[Condition]:
    lists = st.lists(inner, min_size=1, max_size=3).map(tuple)
    return st.builds(AnyOf, lists) | st.builds(AllOf, lists) | st.builds(NoneOf, lists)


RULES = st.recursive(LEAVES, _groups, max_leaves=6)


def holds(rule: Condition, text: str) -> bool:
    """The meaning of a rule on one text, as its docstring says it."""
    match rule:
        case Term(term):
            return term in text
        case Regex(regex):
            return re.search(regex, text) is not None
        case Near(terms, within):
            return any(all(term in text[at : at + within] for term in terms) for at in range(len(text)))
        case AnyOf(conditions):
            return any(holds(each, text) for each in conditions)
        case AllOf(conditions):
            return all(holds(each, text) for each in conditions)
        case NoneOf(conditions):
            return not any(holds(each, text) for each in conditions)


def vetoed(rule: Condition, text: str) -> bool:
    match rule:
        case AnyOf(conditions) | AllOf(conditions):
            return any(vetoed(each, text) for each in conditions)
        case NoneOf():
            return not holds(rule, text)
    return False


@settings(max_examples=300, deadline=None)
@given(RULES, TEXTS)
def test_a_rule_means_what_the_model_says(rule: Condition, text: str) -> None:
    (verdict,) = compile_topics([topic(rule, threshold=0.0)]).explain(Subject(title="", text=text))

    assert verdict.matched == (holds(rule, text) and not vetoed(rule, text))


@settings(max_examples=200, deadline=None)
@given(st.lists(RULES, max_size=4), TEXTS, TEXTS, st.lists(WORDS, max_size=2).map(tuple))
def test_classify_is_explain_without_the_silent_topics(
    rules: list[Condition], title: str, text: str, ignore: tuple[str, ...]
) -> None:
    topics = [topic(rule, slug=f"t{n}", ignore=ignore) for n, rule in enumerate(rules)]
    classifier, article = compile_topics(topics), Subject(title=fold(title), text=fold(text))

    spoken = tuple(verdict for verdict in classifier.explain(article) if verdict.why_not != NO_RULE)
    assert classifier.classify(article) == spoken


@settings(max_examples=200, deadline=None)
@given(RULES, TEXTS, st.lists(WORDS, max_size=2).map(tuple))
def test_a_reason_shows_where_it_was_found_outside_ignored_names(
    rule: Condition, text: str, ignore: tuple[str, ...]
) -> None:
    (verdict,) = compile_topics([topic(rule, ignore=ignore)]).explain(Subject(title="", text=text))

    hidden = {
        at + n for name in ignore for at in range(len(text)) if text.startswith(name, at) for n in range(len(name))
    }
    for reason in verdict.reasons:
        end = reason.position + len(reason.matched)
        shown = "".join("\n" if at in hidden else text[at] for at in range(reason.position, end))
        assert reason.matched == shown
        assert shown.strip("\n")
