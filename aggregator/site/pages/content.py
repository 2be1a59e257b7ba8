"""From the archive to a page: the same for the server and for the static export."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from enum import IntEnum

from aggregator.model.reading import Dossier, Query
from aggregator.model.running import Counts
from aggregator.ports import Archive
from aggregator.site.pages.frame import Frame
from aggregator.site.pages.route import Route
from aggregator.site.pages.views import (
    NEWEST,
    NO_COUNTS,
    PAGE_SIZE,
    Shown,
    article_page,
    index_page,
    page_count,
    topic_page,
)


class Absence(IntEnum):
    """Why there is no page: the status of the error page that stands for it."""

    UNKNOWN = 404
    """There is no such article, or the topic has not so many pages."""
    WITHDRAWN = 410
    """The article was retracted."""


def read_page(archive: Archive, frame: Frame, counts: Callable[[], Mapping[str, Counts]]) -> str | Absence:
    """The HTML of the frame's page, or why there is none.

    ``counts`` is the archive's ``topic_counts``, or remembers what that said: counting takes long, and
    many pages show the same counts.
    """
    match frame.route:
        case Route("topic", _, key):
            return _topic(archive, frame, key, counts().get(key, NO_COUNTS))
        case Route("article", _, ref) if frame.page == 1:
            return dossier_page(frame, archive.article(ref))
        case Route("index") if frame.page == 1:
            return index_page(frame, counts(), archive.entries(Query(topic="all", limit=NEWEST)))
    return Absence.UNKNOWN


def dossier_page(frame: Frame, dossier: Dossier | None) -> str | Absence:
    """The HTML of an article, or why there is none: the text of a withdrawn one is shown to nobody."""
    if dossier is None:
        return Absence.UNKNOWN
    return Absence.WITHDRAWN if dossier.withdrawn else article_page(frame, dossier)


def _topic(archive: Archive, frame: Frame, key: str, counts: Counts) -> str | Absence:
    if not 1 <= frame.page <= page_count(counts.articles):
        return Absence.UNKNOWN
    return topic_page(frame, key, counts, read_shown(archive, key, frame.page))


def read_shown(archive: Archive, key: str, first: int, pages: int = 1) -> Sequence[Shown]:
    """The articles of so many pages of a topic; those of no topic with what spoke for them in vain."""
    entries = archive.entries(Query(topic=key, limit=pages * PAGE_SIZE, offset=(first - 1) * PAGE_SIZE))
    if key != "none":
        return [Shown(entry) for entry in entries]
    dossiers = ((entry, archive.article(str(entry.id))) for entry in entries)
    return [Shown(entry, dossier.verdicts if dossier else ()) for entry, dossier in dossiers]
