"""All pages: which there are, which one a path means, and the HTML of one.

A page is added by a file beside this one and its line in ``PAGES``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from functools import cache, partial
from typing import Any

from aggregator.base.secrets import unknown
from aggregator.model.config import Configuration
from aggregator.model.reading import Rendering
from aggregator.site.catalog import LANGUAGES
from aggregator.site.encode import etag_of
from aggregator.site.pages.article import ARTICLE
from aggregator.site.pages.frame import Frame
from aggregator.site.pages.index import INDEX
from aggregator.site.pages.page import Absence, Instance, Page, Stored
from aggregator.site.pages.route import Route, default_language, language_of, values_of
from aggregator.site.pages.subscribe import SUBSCRIBE, SUBSCRIBE_ONE
from aggregator.site.pages.templates import fill
from aggregator.site.pages.topic import TOPIC
from aggregator.site.planned import Planned

HTML_TYPE = "text/html; charset=utf-8"
PAGES: tuple[Page[Any], ...] = (INDEX, SUBSCRIBE, SUBSCRIBE_ONE, TOPIC, ARTICLE)
"""Those that link to others before these: exports go from the last one to the first."""


def patterns() -> Mapping[str, str]:
    """The paths of all pages by name."""
    return {page.name: page.path for page in PAGES}


def resolve(path: str, configuration: Configuration) -> Route | None:
    """The page at a path (decoded, without query); None where there is none."""
    language = language_of(path, configuration)
    if language != default_language(configuration):
        path = path.removeprefix(f"/{language}")
    for page in PAGES:
        values = values_of(page.path, path)
        if values is not None and page.accepts(configuration, values):
            return Route(page.name, language, values)
    return None


def frame_of(configuration: Configuration, route: Route) -> Frame:
    """The surroundings of a page."""
    return Frame(configuration, patterns(), route.language, route)


def read_page(stored: Stored, configuration: Configuration, route: Route) -> str | Absence:
    """The HTML of a page, or why there is none."""
    page = next(page for page in PAGES if page.name == route.page)
    if route.number > 1 and not page.numbered:
        return Absence.UNKNOWN
    read = page.read(stored, route)
    if isinstance(read, Absence):
        return read
    return _html(page, frame_of(configuration, route), read) if page.admits(configuration, read) else Absence.UNKNOWN


def every_page(stored: Stored, configuration: Configuration) -> Iterator[Planned]:
    """All pages in both languages, for a static host: what is linked to before what links to it.

    What a page shows is read once for both, when the first of them is rendered.
    """
    for page in reversed(PAGES):
        for instance in _instances(page, stored, configuration):
            read = cache(instance.read)
            for language in LANGUAGES:
                frame = frame_of(configuration, Route(page.name, language, instance.values, instance.number))
                yield Planned(frame.links.path, instance.mark, partial(_render, page, frame, read))


def _instances(page: Page[Any], stored: Stored, configuration: Configuration) -> Iterator[Instance[Any]]:
    if page.every is not None:
        return page.every(stored, configuration)
    route = Route(page.name, default_language(configuration))
    return iter([Instance((), 1, partial(page.read, stored, route))])


def _render(page: Page[Any], frame: Frame, read: Callable[[], object], now: datetime) -> Rendering | None:
    shown = read()
    if isinstance(shown, Absence) or not page.admits(frame.configuration, shown):
        return None
    body = _html(page, frame, shown).encode()
    return Rendering(frame.links.path, HTML_TYPE, body, etag_of(body), now)


def _html(page: Page[Any], frame: Frame, read: object) -> str:
    return unknown(fill(page.template, frame, page.view(frame, read), page.templates))
