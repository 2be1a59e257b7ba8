"""A topic's word on an article: in or out, and why."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from aggregator.classify.rules import Finder, Leaf, Outcome, Rule, Views
from aggregator.classify.search import Span, View, touches
from aggregator.model.article import Verdict

NO_RULE = "no rule matched"


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
        hidden = list(dict.fromkeys(self._hidden(views, counting)) if any(names.values()) else ())
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

    def _why_not(self, outcome: Outcome, score: float, hidden: list[str]) -> str:
        cause = f"score {score} of {self.threshold}"
        if outcome.vetoes:
            cause = f"vetoed by: {', '.join(dict.fromkeys(outcome.vetoes))}"
        elif outcome.missing:
            cause = f"not found: {', '.join(dict.fromkeys(outcome.missing))}"
        return f"{cause}; not counted in ignored names: {', '.join(hidden)}" if hidden else cause


def _only_hidden(hidden: list[str]) -> str:
    return f"only in ignored names: {', '.join(hidden)}" if hidden else NO_RULE
