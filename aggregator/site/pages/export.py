"""All pages as files, for a static host."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from functools import partial

from aggregator.base.secrets import unknown_bytes
from aggregator.model.config import Configuration
from aggregator.model.reading import Rendering
from aggregator.ports import Archive
from aggregator.site import catalog
from aggregator.site.assets import FAVICON, STATIC_TYPES, static_body
from aggregator.site.encode import etag_of
from aggregator.site.pages.crawlers import ROBOTS, robots, sitemap, sitemap_paths
from aggregator.site.pages.error import error_page
from aggregator.site.pages.page import Stored
from aggregator.site.pages.registry import HTML_TYPE, every_page
from aggregator.site.pages.route import default_language
from aggregator.site.planned import ALWAYS_THE_SAME, Planned, mark_of


def export_pages(archive: Archive, configuration: Configuration) -> Iterator[Planned]:
    """Every page in both languages, the 404 page and the static files; what is linked to before what links to it.

    The store is asked for marks before anything is read: what changes meanwhile has another mark the next time.
    """
    marks, counts = archive.marks(), archive.topic_counts()
    stored = Stored(archive, lambda: counts, marks)
    for name, media_type in STATIC_TYPES.items():
        yield _planned(catalog.static_path(name), media_type, partial(static_body, name))
    yield _planned("/404.html", HTML_TYPE, lambda: _missing(configuration))
    yield _planned(FAVICON, STATIC_TYPES["favicon.ico"], partial(static_body, "favicon.ico"))
    yield from every_page(stored, configuration)
    all_articles = mark_of(list(marks.articles.values()))
    for path in sitemap_paths(stored):
        body = partial(_sitemap, path, stored, configuration)
        yield _planned(path, "application/xml; charset=utf-8", body, all_articles)
    yield _planned(ROBOTS, "text/plain; charset=utf-8", lambda: robots(configuration).encode())


def _missing(configuration: Configuration) -> bytes:
    return error_page(configuration, default_language(configuration), 404).encode()


def _sitemap(path: str, stored: Stored, configuration: Configuration) -> bytes:
    return (sitemap(path, stored, configuration) or "").encode()


def _planned(path: str, media_type: str, body: Callable[[], bytes], mark: str = ALWAYS_THE_SAME) -> Planned:
    return Planned(path, mark, partial(_rendering, path, media_type, body))


def _rendering(path: str, media_type: str, make: Callable[[], bytes], now: datetime) -> Rendering:
    body = unknown_bytes(make())
    return Rendering(path, media_type, body, etag_of(body), now)
