"""A reader in this very process: what a test registers in a table of the program is at work in it."""

from __future__ import annotations

from collections.abc import Sequence

from aggregator.classify.compile import compile_topics
from aggregator.model.article import Reading
from aggregator.model.config import Source, Topic
from aggregator.model.document import RawDocument
from aggregator.prepare.stages import preparer


class PlainReader:
    """`aggregator.ports.Reader` without a process of its own."""

    def __init__(self, topics: Sequence[Topic]) -> None:
        self._classifier = compile_topics(topics)

    def read(self, documents: Sequence[RawDocument], source: Source) -> list[list[Reading]]:
        return preparer(source, self._classifier)(documents)

    def close(self) -> None:
        """Nothing runs."""
