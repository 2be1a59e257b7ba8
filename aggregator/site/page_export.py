"""All pages as files, for a static host."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from itertools import count

from aggregator.model.config import Configuration
from aggregator.model.reading import Query, Rendering
from aggregator.ports import Archive
from aggregator.site import catalog
from aggregator.site.encode import etag_of
from aggregator.site.page_content import read_page
from aggregator.site.page_frame import STATIC_TYPES, Frame, static_body
from aggregator.site.page_route import Kind, Route, default_language, topic_keys
from aggregator.site.pages import error_page

HTML_TYPE = "text/html; charset=utf-8"
BATCH = 500
"""Articles read from the archive at a time."""


def export_pages(archive: Archive, configuration: Configuration, now: datetime) -> Iterator[Rendering]:
    """Every page in both languages, the 404 page and the static files; each modified ``now``.

    The caller puts those whose bytes are not there yet (``Publisher.holds``), so that the time of a
    file moves only with its bytes.
    """
    for name, media_type in STATIC_TYPES.items():
        yield _rendering(catalog.static_path(name), media_type, static_body(name), now)
    missing = error_page(configuration, default_language(configuration), 404)
    yield _rendering("/404.html", HTML_TYPE, missing.encode(), now)
    for kind, name in _subjects(archive, configuration):
        for language in catalog.LANGUAGES:
            yield from _pages(archive, configuration, Route(kind, language, name), now)


def _subjects(archive: Archive, configuration: Configuration) -> Iterator[tuple[Kind, str]]:
    """Kind and name of all that has a page."""
    yield "index", ""
    for key in topic_keys(configuration):
        yield "topic", key
    offset = 0
    while batch := archive.entries(Query(limit=BATCH, offset=offset)):
        for entry in batch:
            yield "article", str(entry.id)
        offset += BATCH


def _pages(archive: Archive, configuration: Configuration, route: Route, now: datetime) -> Iterator[Rendering]:
    for page in count(1):
        frame = Frame(configuration, route.language, route, page, paging="path")
        html = read_page(archive, frame)
        if html is None:
            return
        yield _rendering(frame.path, HTML_TYPE, html.encode(), now)


def _rendering(path: str, media_type: str, body: bytes, now: datetime) -> Rendering:
    return Rendering(path, media_type, body, etag_of(body), now)
