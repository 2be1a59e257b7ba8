"""All pages as files, for a static host."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from functools import cache
from itertools import count
from uuid import UUID

from aggregator.model.config import Configuration
from aggregator.model.reading import Rendering
from aggregator.ports import Archive
from aggregator.site import catalog
from aggregator.site.encode import etag_of
from aggregator.site.page_content import Absence, dossier_page, read_page
from aggregator.site.page_frame import STATIC_TYPES, Frame, static_body
from aggregator.site.page_route import Route, default_language, topic_keys
from aggregator.site.pages import error_page

HTML_TYPE = "text/html; charset=utf-8"
BATCH = 5_000
"""Ids of articles read from the archive at a time."""


def export_pages(archive: Archive, configuration: Configuration, now: datetime) -> Iterator[Rendering]:
    """Every page in both languages, the 404 page and the static files; each modified ``now``.

    The caller puts those whose bytes are not there yet (``Publisher.holds``), so that the time of a
    file moves only with its bytes.
    """
    for name, media_type in STATIC_TYPES.items():
        yield _rendering(catalog.static_path(name), media_type, static_body(name), now)
    missing = error_page(configuration, default_language(configuration), 404)
    yield _rendering("/404.html", HTML_TYPE, missing.encode(), now)
    yield from _lists(archive, configuration, now)
    for id_ in _ids(archive):
        # Read once for both languages.
        dossier = archive.article(str(id_))
        for language in catalog.LANGUAGES:
            frame = Frame(configuration, language, Route("article", language, str(id_)))
            html = dossier_page(frame, dossier)
            if not isinstance(html, Absence):
                yield _rendering(frame.path, HTML_TYPE, html.encode(), now)


def _lists(archive: Archive, configuration: Configuration, now: datetime) -> Iterator[Rendering]:
    """The front page and all pages of all topics."""
    counts = cache(archive.topic_counts)
    for language in catalog.LANGUAGES:
        routes = [Route("topic", language, key) for key in topic_keys(configuration)]
        for route in (Route("index", language), *routes):
            for page in count(1):
                frame = Frame(configuration, language, route, page, paging="path")
                html = read_page(archive, frame, counts)
                if isinstance(html, Absence):
                    break
                yield _rendering(frame.path, HTML_TYPE, html.encode(), now)


def _ids(archive: Archive) -> Iterator[UUID]:
    after = None
    while batch := archive.ids(after, BATCH):
        yield from batch
        after = batch[-1]


def _rendering(path: str, media_type: str, body: bytes, now: datetime) -> Rendering:
    return Rendering(path, media_type, body, etag_of(body), now)
