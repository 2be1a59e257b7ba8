"""Topics, as operators write them, made into one classifier.

Compiled once a configuration: one automaton holds the terms of all topics, the literals that
regular expressions need, and the ignored names; a topic none of whose terms occurs costs nothing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from aggregator.base.lead_in import opening_of
from aggregator.base.text import FOLD_VERSION, fold
from aggregator.classify import rules
from aggregator.classify.patterns import compile_pattern
from aggregator.classify.search import TermSearch
from aggregator.classify.verdict import NO_RULE, CompiledTopic
from aggregator.model.article import Subject, Verdict
from aggregator.model.config import AllOf, AnyOf, Condition, Field, Near, NoneOf, Regex, Term, Topic
from aggregator.model.edits import ROUTE, digest

CLASSIFY_VERSION = 3
"""Raised whenever the same rules may give another verdict on the same text."""

LEAD = 200
"""How much of the folded text behind the source's lead-in the field ``lead`` holds, in characters."""

_DEFAULT_FIELDS: tuple[Field, ...] = ("title", "text")
"""Searched where a rule names no field, in this order."""


class Classifier:
    """All topics, ready to judge articles; immutable, safe to share between threads."""

    def __init__(self, topics: Sequence[CompiledTopic], terms: Sequence[str], fields: Sequence[Field]) -> None:
        self._topics = tuple(topics)
        self._search = TermSearch(terms)
        self._fields = tuple(fields)
        self._always: set[int] = set()
        """Topics that an article without any known term may be in."""
        self._topics_of: dict[str, set[int]] = {}
        """Term to the topics it may speak for."""
        for index, topic in enumerate(topics):
            self._note(topic, index)

    def _note(self, topic: CompiledTopic, index: int) -> None:
        needs = [leaf.finder.needs for leaf in topic.rule.leaves()]
        if topic.threshold <= 0 or not all(needs):
            self._always.add(index)
        for term in (term for terms in needs for term in terms):
            self._topics_of.setdefault(term, set()).add(index)

    def classify(self, subject: Subject) -> tuple[Verdict, ...]:
        """Verdicts of the topics it is in, and of those that a rule spoke for in vain; in configuration order."""
        views = self._views(subject)
        asked = set(self._always)
        for view in views.values():
            for term in view.hits:
                asked |= self._topics_of.get(term, set())
        verdicts = (self._topics[index].judge(views) for index in sorted(asked))
        return tuple(verdict for verdict in verdicts if verdict.why_not != NO_RULE)

    def explain(self, subject: Subject) -> tuple[Verdict, ...]:
        """One verdict a topic, in configuration order."""
        views = self._views(subject)
        return tuple(topic.judge(views) for topic in self._topics)

    def _views(self, subject: Subject) -> rules.Views:
        return {field: self._search.view(*_text_of(subject, field)) for field in self._fields}


def compile_topics(topics: Sequence[Topic]) -> Classifier:
    """Compiles all topics together. Raises ValueError naming the topic whose rule cannot be compiled."""
    compiler = _Compiler()
    compiled = []
    for topic in topics:
        try:
            compiled.append(compiler.topic(topic))
        except ValueError as error:
            raise ValueError(f"topic {topic.slug}: {error}") from error
    return Classifier(compiled, list(compiler.terms), list(compiler.fields))


def rules_digest(topics: Sequence[Topic]) -> str:
    """16 hexadecimal digits that change when a verdict could: not for titles, descriptions or order."""
    judged = "".join(sorted(digest(topic, ROUTE) for topic in topics))
    return hashlib.sha256(f"{CLASSIFY_VERSION} {FOLD_VERSION} {judged}".encode()).hexdigest()[:16]


class _Compiler:
    """Collects, while it compiles, the terms to search for and the fields to search."""

    def __init__(self) -> None:
        self.terms: dict[str, None] = {}
        self.fields: dict[Field, None] = dict.fromkeys(_DEFAULT_FIELDS)

    def topic(self, topic: Topic) -> CompiledTopic:
        ignored = tuple(self._finder(Term(name) if isinstance(name, str) else name) for name in topic.ignore)
        return CompiledTopic(topic.slug, self._rule(topic.match), topic.threshold, ignored)

    def _rule(self, condition: Condition) -> rules.Rule:
        match condition:
            case AnyOf(conditions):
                return rules.AnyRule(self._rules(conditions))
            case AllOf(conditions):
                return rules.AllRule(self._rules(conditions))
            case NoneOf(conditions):
                return rules.NoneRule(self._rules(conditions))
            case Term() | Regex() | Near():
                return self._leaf(condition)

    def _rules(self, conditions: Sequence[Condition]) -> tuple[rules.Rule, ...]:
        if not conditions:
            raise ValueError("any, all and none need at least one condition")
        return tuple(map(self._rule, conditions))

    def _leaf(self, leaf: Term | Regex | Near) -> rules.Leaf:
        fields = _fields(leaf.field)
        self.fields.update(dict.fromkeys(fields))
        return rules.Leaf(_written(leaf), self._finder(leaf), leaf.weight, fields)

    def _finder(self, leaf: Term | Regex | Near) -> rules.Finder:
        finder = _finder(leaf)
        self.terms.update(dict.fromkeys(finder.needs))
        return finder


def _fields(named: Field | None) -> tuple[Field, ...]:
    if named is None:
        return _DEFAULT_FIELDS
    return ("title", "lead") if named == "lead" else (named,)


def _text_of(subject: Subject, field: Field) -> tuple[str, int]:
    """What a field holds, and where that begins in the text that is shown of it."""
    match field:
        case "title":
            return subject.title, 0
        case "text":
            return subject.text, 0
        case "lead":
            start = opening_of(subject.text)
            return subject.text[start : start + LEAD], start
        case "labels":
            return subject.labels, 0
        case "author":
            return subject.author, 0
        case "url":
            return subject.url, 0


def _finder(leaf: Term | Regex | Near) -> rules.Finder:
    match leaf:
        case Term():
            return rules.TermFinder(_folded(leaf.term))
        case Regex():
            return rules.RegexFinder(compile_pattern(leaf.regex))
        case Near():
            return rules.NearFinder(tuple(dict.fromkeys(map(_folded, leaf.terms))), leaf.within)


def _written(leaf: Term | Regex | Near) -> str:
    match leaf:
        case Term():
            return leaf.term
        case Regex():
            return leaf.regex
        case Near():
            return f"near({', '.join(leaf.terms)}; within {leaf.within})"


def _folded(term: str) -> str:
    folded = fold(term)
    if not folded:
        raise ValueError(f"the term {term!r} has no character that shows")
    return folded
