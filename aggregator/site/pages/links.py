"""The addresses on a page: its own, those of other pages by their names, of feeds and of static files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from aggregator.feeds.addresses import page_address, rooted
from aggregator.feeds.formats.atom import ATOM
from aggregator.feeds.formats.format import AnyFormat
from aggregator.model.config import Configuration
from aggregator.site import catalog
from aggregator.site.assets import FAVICON, static_mark
from aggregator.site.catalog import Language
from aggregator.site.pages.route import Route, default_language, language_tag, other_language, path_of


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
class Links:
    """Addresses as seen from one page."""

    configuration: Configuration
    patterns: Mapping[str, str]
    """The paths of all pages by name."""
    language: Language
    route: Route | None
    """None for an error page."""

    def to(self, page: str, *values: object, number: int = 1) -> str:
        """The address of a page by its name, in the language of this one. Raises KeyError, ValueError."""
        return self._page(self._path(page, tuple(map(str, values)), number, self.language))

    @property
    def path(self) -> str:
        """The public path of this page."""
        return self._here(self.language)

    @property
    def canonical(self) -> str:
        return page_address(self.configuration, self.path)

    @property
    def translations(self) -> tuple[PageLink, ...]:
        """This page in each language, and where those go who read neither."""
        default = self._default
        other = other_language(default)
        tags = ((self._tag(default), default), (self._tag(other), other), ("x-default", default))
        return tuple(PageLink(tag, page_address(self.configuration, self._here(language))) for tag, language in tags)

    @property
    def switch(self) -> PageLink:
        """This page in the other language."""
        other = other_language(self.language)
        return PageLink(self._tag(other), self._page(self._here(other)))

    def feed(self, key: str, written: AnyFormat = ATOM) -> str:
        """Absolute: readers are given it."""
        return self._absolute(catalog.feed_path(key, written))

    @property
    def opml(self) -> str:
        return self._file(catalog.opml_path())

    @property
    def favicon(self) -> str:
        return self._file(FAVICON)

    def static(self, name: str) -> str:
        """The address of a static file, another one when its content is."""
        return f"{self._file(catalog.static_path(name))}?v={static_mark(name)}"

    @cached_property
    def _default(self) -> Language:
        return default_language(self.configuration)

    def _here(self, language: Language) -> str:
        """The path of this very page in a language; that of the index for an error page."""
        route = self.route or Route("index", language)
        return self._path(route.page, route.values, route.number, language)

    def _path(self, page: str, values: tuple[str, ...], number: int, language: Language) -> str:
        own = path_of(self.patterns[page], values)
        path = catalog.in_language(own, language, self._default)
        if number == 1:
            return path
        return f"{path}/page-{number}" if self._of_files else f"{path}?page={number}"

    def _tag(self, language: Language) -> str:
        return language_tag(language, self.configuration)

    @property
    def _of_files(self) -> bool:
        return self.configuration.hosting == "files"

    def _page(self, path: str) -> str:
        """Of another page. Among files its very file is named, so that a folder on a disk can be read like the site."""
        return self._file(f"{path.rstrip('/')}/index.html" if self._of_files else path)

    def _file(self, path: str) -> str:
        """As seen from this page: among files on the way over folders, wherever the first of them is.

        An error page is shown at any address, so it has to name them from the root of the host.
        """
        if self._of_files and self.route:
            return "../" * self._depth + path.removeprefix("/")
        return rooted(self.configuration.site.base_url, path)

    @cached_property
    def _depth(self) -> int:
        """Folders between this page and the root of the site."""
        return self.path.rstrip("/").count("/")

    def _absolute(self, path: str) -> str:
        return catalog.public_address(self.configuration.site.base_url, path)
