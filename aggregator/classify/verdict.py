"""A topic's word on an article: in or out, and why."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from aggregator.classify.rules import Finder, Leaf, Rule, RuleResult, Views
from aggregator.classify.search import Span, View, touches
from aggregator.model.article import Objection, ObjectionCode, Verdict

NO_RULE = (Objection(ObjectionCode.NO_RULE),)

_IN_WORDS: Mapping[ObjectionCode, str] = {
    ObjectionCode.ONLY_IN_IGNORED_NAMES: "only in ignored names: {names}",
    ObjectionCode.NOT_COUNTED_IN_IGNORED_NAMES: "not counted in ignored names: {names}",
    ObjectionCode.VETOED_BY: "vetoed by: {names}",
    ObjectionCode.NOT_FOUND: "not found: {names}",
    ObjectionCode.SCORE: "score {score} of {threshold}",
    ObjectionCode.NO_RULE: "no rule matched",
}


def in_words(objections: Iterable[Objection]) -> str:
    """Objections in one line for operators; empty where there are none."""
    return "; ".join(
        _IN_WORDS[it.code].format(names=", ".join(it.names), score=it.score, threshold=it.threshold)
        for it in objections
    )


@dataclass(frozen=True, slots=True)
class CompiledTopic:
    slug: str
    rule: Rule
    threshold: float
    ignored: tuple[Finder, ...]
    """Names that do not count."""

    def judge(self, views: Views) -> Verdict:
        """The verdict, with the reasons for it or, in ``why_not``, against it."""
        names = {field: self._names(view) for field, view in views.items()}
        counting = {field: view.without(names[field]) if names[field] else view for field, view in views.items()}
        outcome = self.rule.judge(counting)
        score = round(outcome.score, 6)
        if outcome.holds and not outcome.vetoes and score >= self.threshold:
            return Verdict(self.slug, True, score, outcome.reasons)
        hidden = tuple(dict.fromkeys(self._hidden(views, counting)) if any(names.values()) else ())
        if all(reason.weight <= 0 for reason in outcome.reasons):
            # Nothing spoke for the topic, so what stood around it, or spoke against it, is beside the point.
            return Verdict(self.slug, False, score, (), _only_hidden(hidden))
        return Verdict(self.slug, False, score, outcome.reasons, self._why_not(outcome, score, hidden))

    def _names(self, view: View) -> list[Span]:
        return [span for finder in self.ignored for span in finder.spans(view)]

    def _hidden(self, views: Views, counting: Views) -> Iterable[str]:
        """The ignored names that kept a leaf from being found."""
        for leaf in self.rule.leaves():
            if leaf.judge(views).holds and not leaf.judge(counting).holds:
                yield from self._names_over(leaf, views)

    def _names_over(self, leaf: Leaf, views: Views) -> Iterable[str]:
        for field in leaf.fields:
            found = list(leaf.finder.spans(views[field]))
            for start, end in self._names(views[field]):
                if touches((start, end), found):
                    yield views[field].text[start:end]

    def _why_not(self, outcome: RuleResult, score: float, hidden: tuple[str, ...]) -> tuple[Objection, ...]:
        cause = Objection(ObjectionCode.SCORE, score=score, threshold=self.threshold)
        if outcome.vetoes:
            cause = Objection(ObjectionCode.VETOED_BY, tuple(dict.fromkeys(outcome.vetoes)))
        elif outcome.missing:
            cause = Objection(ObjectionCode.NOT_FOUND, tuple(dict.fromkeys(outcome.missing)))
        return (cause, Objection(ObjectionCode.NOT_COUNTED_IN_IGNORED_NAMES, hidden)) if hidden else (cause,)


def _only_hidden(hidden: tuple[str, ...]) -> tuple[Objection, ...]:
    return (Objection(ObjectionCode.ONLY_IN_IGNORED_NAMES, hidden),) if hidden else NO_RULE
