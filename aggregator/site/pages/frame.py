"""What every page has beside what it shows: its language, names, addresses and dates.

A template sees one ``Frame`` under the name ``page``; it decides nothing and knows no paths.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from markupsafe import Markup

from aggregator import __version__
from aggregator.base.calendar import date_for_machines, is_midnight, minute_in_words, weekday_in_words
from aggregator.base.language import primary
from aggregator.feeds.formats.registry import feed_formats
from aggregator.model.config import Configuration
from aggregator.model.reading import Entry
from aggregator.site.catalog import Language
from aggregator.site.pages.links import FeedLink, Links
from aggregator.site.pages.names import Names
from aggregator.site.pages.route import Route, language_tag, shows_machinery
from aggregator.site.words import Words


@dataclass(frozen=True)
class Frame:
    """The surroundings of one page; ``route`` is None for an error page."""

    configuration: Configuration
    patterns: Mapping[str, str]
    """The paths of all pages by name."""
    language: Language
    route: Route | None = None

    version = __version__

    @property
    def lang(self) -> str:
        """The language tag of the page."""
        return language_tag(self.language, self.configuration)

    @property
    def locale(self) -> str:
        """The same as Open Graph writes it: ``zh_CN``."""
        return self.lang.replace("-", "_")

    @property
    def foreign(self) -> Markup:
        """A ``lang`` attribute for what publishers wrote, where it is not in the page's language."""
        own = self.configuration.site.language
        return Markup("") if self.lang == own else Markup(' lang="{}"').format(own)

    def written_in(self, article: Entry) -> Markup:
        """A ``lang`` attribute for an article's words, where they are not in the page's language."""
        told = article.language
        if not told or told == primary(self.configuration.site.language):
            return self.foreign
        return Markup("") if told == primary(self.lang) else Markup(' lang="{}"').format(told)

    @cached_property
    def names(self) -> Names:
        return Names(self.configuration, self.language)

    @cached_property
    def links(self) -> Links:
        return Links(self.configuration, self.patterns, self.language, self.route)

    def feed_links(self, keys: Iterable[str]) -> tuple[FeedLink, ...]:
        """Of feeds that readers shall find by this page, in each format."""
        return tuple(
            FeedLink(self.names.topic(key), self.links.feed(key, each), each.bare_type)
            for key in keys
            for each in feed_formats()
        )

    @property
    def shows_machinery(self) -> bool:
        return shows_machinery(self.configuration)

    def is_at(self, page: str, *values: str) -> bool:
        """Whether this is that page, in whatever language."""
        return self.route is not None and (self.route.page, self.route.values) == (page, values)

    @property
    def zone(self) -> str:
        """Of all dates on pages."""
        return self.configuration.site.timezone

    def day(self, instant: datetime) -> str:
        return Words(self.language).date(instant, self.zone)

    def date(self, instant: datetime) -> str:
        """The same day for machines."""
        return date_for_machines(instant, self.zone)

    def weekday(self, instant: datetime) -> str:
        return weekday_in_words(instant, self.zone, english=self.language == "en")

    def moment(self, instant: datetime) -> str:
        return Words(self.language).moment(instant, self.zone)

    def minute(self, instant: datetime) -> str:
        """The time of the day; empty for a date that was written without one."""
        return "" if is_midnight(instant, self.zone) else minute_in_words(instant, self.zone)
