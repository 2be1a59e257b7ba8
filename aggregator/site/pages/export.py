"""All pages as files, for a static host."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from aggregator.model.config import Configuration
from aggregator.model.reading import Rendering
from aggregator.model.running import Counts
from aggregator.ports import Archive
from aggregator.site import catalog
from aggregator.site.encode import etag_of
from aggregator.site.pages.content import Absence, dossier_page, read_page, read_shown
from aggregator.site.pages.frame import STATIC_TYPES, Frame, static_body
from aggregator.site.pages.route import Kind, Route, default_language, topic_keys
from aggregator.site.pages.views import NO_COUNTS, PAGE_SIZE, error_page, page_count, topic_page

HTML_TYPE = "text/html; charset=utf-8"
BATCH = 5_000
"""Ids of articles read from the archive at a time."""
PAGES = 40
"""Pages of a topic read at a time: the archive has to pass by all articles of the pages before."""


def export_pages(archive: Archive, configuration: Configuration, now: datetime) -> Iterator[Rendering]:
    """Every page in both languages, the 404 page and the static files; each modified ``now``.

    The caller puts those whose bytes are not there yet (``Publisher.holds``), so that the time of a
    file moves only with its bytes.
    """
    for name, media_type in STATIC_TYPES.items():
        yield _rendering(catalog.static_path(name), media_type, static_body(name), now)
    missing = error_page(configuration, default_language(configuration), 404)
    yield _rendering("/404.html", HTML_TYPE, missing.encode(), now)
    for frame, html in _pages(archive, configuration):
        if not isinstance(html, Absence):
            yield _rendering(frame.path, HTML_TYPE, html.encode(), now)


def _pages(archive: Archive, configuration: Configuration) -> Iterator[tuple[Frame, str | Absence]]:
    """What a page shows is read once for both languages."""
    counts = archive.topic_counts()
    for frame in _frames(configuration, "index"):
        yield frame, read_page(archive, frame, lambda: counts)
    for key in topic_keys(configuration):
        yield from _topic(archive, configuration, key, counts.get(key, NO_COUNTS))
    for id_ in _ids(archive):
        dossier = archive.article(str(id_))
        for frame in _frames(configuration, "article", str(id_)):
            yield frame, dossier_page(frame, dossier)


def _topic(archive: Archive, configuration: Configuration, key: str, counts: Counts) -> Iterator[tuple[Frame, str]]:
    last = page_count(counts.articles)
    for first in range(1, last + 1, PAGES):
        shown = read_shown(archive, key, first, PAGES)
        for page in range(first, min(first + PAGES, last + 1)):
            start = (page - first) * PAGE_SIZE
            for frame in _frames(configuration, "topic", key, page):
                yield frame, topic_page(frame, key, counts, shown[start : start + PAGE_SIZE])


def _frames(configuration: Configuration, kind: Kind, name: str = "", page: int = 1) -> Iterator[Frame]:
    for language in catalog.LANGUAGES:
        yield Frame(configuration, language, Route(kind, language, name), page, paging="path")


def _ids(archive: Archive) -> Iterator[UUID]:
    after = None
    while batch := archive.ids(after, BATCH):
        yield from batch
        after = batch[-1]


def _rendering(path: str, media_type: str, body: bytes, now: datetime) -> Rendering:
    return Rendering(path, media_type, body, etag_of(body), now)
