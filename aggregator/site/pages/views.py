"""The pages that people read: values in, HTML out.

Nothing here reads a store, a file of articles or a clock: the same values give the same page.
Which values a page needs, and where they come from, is in ``page_content``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined

from aggregator.model.article import Verdict
from aggregator.model.config import Configuration
from aggregator.model.reading import Dossier, Entry
from aggregator.model.running import Counts
from aggregator.site.catalog import Language
from aggregator.site.pages.frame import Frame
from aggregator.site.pages.route import feed_keys
from aggregator.site.words import Words

PAGE_SIZE = 25
"""Articles on one page of a topic."""
NEWEST = 12
"""Articles on the index."""

NO_COUNTS = Counts(0, None)


@dataclass(frozen=True, slots=True)
class Card:
    """A topic on the index."""

    slug: str
    counts: Counts


@dataclass(frozen=True, slots=True)
class Shown:
    """An article in a list; with the verdicts that explain it where the list is of articles in no topic."""

    entry: Entry
    verdicts: tuple[Verdict, ...] = ()


@dataclass(frozen=True, slots=True)
class Paging:
    """Where one is in a list that has several pages; empty addresses lead nowhere."""

    page: int
    pages: int
    newer: str
    older: str


@dataclass(frozen=True, slots=True)
class FeedPlace:
    """An article's place in one feed."""

    key: str
    entered: datetime | None


def page_count(articles: int) -> int:
    """How many pages a topic has; at least one."""
    return max(1, -(-articles // PAGE_SIZE))


def index_page(frame: Frame, counts: Mapping[str, Counts], newest: Sequence[Entry]) -> str:
    """All topics with what they hold, how to subscribe, and the newest articles."""
    cards = [Card(topic.slug, counts.get(topic.slug, NO_COUNTS)) for topic in frame.configuration.topics]
    words = Words(frame.language)
    return _render(
        "index.html",
        replace(frame, description=words.count("intro", len(cards))),
        cards=cards,
        newest=[frame.shown(entry) for entry in newest],
    )


def topic_page(frame: Frame, key: str, counts: Counts, entries: Sequence[Shown]) -> str:
    """The frame's page of a topic's articles, newest first. ``key``: a slug, ``all`` or ``none``."""
    page, pages = frame.page, page_count(counts.articles)
    paging = Paging(
        page,
        pages,
        newer=frame.topic_href(key, page - 1) if page > 1 else "",
        older=frame.topic_href(key, page + 1) if page < pages else "",
    )
    return _render(
        "topic.html",
        replace(frame, description=frame.topic_description(key)),
        key=key,
        heading=frame.topic_title(key),
        counts=counts,
        entries=[replace(shown, entry=frame.shown(shown.entry)) for shown in entries],
        paging=paging,
        subscribable=key in feed_keys(frame.configuration),
    )


def article_page(frame: Frame, dossier: Dossier) -> str:
    """An article with its sources, its revisions and the reasons for and against each topic."""
    by_topic = {verdict.topic: verdict for verdict in dossier.verdicts}
    verdicts = [by_topic.get(slug) or Verdict(slug, matched=False, score=0.0) for slug in frame.topics]
    unmatched = [verdict for verdict in verdicts if not verdict.matched]
    keys, article = feed_keys(frame.configuration), frame.shown(dossier.entry)
    return _render(
        "article.html",
        replace(frame, description=article.summary),
        dossier=dossier,
        article=article,
        matched=[verdict for verdict in verdicts if verdict.matched],
        unmatched=[verdict for verdict in unmatched if _spoken_for(verdict)],
        silent=[verdict.topic for verdict in unmatched if not _spoken_for(verdict)],
        admissions=[FeedPlace(key, dossier.admissions[key]) for key in keys if key in dossier.admissions],
        labels=list(dict.fromkeys((*dossier.entry.categories, *dossier.entry.tags))),
    )


def _spoken_for(verdict: Verdict) -> bool:
    """Whether some rule of the topic found something, though not enough."""
    return bool(verdict.reasons or verdict.why_not)


def error_page(configuration: Configuration, language: Language, status: int) -> str:
    """What people see instead of a page. ``status``: 404, 405, 410, 500 or 503."""
    words = Words(language)
    heading, text = words(f"error_{status}"), words(f"error_{status}_text")
    return _render("error.html", Frame(configuration, language), status=status, heading=heading, text=text)


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("aggregator.site"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )


def _render(template: str, frame: Frame, **values: object) -> str:
    return _environment().get_template(template).render(page=frame, words=Words(frame.language), **values)
