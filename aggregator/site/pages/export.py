"""All pages as files, for a static host."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from aggregator.model.config import Configuration
from aggregator.model.reading import Rendering
from aggregator.ports import Archive
from aggregator.site import catalog
from aggregator.site.assets import FAVICON, STATIC_TYPES, static_body
from aggregator.site.encode import etag_of
from aggregator.site.pages.crawlers import ROBOTS, robots, sitemap, sitemap_paths
from aggregator.site.pages.error import error_page
from aggregator.site.pages.page import Stored
from aggregator.site.pages.registry import every_page
from aggregator.site.pages.route import default_language

HTML_TYPE = "text/html; charset=utf-8"


def export_pages(archive: Archive, configuration: Configuration, now: datetime) -> Iterator[Rendering]:
    """Every page in both languages, the 404 page and the static files; each modified ``now``.

    The caller puts those whose bytes are not there yet (``Publisher.holds``), so that the time of a
    file moves only with its bytes.
    """
    for name, media_type in STATIC_TYPES.items():
        yield _rendering(catalog.static_path(name), media_type, static_body(name), now)
    missing = error_page(configuration, default_language(configuration), 404)
    yield _rendering("/404.html", HTML_TYPE, missing.encode(), now)
    counts = archive.topic_counts()
    stored = Stored(archive, lambda: counts)
    yield _rendering(FAVICON, STATIC_TYPES["favicon.ico"], static_body("favicon.ico"), now)
    yield _rendering(ROBOTS, "text/plain; charset=utf-8", robots(configuration).encode(), now)
    for path in sitemap_paths(stored):
        written = sitemap(path, stored, configuration) or ""
        yield _rendering(path, "application/xml; charset=utf-8", written.encode(), now)
    for path, html in every_page(stored, configuration):
        yield _rendering(path, HTML_TYPE, html.encode(), now)


def _rendering(path: str, media_type: str, body: bytes, now: datetime) -> Rendering:
    return Rendering(path, media_type, body, etag_of(body), now)
