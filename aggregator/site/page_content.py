"""From the archive to a page: the same for the server and for the static export."""

from __future__ import annotations

from collections.abc import Sequence

from aggregator.model.reading import Entry, Query
from aggregator.ports import Archive
from aggregator.site.page_frame import Frame
from aggregator.site.page_route import Route
from aggregator.site.pages import (
    NEWEST,
    NO_COUNTS,
    PAGE_SIZE,
    Shown,
    article_page,
    index_page,
    page_count,
    topic_page,
)


def read_page(archive: Archive, frame: Frame) -> str | None:
    """The HTML of the frame's page; None where there is no such article, or the topic has not so many pages."""
    match frame.route:
        case Route("topic", _, key):
            return _topic(archive, frame, key)
        case Route("article", _, ref) if frame.page == 1:
            return _article(archive, frame, ref)
        case Route("index") if frame.page == 1:
            return _index(archive, frame)
    return None


def _index(archive: Archive, frame: Frame) -> str:
    return index_page(frame, archive.topic_counts(), archive.entries(Query(topic="all", limit=NEWEST)))


def _topic(archive: Archive, frame: Frame, key: str) -> str | None:
    counts = archive.topic_counts().get(key, NO_COUNTS)
    if not 1 <= frame.page <= page_count(counts.articles):
        return None
    entries = archive.entries(Query(topic=key, limit=PAGE_SIZE, offset=(frame.page - 1) * PAGE_SIZE))
    shown = _explained(archive, entries) if key == "none" else [Shown(entry) for entry in entries]
    return topic_page(frame, key, counts, shown)


def _explained(archive: Archive, entries: Sequence[Entry]) -> list[Shown]:
    """Articles of no topic with what spoke for them in vain."""
    dossiers = ((entry, archive.article(str(entry.id))) for entry in entries)
    return [Shown(entry, dossier.verdicts if dossier else ()) for entry, dossier in dossiers]


def _article(archive: Archive, frame: Frame, ref: str) -> str | None:
    dossier = archive.article(ref)
    return None if dossier is None else article_page(frame, dossier)
