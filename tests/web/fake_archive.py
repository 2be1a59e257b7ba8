"""An archive in memory: the Archive port over a list of dossiers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from aggregator.model.article import Known, Subject
from aggregator.model.reading import (
    ArticleMarks,
    Dossier,
    Entry,
    FeedVersion,
    Neighbour,
    Neighbours,
    PathVersion,
    Query,
)
from aggregator.model.running import Counts

INSTALLATION = UUID("5f1f6a2e-3c1b-4b7e-9d55-0a4f6f3f1c22")


class FakeArchive:
    """Counts its reads, so that a test can tell whether a page was rendered or remembered."""

    def __init__(self, dossiers: Iterable[Dossier] = ()) -> None:
        self.dossiers = list(dossiers)
        self.changes = 0
        self.reads = 0
        self.countings = 0

    def change(self, *dossiers: Dossier) -> None:
        """Adds dossiers; the change number moves."""
        self.dossiers.extend(dossiers)
        self.changes += 1

    def entries(self, query: Query) -> tuple[Entry, ...]:
        self.reads += 1
        return tuple(self._sorted(query)[query.offset : query.offset + query.limit])

    def article(self, ref: str) -> Dossier | None:
        self.reads += 1
        wanted = ref.removeprefix("urn:uuid:")
        return next((d for d in self.dossiers if wanted in (str(d.entry.id), d.entry.url)), None)

    def known(self, wanted: object) -> Known:
        raise AssertionError("not for readers")

    def topic_counts(self) -> Mapping[str, Counts]:
        self.countings += 1
        keys = {"all", "none", *(slug for dossier in self.dossiers for slug in dossier.entry.topics)}
        return {key: self._counts(key) for key in keys}

    def _counts(self, key: str) -> Counts:
        held = [dossier for dossier in self.dossiers if _fits(dossier, Query(topic=key))]
        newest = max((dossier.entry.published for dossier in held), default=None)
        return Counts(len(held), newest, self.waiting().get(key, 0))

    def feed_versions(self) -> Mapping[str, FeedVersion]:
        return {}

    def dated(self) -> datetime | None:
        return None

    def path_version(self, path: str) -> PathVersion | None:
        return None

    def waiting(self) -> Mapping[str, int]:
        return Counter(
            key for dossier in self.dossiers for key, entered in dossier.admissions.items() if entered is None
        )

    def installation(self) -> UUID:
        return INSTALLATION

    def change_number(self) -> str:
        return str(self.changes)

    def subjects(self, limit: int, not_routed_by: str) -> Sequence[tuple[UUID, datetime, bool, Subject]]:
        return ()

    def marks(self) -> ArticleMarks:
        keys = self.topic_counts()
        self.countings -= 1
        listed = {key: [entry.id for entry in self._sorted(Query(topic=key))] for key in keys}
        told = {d.entry.id: f"{hash(repr(d)):x}" for d in self.dossiers if d.withdrawn is None}
        return ArticleMarks(told, listed)

    def _sorted(self, query: Query) -> list[Entry]:
        found = [dossier.entry for dossier in self.dossiers if _fits(dossier, query)]
        found.sort(key=lambda entry: str(entry.id))
        found.sort(key=lambda entry: entry.published, reverse=True)
        return found

    def neighbours(self, article: UUID, topic: str) -> Neighbours:
        self.reads += 1
        found = self._sorted(Query(topic=topic))
        place = next((place for place, entry in enumerate(found) if entry.id == article), None)
        if place is None:
            return Neighbours()
        named = [None, *(Neighbour(entry.id, entry.title) for entry in found), None]
        return Neighbours(named[place], named[place + 2])

    def filed(self, offset: int, limit: int) -> Sequence[tuple[UUID, datetime]]:
        self.reads += 1
        found = [d.entry for d in self.dossiers if _fits(d, Query(topic="all"))]
        return [(entry.id, entry.updated) for entry in found[offset : offset + limit]]


def _fits(dossier: Dossier, query: Query) -> bool:
    if dossier.withdrawn is not None:
        return False
    if query.feed is not None:
        return dossier.admissions.get(query.feed) is not None
    if query.source is not None and dossier.entry.source != query.source:
        return False
    topics = dossier.entry.topics
    if query.topic is None:
        return True
    return {"all": bool(topics), "none": not topics}.get(query.topic, query.topic in topics)
