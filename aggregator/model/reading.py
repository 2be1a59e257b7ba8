"""The read side: what we publish."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from aggregator.model.article import StatedSite, Subject, Verdict
from aggregator.model.config import Publish
from aggregator.model.document import Enclosure


@dataclass(frozen=True, slots=True)
class Query:
    """Which entries, and in which order: newest first by publication, or by entry into a feed."""

    topic: str | None = None
    """A topic; ``none`` for articles of no topic; None for all articles."""
    feed: str | None = None
    """Instead of a topic: only what has entered this feed, the last entered first."""
    source: str | None = None
    share: float = 1.0
    """Of a feed: of its ``limit``, the most that one source has while others have more to show, above 0 to 1."""
    limit: int = 100
    offset: int = 0


@dataclass(frozen=True, slots=True)
class Origin:
    """A place where an article was seen."""

    source: str
    location: str
    url: str | None
    status: str
    seen: datetime


@dataclass(frozen=True, slots=True)
class Revision:
    """An earlier or present text of an article."""

    number: int
    content_hash: str
    title: str
    seen: datetime
    significant: bool


@dataclass(frozen=True, slots=True)
class Entry:
    """An article as published. All times aware, UTC, whole seconds, never in the future."""

    id: UUID
    """Minted once; in feeds ``urn:uuid:…``."""
    title: str
    html: str
    summary: str
    published: datetime
    updated: datetime
    """Moves only for a change that matters. Never before ``published``, which may be corrected."""
    first_seen: datetime
    source: str
    """The source's slug."""
    url: str | None = None
    author: str = ""
    image: str | None = None
    categories: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    """Slugs of the topics it is in."""
    also: tuple[Origin, ...] = ()
    """Other places that carry it."""
    enclosures: tuple[Enclosure, ...] = ()
    """Media attached to it, with absolute addresses."""
    publish: Publish = "full"
    """As its source was last configured, which counts once that is configured no more; ``rights`` likewise."""
    rights: str = ""
    language: str = ""
    """Language subtag (BCP 47) of its text; empty where that does not tell."""
    origin: StatedSite = field(default_factory=StatedSite)
    """What its source was last seen to say of itself."""


@dataclass(frozen=True, slots=True)
class Neighbour:
    """The article next to another one in a list."""

    id: UUID
    title: str


@dataclass(frozen=True, slots=True)
class Neighbours:
    """What stands beside an article in the list of a topic."""

    newer: Neighbour | None = None
    older: Neighbour | None = None


@dataclass(frozen=True, slots=True)
class Dossier:
    """All that is known of one article: for its page and for ``explain``."""

    entry: Entry
    content_hash: str
    date_kind: str
    origins: tuple[Origin, ...]
    revisions: tuple[Revision, ...]
    verdicts: tuple[Verdict, ...]
    """As stored: matched ones, and those with rules that matched in vain."""
    admissions: Mapping[str, datetime | None]
    """Feed to the instant it entered; None: it waits. What a feed held from the start entered by its date."""
    feeds_since: Mapping[str, datetime] = field(default_factory=dict)
    """Of the same feeds: since when there is one."""
    repairs: tuple[str, ...] = ()
    subject: Subject = field(default_factory=lambda: Subject("", ""))
    """The folded fields of the newest revision."""
    withdrawn: datetime | None = None
    """When it was retracted; it is in no feed and no list then."""


@dataclass(frozen=True, slots=True)
class ArticleMarks:
    """All articles that are not withdrawn, told apart without their texts being read."""

    articles: Mapping[UUID, str] = field(default_factory=dict)
    """In the order in which they came; the mark of one is another one whenever a page may show another thing of it."""
    lists: Mapping[str, Sequence[UUID]] = field(default_factory=dict)
    """By topic slug, ``all`` (in any topic) and ``none`` (in no topic), in the order of ``Query``."""


@dataclass(frozen=True, slots=True)
class Link:
    rel: str
    href: str
    type: str = ""
    title: str = ""
    hreflang: str = ""


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed before it is bytes."""

    path: str
    """Its public path, ``/feeds/….…``."""
    id: str
    title: str
    subtitle: str
    page: str
    """Absolute address of the page that shows the same to people."""
    updated: datetime
    language: str
    author: str
    entries: tuple[Entry, ...]
    source_titles: Mapping[str, str] = field(default_factory=dict)
    """Source slug to the name people read."""
    source_homes: Mapping[str, str] = field(default_factory=dict)
    """Source slug to its own site, where it has one that may be shown."""
    source_feeds: Mapping[str, str] = field(default_factory=dict)
    """Source slug to its own feed, where it has one that may be shown."""
    topic_titles: Mapping[str, str] = field(default_factory=dict)
    links: tuple[Link, ...] = ()
    source_ids: Mapping[str, str] = field(default_factory=dict)
    """Source slug to its ``urn:uuid:``; each source of an entry is there."""
    articles: str = ""
    """Absolute address of our article pages; ``{id}`` stands for the article's."""
    style: str = ""
    """Path of the style sheet that browsers show the feed with."""
    rights: Mapping[str, str] = field(default_factory=dict)
    """Source slug to the line on whose text it is, where there is one."""
    icon: str = ""
    """Absolute address of a small picture, as wide as high; empty: none. ``logo`` likewise, twice as wide."""
    logo: str = ""
    timezone: str = "UTC"
    """The zone of dates in words."""
    invitation: str = ""
    """What it is, and what to do with it, in a sentence for those who open it in a browser."""
    how: Link | None = None
    """To the page that says more of it."""


@dataclass(frozen=True, slots=True)
class Subscription:
    """One of our feeds to subscribe to; both addresses absolute."""

    title: str
    feed: str
    page: str
    description: str = ""


@dataclass(frozen=True, slots=True)
class FeedList:
    """The list of our feeds before it is bytes."""

    path: str
    """Its public path, ``/feeds.…``."""
    title: str
    subscriptions: tuple[Subscription, ...]


@dataclass(frozen=True, slots=True)
class LeftOut:
    """An entry that could not be written, so that the rest of its feed could."""

    id: UUID
    reason: str


@dataclass(frozen=True, slots=True)
class Rendering:
    """Bytes at a public path."""

    path: str
    media_type: str
    body: bytes
    etag: str
    """The opaque part: a digest of the body."""
    modified: datetime
    """The stored instant of the last change of these bytes; aware, UTC, whole seconds."""
    left_out: tuple[LeftOut, ...] = ()
    """Of a feed: the entries that are missing, and why."""


@dataclass(frozen=True, slots=True)
class FeedVersion:
    """Which state of a feed shall be published, at all its paths."""

    feed: str
    wanted: int
    """Raised by every change that the feed shall show."""
    created: datetime
    entered_once: bool
    """Whether it was ever published with an entry."""


@dataclass(frozen=True, slots=True)
class PathVersion:
    """The bytes last published at one path, or about to be."""

    path: str
    built: int
    """The feed's ``wanted`` that they answer; -1: none, they were noted and perhaps never written."""
    recipe: str
    """Digest of all but the store that the bytes depend on: titles, addresses, the program's version."""
    etag: str
    modified: datetime
