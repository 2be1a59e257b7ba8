"""The articles of a topic, of all topics or of none, newest first, in pages of so many."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache, partial

from aggregator.feeds.addresses import ALL, page_path
from aggregator.model.article import Verdict
from aggregator.model.config import Configuration
from aggregator.model.reading import Entry, Query
from aggregator.model.running import Counts
from aggregator.site.pages.days import by_day
from aggregator.site.pages.frame import Frame
from aggregator.site.pages.page import NO_COUNTS, Absence, Content, Instance, Page, Stored
from aggregator.site.pages.route import NONE, Route, feed_keys, topic_keys
from aggregator.site.planned import mark_of

PAGE_SIZE = 25
"""Articles on one page of a topic."""
AT_A_TIME = 40
"""Pages read at a time for an export: the archive has to pass by all articles of the pages before."""


@dataclass(frozen=True, slots=True)
class Shown:
    """An article in a list; with the verdicts that explain it where the list is of articles in no topic."""

    entry: Entry
    verdicts: tuple[Verdict, ...] = ()


@dataclass(frozen=True, slots=True)
class Listed:
    """One page of a topic's articles."""

    key: str
    counts: Counts
    number: int
    entries: Sequence[Shown]


@dataclass(frozen=True, slots=True)
class Paging:
    """Where one is in a list that has several pages; empty addresses lead nowhere."""

    page: int
    pages: int
    newer: str
    older: str


def page_count(articles: int) -> int:
    """How many pages a topic has; at least one."""
    return max(1, -(-articles // PAGE_SIZE))


def _accepts(configuration: Configuration, values: tuple[str, ...]) -> bool:
    return values[0] in topic_keys(configuration)


def _read(stored: Stored, route: Route) -> Listed | Absence:
    (key,) = route.values
    counts = stored.counts().get(key, NO_COUNTS)
    if route.number > page_count(counts.articles):
        return Absence.UNKNOWN
    return Listed(key, counts, route.number, _read_shown(stored, key, route.number))


def _read_shown(stored: Stored, key: str, first: int, pages: int = 1) -> Sequence[Shown]:
    """The articles of so many pages of a topic; those of no topic with what spoke for them in vain."""
    entries = stored.archive.entries(Query(topic=key, limit=pages * PAGE_SIZE, offset=(first - 1) * PAGE_SIZE))
    if key != NONE:
        return [Shown(entry) for entry in entries]
    dossiers = ((entry, stored.archive.article(str(entry.id))) for entry in entries)
    return [Shown(entry, dossier.verdicts if dossier else ()) for entry, dossier in dossiers]


def _every(stored: Stored, configuration: Configuration) -> Iterator[Instance[Listed]]:
    for key in topic_keys(configuration):
        counts, listed = stored.counts().get(key, NO_COUNTS), stored.marks.lists.get(key, ())
        last = page_count(counts.articles)
        for first in range(1, last + 1, AT_A_TIME):
            read = cache(partial(_read_shown, stored, key, first, AT_A_TIME))
            for number in range(first, min(first + AT_A_TIME, last + 1)):
                at = (number - 1) * PAGE_SIZE
                mark = mark_of(counts, [stored.marks.articles[id_] for id_ in listed[at : at + PAGE_SIZE]])
                yield Instance((key,), number, partial(_one_of, read, key, counts, number, first), mark)


def _one_of(read: Callable[[], Sequence[Shown]], key: str, counts: Counts, number: int, first: int) -> Listed:
    """A page, of those that are read together from the page ``first`` on."""
    start = (number - first) * PAGE_SIZE
    return Listed(key, counts, number, read()[start : start + PAGE_SIZE])


def _view(frame: Frame, listed: Listed) -> Content:
    key, number, pages = listed.key, listed.number, page_count(listed.counts.articles)
    heading = frame.names.topic(key)
    shown = [replace(shown, entry=frame.names.shown(shown.entry)) for shown in listed.entries]
    paging = Paging(
        number,
        pages,
        newer=frame.links.to("topic", key, number=number - 1) if number > 1 else "",
        older=frame.links.to("topic", key, number=number + 1) if number < pages else "",
    )
    subscribable = key in feed_keys(frame.configuration)
    return Content(
        {
            "key": key,
            "heading": heading,
            "counts": listed.counts,
            "days": by_day(frame, shown, lambda shown: shown.entry.published),
            "paging": paging,
            "subscribable": subscribable,
        },
        description=frame.names.topic_description(key),
        title=heading,
        feeds=(key if subscribable else ALL,),
        newer=paging.newer,
        older=paging.older,
    )


def _mapped(configuration: Configuration) -> Iterable[tuple[str, ...]]:
    return ((key,) for key in feed_keys(configuration))


TOPIC = Page(
    "topic",
    page_path("{key}"),
    "topic.html",
    _read,
    _view,
    accepts=_accepts,
    numbered=True,
    every=_every,
    mapped=_mapped,
)
