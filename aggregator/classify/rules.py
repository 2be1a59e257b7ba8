"""The rule language, compiled: what holds, what it scores, and why.

A leaf (term, regex, near) looks at views of folded fields; ``any``, ``all`` and ``none`` join the
outcomes of what they hold. Nothing here knows of topics, thresholds or ignored names.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from aggregator.classify.patterns import Pattern
from aggregator.classify.search import Span, View
from aggregator.model.article import Reason
from aggregator.model.config import Field

Views = Mapping[Field, View]

MATCH_SHOWN = 120
"""A longer match is cut in its reason, which is stored with every article; characters."""


class Finder(Protocol):
    """Finds one thing in one field."""

    @property
    def needs(self) -> tuple[str, ...]:
        """Folded terms without any of which it cannot match; empty: it must always be asked."""

    def spans(self, view: View) -> Iterable[Span]:
        """Every match, from left to right."""


@dataclass(frozen=True, slots=True)
class TermFinder:
    term: str

    @property
    def needs(self) -> tuple[str, ...]:
        return (self.term,)

    def spans(self, view: View) -> Iterable[Span]:
        return view.hits.get(self.term, ())


@dataclass(frozen=True, slots=True)
class RegexFinder:
    pattern: Pattern

    @property
    def needs(self) -> tuple[str, ...]:
        return self.pattern.literals

    def spans(self, view: View) -> Iterable[Span]:
        if self.needs and view.hits.keys().isdisjoint(self.needs):
            return ()
        return (match.span() for match in self.pattern.searcher.finditer(view.text))


@dataclass(frozen=True, slots=True)
class NearFinder:
    """Stretches of at most ``within`` characters that hold every term."""

    terms: tuple[str, ...]
    within: int

    @property
    def needs(self) -> tuple[str, ...]:
        return self.terms

    def spans(self, view: View) -> Iterable[Span]:
        if not all(term in view.hits for term in self.terms):
            return ()
        return self._stretches([view.hits[term] for term in self.terms])

    def _stretches(self, occurrences: Sequence[Sequence[Span]]) -> Iterator[Span]:
        for start in sorted({start for spans in occurrences for start, _ in spans}):
            nearest = [bisect_left(spans, (start, 0)) for spans in occurrences]
            if any(index == len(spans) for index, spans in zip(nearest, occurrences, strict=True)):
                return
            end = max(spans[index][1] for index, spans in zip(nearest, occurrences, strict=True))
            if end - start <= self.within:
                yield start, end


@dataclass(frozen=True, slots=True)
class RuleResult:
    """What a rule says of an article."""

    holds: bool
    score: float = 0.0
    reasons: tuple[Reason, ...] = ()
    """What was found; of an ``all`` that does not hold only what would have scored, in vain."""
    missing: tuple[str, ...] = ()
    """What an ``all`` lacked, as the operator wrote it."""
    vetoes: tuple[str, ...] = ()
    """What a ``none`` found."""


NOT_FOUND = RuleResult(False)
"""What nearly every leaf says of nearly every article; one for all, because making them takes most of the time."""


class Rule(Protocol):
    """A compiled condition."""

    @property
    def written(self) -> str:
        """The condition in one line."""

    def judge(self, views: Views) -> RuleResult: ...

    def leaves(self) -> Iterator[Leaf]:
        """The leaves that can speak for an article: of positive weight, and not inside a ``none``."""


@dataclass(frozen=True, slots=True)
class Leaf:
    """Scores its weight if it is found at least once, in the first of its fields where it is."""

    written: str
    finder: Finder
    weight: float
    fields: tuple[Field, ...]

    def judge(self, views: Views) -> RuleResult:
        for field in self.fields:
            view = views[field]
            for start, end in self.finder.spans(view):
                reason = Reason(
                    rule=self.written,
                    matched=_cut(view.text[start:end], MATCH_SHOWN),
                    field=_shown(field),
                    position=view.start + start,
                    weight=self.weight,
                )
                return RuleResult(True, self.weight, (reason,))
        return NOT_FOUND

    def leaves(self) -> Iterator[Leaf]:
        if self.weight > 0:
            yield self


@dataclass(frozen=True, slots=True)
class AnyRule:
    """Holds if one of its rules holds; scores the sum of those that do."""

    rules: tuple[Rule, ...]

    @property
    def written(self) -> str:
        return _written(self.rules, " or ")

    def judge(self, views: Views) -> RuleResult:
        outcomes = [outcome for rule in self.rules if (outcome := rule.judge(views)) is not NOT_FOUND]
        holding = [outcome for outcome in outcomes if outcome.holds]
        return _sum(bool(holding), holding or outcomes, outcomes) if outcomes else NOT_FOUND

    def leaves(self) -> Iterator[Leaf]:
        return (leaf for rule in self.rules for leaf in rule.leaves())


@dataclass(frozen=True, slots=True)
class AllRule:
    """Holds if each of its rules holds; scores their sum.

    One that does not hold and found nothing that would score says nothing at all: its context alone
    (leaves of weight 0) is no reason to tell an operator of.
    """

    rules: tuple[Rule, ...]

    @property
    def written(self) -> str:
        return _written(self.rules, " and ")

    def judge(self, views: Views) -> RuleResult:
        outcomes = [rule.judge(views) for rule in self.rules]
        lacking = [
            outcome.missing or (rule.written,)
            for rule, outcome in zip(self.rules, outcomes, strict=True)
            if not outcome.holds and not outcome.vetoes
        ]
        joined = _sum(all(outcome.holds for outcome in outcomes), outcomes, outcomes)
        if joined.holds:
            return joined
        in_vain = tuple(reason for reason in joined.reasons if reason.weight > 0)
        if not in_vain and not joined.vetoes:
            return NOT_FOUND
        return replace(joined, reasons=in_vain, missing=tuple(name for names in lacking for name in names))

    def leaves(self) -> Iterator[Leaf]:
        return (leaf for rule in self.rules for leaf in rule.leaves())


@dataclass(frozen=True, slots=True)
class NoneRule:
    """Holds if none of its rules holds; one that does is a veto."""

    rules: tuple[Rule, ...]

    @property
    def written(self) -> str:
        return f"none of {_written(self.rules, ' or ')}"

    def judge(self, views: Views) -> RuleResult:
        vetoes: list[str] = []
        for rule in self.rules:
            outcome = rule.judge(views)
            if outcome.holds:
                vetoes += [reason.matched for reason in outcome.reasons] or [rule.written]
        return RuleResult(not vetoes, vetoes=tuple(dict.fromkeys(vetoes)))

    def leaves(self) -> Iterator[Leaf]:
        return iter(())


def _sum(holds: bool, counted: Sequence[RuleResult], judged: Sequence[RuleResult]) -> RuleResult:
    return RuleResult(
        holds=holds,
        score=sum(outcome.score for outcome in counted) if holds else 0.0,
        reasons=tuple(reason for outcome in counted for reason in outcome.reasons),
        missing=() if holds else tuple(name for outcome in judged for name in outcome.missing),
        vetoes=tuple(veto for outcome in judged for veto in outcome.vetoes),
    )


def _cut(text: str, length: int) -> str:
    return text if len(text) <= length else f"{text[: length - 1]}…"


def _shown(field: Field) -> str:
    """The lead is a part of the text, and a view knows where it begins there."""
    return "text" if field == "lead" else field


def _written(rules: Sequence[Rule], joint: str) -> str:
    """At most three of the rules, each cut to one glance, joined; more are counted."""
    shown = [_cut(rule.written, 40) for rule in rules[:3]] + ([f"{len(rules) - 3} more"] if len(rules) > 3 else [])
    return shown[0] if len(shown) == 1 else f"({joint.join(shown)})"
