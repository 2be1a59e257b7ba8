"""Which documents we publish beside pages: every feed in each of its formats, and the list of feeds."""

from __future__ import annotations

from dataclasses import dataclass

from aggregator.feeds.formats.atom import ATOM
from aggregator.feeds.formats.format import AnyFormat
from aggregator.feeds.formats.registry import feed_formats, list_formats
from aggregator.model.config import Configuration
from aggregator.model.reading import Feed
from aggregator.site.pages.route import feed_keys


@dataclass(frozen=True, slots=True)
class Output:
    """One document: a feed, or the list of all feeds, in a format."""

    key: str
    """The feed's; empty for the list."""
    format: AnyFormat

    @property
    def is_feed(self) -> bool:
        return self.format.reads is Feed

    @property
    def path(self) -> str:
        """Its public path."""
        return self.format.path(self.key)

    @property
    def name(self) -> str:
        """What reports call it: an Atom feed by its key, all else by the name of its file."""
        return self.key if self.format is ATOM else self.path.rpartition("/")[2]


def outputs(configuration: Configuration) -> list[Output]:
    """All of them, format by format, the lists last."""
    feeds = [Output(key, each) for each in feed_formats() for key in feed_keys(configuration)]
    return [*feeds, *(Output("", each) for each in list_formats())]
