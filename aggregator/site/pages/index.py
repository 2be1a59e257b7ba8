"""The index: all topics with what they hold, how to subscribe, and the newest articles."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from aggregator.feeds.addresses import ALL
from aggregator.model.config import Configuration
from aggregator.model.reading import Entry, Query
from aggregator.model.running import Counts
from aggregator.site.pages.days import by_day
from aggregator.site.pages.frame import Frame
from aggregator.site.pages.page import NO_COUNTS, Content, Instance, Page, Stored
from aggregator.site.pages.route import Route, default_language
from aggregator.site.planned import mark_of
from aggregator.site.words import Words

NEWEST = 12
"""Articles on the index."""


@dataclass(frozen=True, slots=True)
class Overview:
    """What the archive holds."""

    counts: Mapping[str, Counts]
    newest: Sequence[Entry]


@dataclass(frozen=True, slots=True)
class Card:
    """A topic on the index."""

    slug: str
    counts: Counts


def _read(stored: Stored, _route: Route) -> Overview:
    return Overview(stored.counts(), stored.archive.entries(Query(topic=ALL, limit=NEWEST)))


def _view(frame: Frame, overview: Overview) -> Content:
    slugs = [topic.slug for topic in frame.configuration.topics]
    return Content(
        {
            "cards": [Card(slug, overview.counts.get(slug, NO_COUNTS)) for slug in slugs],
            "days": by_day(frame, map(frame.names.shown, overview.newest), lambda entry: entry.published),
        },
        description=Words(frame.language).count("intro", len(slugs)),
        feeds=(ALL, *slugs),
    )


def _every(stored: Stored, configuration: Configuration) -> Iterator[Instance[Overview]]:
    newest = [stored.marks.articles[id_] for id_ in stored.marks.lists.get(ALL, ())[:NEWEST]]
    # Counts have no order of their own.
    mark = mark_of(sorted(stored.counts().items()), newest)
    route = Route("index", default_language(configuration))
    yield Instance((), 1, lambda: _read(stored, route), mark)


INDEX = Page("index", "/", "index.html", _read, _view, every=_every)
