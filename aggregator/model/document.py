"""Documents: where they are, their bytes, and what they say in their own words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

from aggregator.base.dates.order import Order
from aggregator.codes import Code, RepairCode
from aggregator.model.alarm import Alarm, Remark
from aggregator.model.trouble import Trouble

DocumentKind = Literal["post", "feed", "list-page", "sitemap", "article-page"]
"""What the flow does with a document. post: an article, a file for instance · article-page: the page of one article ·
feed: holds many articles · list-page, sitemap: point to many."""

INDEXES = frozenset({"feed", "list-page", "sitemap"})


@dataclass(frozen=True, slots=True)
class Enclosure:
    """Media attached to an article."""

    url: str
    type: str = ""
    """Media type; empty if not stated."""
    length: int | None = None
    """Bytes."""


@dataclass(frozen=True, slots=True)
class Repair:
    """What had to be repaired to read a document; the article is kept all the same."""

    code: RepairCode
    detail: str = ""
    line: int | None = None
    cause: Code | None = None
    """Of ``FULL_TEXT``: the class of the fault that kept the page from us; None for a page that holds no article."""


@dataclass(frozen=True, slots=True)
class ParsedArticle:
    """What the document says, in the document's own words: nothing cleaned, nothing interpreted."""

    title: str
    body: str
    """In ``markup``."""
    published: str = ""
    updated: str = ""
    author: str = ""
    links: tuple[str, ...] = ()
    """Addresses that the document states for the article, best first."""
    images: tuple[str, ...] = ()
    """Head images that the document states, best first."""
    categories: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    metadata: Mapping[str, object] = field(default_factory=dict)
    """All else that was stated, with scalars as written."""
    repairs: tuple[Repair, ...] = ()
    markup: Literal["markdown", "html"] = "markdown"
    """markdown: Markdown with HTML in it."""
    base: str = ""
    """Absolute address that relative ones in it resolve against; empty: the article's own."""
    enclosures: tuple[Enclosure, ...] = ()
    provenance: Mapping[str, str] = field(default_factory=dict)
    """Field name to the part of the document it was read from (``pubDate``, ``og:title``), for operators."""
    order: Order | None = None
    """Of day and month in its dates, by the document it was found in; None where that does not tell."""


@dataclass(frozen=True, slots=True)
class Lead:
    """A place where a document is, before it is read."""

    source: str
    location: str
    """Names the document within its source, for good: for files the path below the root, with slashes;
    for an entry of a feed its id; for a page its address."""
    stamp: str
    """A cheap mark that changes when the document does; empty where nothing can be promised."""
    kind: DocumentKind = "post"
    url: str = ""
    """Absolute address, for what is fetched from the network."""
    hint: ParsedArticle | None = None
    """What the document that pointed here says of the article."""
    depth: int = 0
    """How many documents lead here."""
    via: str = ""
    """Location of the document that pointed here; empty for where a source begins."""
    site: str = ""
    """Title of that document, as it says it: the site's name is in it as a rule."""
    guess: bool = False
    """Nobody named the place: it is one of several where a feed may be."""


@dataclass(frozen=True, slots=True)
class RawDocument:
    """The bytes of a document as found."""

    source: str
    location: str
    stamp: str
    body: bytes
    digest: str
    """SHA-256 of the body, hexadecimal; for a page that an entry pointed to, the digest of that entry."""
    seen: datetime
    """When the bytes were read; aware, UTC."""
    kind: DocumentKind = "post"
    url: str = ""
    """Where the bytes came from in the end, for what was fetched; relative addresses resolve against it."""
    media_type: str = ""
    """The Content-Type header as sent."""
    hint: ParsedArticle | None = None
    known: frozenset[str] = frozenset()
    """Digests of entries that were read before, by the same rules, and need not be read again."""
    depth: int = 0
    missing: Trouble | None = None
    """Why there is no body, and the hint must do."""
    site: str = ""
    """Title of the document that pointed here, as it says it."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """A document of the network as it was fetched, kept so that it can be read again without asking for it."""

    source: str
    location: str
    kind: DocumentKind
    url: str
    """As in RawDocument, like ``media_type``."""
    media_type: str
    stamp: str
    """What led there said of it when it was asked for."""
    digest: str
    """SHA-256 of the bytes as fetched, hexadecimal."""
    taken: datetime
    body: bytes
    """Packed, see `base.packing`."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How often its publisher wants a feed to be read. Hours and days are UTC (RSS 2.0, syndication module)."""

    ttl: timedelta | None = None
    period: timedelta | None = None
    """``sy:updatePeriod`` divided by ``sy:updateFrequency``."""
    skip_hours: frozenset[int] = frozenset()
    """0 to 23."""
    skip_days: frozenset[int] = frozenset()
    """0 (Monday) to 6."""


@dataclass(frozen=True, slots=True)
class ParsedEntry:
    """One of the articles that a document holds or points to."""

    location: str
    """Its id; else its address; else a digest of what it says. At most 500 characters."""
    article: ParsedArticle
    digest: str
    """SHA-256 of all that it says, its location included; hexadecimal."""
    link: str = ""
    """Absolute http or https address of the article's own page; empty if there is none."""


@dataclass(frozen=True, slots=True)
class EntryFault:
    """An entry that could not be read, so that the others could."""

    location: str
    code: Code
    message: str
    line: int | None = None


@dataclass(frozen=True, slots=True)
class ParsedIndex:
    """What a document that holds, or points to, many articles says."""

    entries: tuple[ParsedEntry, ...] = ()
    faults: tuple[EntryFault, ...] = ()
    further: tuple[tuple[DocumentKind, str, str], ...] = ()
    """Documents of many articles that it points to: kind, absolute address, stamp (a sitemap's lastmod)."""
    guesses: tuple[str, ...] = ()
    """Addresses where its feed may be, for a page that names none: the first that holds one counts."""
    feeds: tuple[str, ...] = ()
    """The feeds that it names where it is a page, the one that is read first."""
    deleted: tuple[str, ...] = ()
    """Locations of entries that their publisher took back (RFC 6721)."""
    pace: Pace = Pace()
    title: str = ""
    home: str = ""
    """Absolute address of the site it belongs to; empty if not stated."""
    repairs: tuple[Repair, ...] = ()
    note: str = ""
    """What an operator who previews it should know."""
    alarms: tuple[Alarm, ...] = ()
    """What an operator should correct."""
    remarks: tuple[Remark, ...] = ()
    """Its habits."""
    language: str = ""
    """A language tag, as stated; empty if none is."""
