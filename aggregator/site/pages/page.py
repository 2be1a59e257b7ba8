"""What a page is. Each has a file here, a line in ``registry`` and a template."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum
from pathlib import Path
from typing import Generic, NamedTuple, TypeVar

from aggregator.feeds.addresses import ALL
from aggregator.model.config import Configuration
from aggregator.model.reading import ArticleMarks
from aggregator.model.running import Counts
from aggregator.ports import Archive
from aggregator.site.pages.frame import Frame
from aggregator.site.pages.route import Route

T = TypeVar("T")

NO_COUNTS = Counts(0, None)
NO_MARKS = ArticleMarks()


class Absence(IntEnum):
    """Why there is no page: the status of the error page that stands for it."""

    UNKNOWN = 404
    """There is no such article, or the topic has not so many pages."""
    WITHDRAWN = 410
    """The article was retracted."""


@dataclass(frozen=True, slots=True)
class Stored:
    """What pages read."""

    archive: Archive
    counts: Callable[[], Mapping[str, Counts]]
    """The archive's ``topic_counts``, or remembers what that said: counting takes long, and many pages show some."""
    marks: ArticleMarks = NO_MARKS
    """For who goes over all pages."""


@dataclass(frozen=True, slots=True)
class Story:
    """What a link preview tells of an article, beside title and description (https://ogp.me/#type_article)."""

    published: datetime
    updated: datetime
    section: str = ""
    """The topic that it fits best."""
    tags: Sequence[str] = ()
    image: str | None = None
    """Only where it may be shown."""


@dataclass(frozen=True, slots=True)
class Content:
    """What the template of a page is given."""

    values: Mapping[str, object] = field(default_factory=dict)
    description: str = ""
    title: str = ""
    """In link previews; the site's where empty."""
    story: Story | None = None
    """For the page of one article."""
    newer: str = ""
    """Address of the page before this one in its list, for browsers and crawlers; ``older``: of the one after."""
    older: str = ""
    feeds: tuple[str, ...] = (ALL,)
    """Keys of the feeds that readers find by the page."""


class Instance(NamedTuple, Generic[T]):
    """One page of a kind, and how to read what it shows."""

    values: tuple[str, ...]
    number: int
    read: Callable[[], T | Absence]
    mark: str = ""
    """See ``Planned``, of what is read."""


def _always(_configuration: Configuration, _given: object) -> bool:
    return True


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """A kind of page: where it is, what is read for it, and what is shown of that."""

    name: str
    path: str
    """In the site's own language, with named places for its values: ``/topics/{key}``."""
    template: str
    read: Callable[[Stored, Route], T | Absence]
    """What the page shows, or why there is none; the same in every language."""
    view: Callable[[Frame, T], Content]
    """What was read, as the template shows it in the language of the frame."""
    accepts: Callable[[Configuration, tuple[str, ...]], bool] = _always
    """Whether there may be a page of these values; the archive is not asked."""
    admits: Callable[[Configuration, T], bool] = _always
    """Whether what was read may be shown; otherwise there is no such page."""
    numbered: bool = False
    """Whether there are further pages: ``?page=2``."""
    every: Callable[[Stored, Configuration], Iterator[Instance[T]]] | None = None
    """All there are, for the static export; None: the one without values."""
    mapped: Callable[[Configuration], Iterable[tuple[str, ...]]] | None = None
    """The values of those that stand in the sitemap; None: the one without values, if its path has no places."""
    templates: Path | None = None
    """The folder of its template, if that is not among those of the site."""
