"""What every page has beside what it shows: languages, addresses, names and dates.

A template sees one ``Frame`` under the name ``page``; it decides nothing and knows no paths.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache, cached_property
from importlib.resources import files
from typing import Literal
from urllib.parse import unquote, urlsplit
from uuid import UUID
from zoneinfo import ZoneInfo

from markupsafe import Markup

from aggregator import __version__
from aggregator.feeds.addresses import rooted
from aggregator.feeds.formats.registry import feed_formats
from aggregator.feeds.rights import allowed
from aggregator.model.config import Configuration, Publish, Source, Topic
from aggregator.model.reading import Entry
from aggregator.site import catalog
from aggregator.site.catalog import Language
from aggregator.site.pages.route import Route, default_language, feed_keys, other_language
from aggregator.site.words import Words

STATIC_TYPES: Mapping[str, str] = {
    "site.css": "text/css; charset=utf-8",
    "feed.css": "text/css; charset=utf-8",
    "icon.svg": "image/svg+xml",
}
"""All files under ``/static/``, with their media types."""


@cache
def static_body(name: str) -> bytes:
    """A file under ``/static/``. Raises FileNotFoundError."""
    return (files("aggregator.site") / "static" / name).read_bytes()


@cache
def static_mark(name: str) -> str:
    """Changes when the file does."""
    return hashlib.sha256(static_body(name)).hexdigest()[:8]


@dataclass(frozen=True, slots=True)
class PageLink:
    """The same page in one language: ``title`` is the language tag."""

    title: str
    href: str


@dataclass(frozen=True, slots=True)
class FeedLink:
    """A feed in one of its formats."""

    title: str
    href: str
    type: str


@dataclass(frozen=True)
class Frame:
    """The surroundings of one page; ``route`` is None for an error page."""

    configuration: Configuration
    language: Language
    route: Route | None = None
    page: int = 1
    """Which page of a topic's list."""
    description: str = ""
    paging: Literal["query", "path"] = "query"
    """How further pages of a topic are addressed: ``?page=2``, or a path for static hosts."""

    version = __version__

    @property
    def lang(self) -> str:
        """The language tag of the page."""
        return self._tag(self.language)

    def _tag(self, language: Language) -> str:
        own = self.configuration.site.language
        return own if own.lower().startswith(language) else {"zh": "zh-CN", "en": "en"}[language]

    @property
    def foreign(self) -> Markup:
        """A ``lang`` attribute for what publishers wrote, where it is not in the page's language."""
        own = self.configuration.site.language
        return Markup("") if self.lang == own else Markup(' lang="{}"').format(own)

    # Names

    @property
    def site_title(self) -> str:
        site = self.configuration.site
        return (site.title_en if self.language == "en" else "") or site.title

    @cached_property
    def topics(self) -> dict[str, Topic]:
        return {topic.slug: topic for topic in self.configuration.topics}

    @cached_property
    def _sources(self) -> dict[str, Source]:
        return {source.name: source for source in self.configuration.sources}

    @property
    def key(self) -> str:
        """The topic that the page is of; empty for other pages."""
        return self.route.name if self.route and self.route.kind == "topic" else ""

    def topic_title(self, key: str) -> str:
        """A topic's name; the slug where the configuration no longer has it."""
        if key in ("all", "none"):
            return Words(self.language)("all_topics" if key == "all" else "no_topic")
        topic = self.topics.get(key)
        return key if topic is None else (topic.title_en if self.language == "en" else "") or topic.title

    def topic_description(self, key: str) -> str:
        if key in ("all", "none"):
            return Words(self.language)("all_description" if key == "all" else "no_topic_description")
        topic = self.topics[key]
        return (topic.description_en if self.language == "en" else "") or topic.description

    def threshold(self, key: str) -> str:
        return self.number(self.topics[key].threshold)

    def source_title(self, name: str) -> str:
        source = self._sources.get(name)
        return source.label if source else name

    # Rights

    def rights(self, entry: Entry) -> str:
        """Whose text it is, in a line; empty where nothing is said."""
        return self._sources[entry.source].rights if entry.source in self._sources else entry.rights

    def is_partial(self, entry: Entry) -> bool:
        """Whether it is not shown in full."""
        return self._publish(entry) != "full"

    def shown(self, entry: Entry) -> Entry:
        """As much of an article as its source's ``publish`` allows."""
        return allowed(entry, self._publish(entry), Words(self.language)("original"))

    def _publish(self, entry: Entry) -> Publish:
        return self._sources[entry.source].publish if entry.source in self._sources else entry.publish

    # Addresses

    def _rooted(self, path: str) -> str:
        return rooted(self.configuration.site.base_url, path)

    def _absolute(self, path: str) -> str:
        return catalog.absolute(self.configuration.site.base_url, path)

    def _path(self, route: Route, language: Language, page: int = 1) -> str:
        """The public path of a page, or of the further page with that number, in a language."""
        default = default_language(self.configuration)
        if route.kind == "index":
            return catalog.index_path(language, default)
        if route.kind == "article":
            return catalog.article_path(route.name, language, default)
        path = catalog.topic_path(route.name, language, default)
        if page == 1:
            return path
        return f"{path}?page={page}" if self.paging == "query" else f"{path}/page-{page}"

    def _here(self, language: Language) -> str:
        """The path of this very page in a language; that of the index for an error page."""
        return self._path(self.route or Route("index", language), language, self.page)

    @property
    def path(self) -> str:
        """The public path of this page."""
        return self._here(self.language)

    @property
    def canonical(self) -> str:
        return self._absolute(self.path)

    @property
    def translations(self) -> tuple[PageLink, ...]:
        """This page in each language, and where those go who read neither."""
        default = default_language(self.configuration)
        other = other_language(default)
        tags = ((self._tag(default), default), (self._tag(other), other), ("x-default", default))
        return tuple(PageLink(tag, self._absolute(self._here(language))) for tag, language in tags)

    @property
    def switch_href(self) -> str:
        return self._rooted(self._here(other_language(self.language)))

    @property
    def switch_lang(self) -> str:
        return self._tag(other_language(self.language))

    @property
    def index_href(self) -> str:
        return self._rooted(self._path(Route("index", self.language), self.language))

    def topic_href(self, key: str, page: int = 1) -> str:
        return self._rooted(self._path(Route("topic", self.language, key), self.language, page))

    def article_href(self, article: UUID) -> str:
        return self._rooted(self._path(Route("article", self.language, str(article)), self.language))

    def feed_address(self, key: str) -> str:
        """Absolute: readers are given it."""
        return self._absolute(catalog.feed_path(key))

    @property
    def opml_href(self) -> str:
        return self._rooted(catalog.opml_path())

    @property
    def feeds(self) -> tuple[FeedLink, ...]:
        """For autodiscovery: the page's own feed first, on other pages that of all articles."""
        keys = feed_keys(self.configuration)
        if self.route and self.route.kind == "index":
            shown = ("all", *keys[:-1])
        else:
            shown = (self.key if self.key in keys else "all",)
        return tuple(
            FeedLink(self.topic_title(key), self._absolute(catalog.feed_path(key, each)), each.bare_type)
            for key in shown
            for each in feed_formats()
        )

    def static(self, name: str) -> str:
        """The address of a static file, another one when its content is."""
        return f"{self._rooted(catalog.static_path(name))}?v={static_mark(name)}"

    # Dates and numbers

    @cached_property
    def _zone(self) -> ZoneInfo:
        return ZoneInfo(self.configuration.site.timezone)

    def stamp(self, instant: datetime) -> str:
        return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")

    def day(self, instant: datetime) -> str:
        return Words(self.language).date(instant, self._zone)

    def moment(self, instant: datetime) -> str:
        return Words(self.language).moment(instant, self._zone)

    @staticmethod
    def file_name(address: str) -> str:
        """What people call a file: the last part of its address, or the host."""
        parts = urlsplit(address)
        return unquote(parts.path.rstrip("/").rpartition("/")[2]).strip() or parts.hostname or address

    @staticmethod
    def size(length: int) -> str:
        """Bytes as people write them."""
        value, unit = float(length), "B"
        for unit in ("B", "KB", "MB", "GB"):
            if value < 1000 or unit == "GB":
                break
            value /= 1000
        return f"{value:.0f} {unit}" if value >= 10 or unit == "B" else f"{value:.1f} {unit}"

    @staticmethod
    def number(value: float) -> str:
        return f"{value:.2f}".rstrip("0").rstrip(".")
