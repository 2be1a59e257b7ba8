"""What a visit has gathered for its next batch. Pure; the time is passed in."""

from __future__ import annotations

from datetime import datetime, timedelta

from aggregator.model.article import Prepared, Sighting
from aggregator.model.document import Fetched

HEAVY = 16_000_000
"""Characters of text that fill a batch early, so that a batch of long articles fits into memory."""
PATIENCE = timedelta(seconds=10)
"""A batch that took so long to gather is stored as it is: slow hosts must not keep articles unsafe."""


class Gathering:
    """Filled as documents are read, emptied when a batch is handed over."""

    def __init__(self, now: datetime) -> None:
        self.documents: list[Prepared] = []
        self.without_article: list[Sighting] = []
        self.fetched: list[Fetched] = []
        self.total = 0
        """Documents so far, those that were handed over among them."""
        self._weight = 0
        self._since = now

    def add(self, document: Prepared) -> None:
        self.documents.append(document)
        self.total += 1
        self._weight += len(document.article.html) + len(document.subject.text)

    def keep(self, fetched: Fetched) -> None:
        """A document as it was fetched, to be stored with what comes of it."""
        self.fetched.append(fetched)
        self._weight += len(fetched.body)

    def is_full(self, most: int, now: datetime) -> bool:
        """Whether a batch of at most so many documents should be handed over."""
        number = len(self.documents) + len(self.without_article)
        return number >= most or self._weight > HEAVY or (number > 0 and now - self._since > PATIENCE)

    def clear(self, now: datetime) -> None:
        """It was handed over."""
        self.documents, self.without_article, self.fetched = [], [], []
        self._weight, self._since = 0, now
