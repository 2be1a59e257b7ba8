"""The topics' rules as one part of a process: known by their digest at once, compiled when first asked."""

from __future__ import annotations

from functools import cached_property

from aggregator.classify.compile import Classifier, compile_topics, rules_digest
from aggregator.model.article import Subject, Verdict
from aggregator.model.config import Topic


class TopicRouter:
    """ports.Router over the configured topics."""

    def __init__(self, topics: tuple[Topic, ...]) -> None:
        self._topics = topics
        self.rules = rules_digest(topics)

    @cached_property
    def _classifier(self) -> Classifier:
        return compile_topics(self._topics)

    def classify(self, subject: Subject) -> tuple[Verdict, ...]:
        return self._classifier.classify(subject)

    def explain(self, subject: Subject) -> tuple[Verdict, ...]:
        return self._classifier.explain(subject)
