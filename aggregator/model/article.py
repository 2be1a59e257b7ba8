"""The write side: what a source said, from the sight of a file to what is stored of it."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import ClassVar, Literal
from uuid import UUID

from aggregator.codes import Code, RepairCode
from aggregator.model.alarm import Alarm, Remark, in_a_line
from aggregator.model.document import Enclosure, Lead, Pace, Repair
from aggregator.model.trouble import Trouble

DateKind = Literal["stated", "crawl", "path", "missing"]


@dataclass(frozen=True, slots=True)
class Article:
    """A cleaned article: safe, absolute, plain where it must be plain."""

    source: str
    location: str
    title: str
    """Plain text, one line, never empty."""
    html: str
    """Sanitized; every address absolute; safe to publish as it is."""
    text: str
    """The same as plain text, one line a block. It stays in the parsing process: outside it is empty."""
    summary: str
    """Plain text, at most 200 characters."""
    published: datetime | None
    """Aware, UTC, whole seconds; None where the document has no readable date."""
    date_kind: DateKind
    """``stated``: the publisher's; ``crawl``: the writer's clock; ``path``: read off the location."""
    updated: datetime | None = None
    url: str | None = None
    """The article's own address at its publisher."""
    author: str = ""
    image: str | None = None
    """The head image."""
    categories: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    metadata: Mapping[str, object] = field(default_factory=dict)
    repairs: tuple[Repair, ...] = ()
    enclosures: tuple[Enclosure, ...] = ()
    """With absolute addresses."""
    provenance: Mapping[str, str] = field(default_factory=dict)
    """Field name to the part of the document it was read from; not stored."""
    language: str = ""
    """Language subtag (BCP 47) of its text; empty where that does not tell."""
    repeated: str = ""
    """What was taken off the beginning of the text, because the title or what follows says it; not stored."""


@dataclass(frozen=True, slots=True)
class Subject:
    """The folded fields of an article: all that rules and fingerprints read."""

    title: str
    text: str
    labels: str = ""
    """Categories and tags, one a line."""
    author: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Reason:
    """One rule that matched."""

    rule: str
    """As the operator wrote it."""
    matched: str
    """The folded text it matched."""
    field: str
    position: int
    """Offset of the match in the folded field, in characters, from 0."""
    weight: float


class ObjectionCode(StrEnum):
    """What spoke against a topic. Stored; pages and the command line have their words for each."""

    ONLY_IN_IGNORED_NAMES = "only-in-ignored-names"
    NOT_COUNTED_IN_IGNORED_NAMES = "not-counted-in-ignored-names"
    VETOED_BY = "vetoed-by"
    NOT_FOUND = "not-found"
    SCORE = "score"
    NO_RULE = "no-rule"


@dataclass(frozen=True, slots=True)
class Objection:
    """One thing that kept an article out of a topic."""

    code: ObjectionCode
    names: tuple[str, ...] = ()
    """The ignored names, the vetoes, or what an ``all`` lacked."""
    score: float = 0.0
    threshold: float = 0.0
    """Both of ``SCORE`` alone."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """A topic's word on an article."""

    topic: str
    matched: bool
    score: float
    reasons: tuple[Reason, ...] = ()
    why_not: tuple[Objection, ...] = ()
    """Where not matched: the veto, the ignored name, the missing score; or that no rule did."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """A document taken through all stages that need no store."""

    article: Article
    subject: Subject
    content_hash: str
    """``version:hex``, see ``identify.fingerprint``."""
    verdicts: tuple[Verdict, ...]
    """Matched topics, and those that some rule spoke for in vain."""
    stamp: str
    digest: str
    former_hash: str = ""
    """The hash that versions before gave this article, by which what they stored is known; empty if it is the same."""

    @property
    def lacking(self) -> Trouble | None:
        """Why it was read without its page, whose text may be longer; None if nothing is lacking."""
        repairs = (repair for repair in self.article.repairs if repair.code is RepairCode.FULL_TEXT)
        return next((Trouble(Code.FULL_TEXT, "", repair.detail, cause=repair.cause) for repair in repairs), None)

    @property
    def unreadable_date(self) -> Trouble | None:
        """The date that it states and nobody can read, where nothing else dates it; None for any other document."""
        if self.article.date_kind != "missing":
            return None
        repairs = (repair for repair in self.article.repairs if repair.code is RepairCode.BAD_DATE)
        return next((Trouble(Code.BAD_DATE, "", repair.detail) for repair in repairs), None)

    @property
    def trouble(self) -> Trouble | None:
        """What its place is remembered for although it gave an article; None for nothing."""
        return (self.lacking or self.unreadable_date) if self.article.repairs else None


@dataclass(frozen=True, slots=True)
class Rejection:
    """A document that gave no article, and why: one line for the operator."""

    location: str
    code: Code
    message: str
    line: int | None
    stamp: str
    digest: str


@dataclass(frozen=True, slots=True)
class Unread:
    """An entry that was read before and has not changed."""

    location: str


@dataclass(frozen=True, slots=True)
class Retracted:
    """An entry that its publisher took back."""

    location: str


@dataclass(frozen=True, slots=True)
class Further:
    """Documents that a document pointed to; they are read in the same visit."""

    leads: tuple[Lead, ...]


@dataclass(frozen=True, slots=True)
class StatedSite:
    """What a feed or list page says of the site it is of."""

    title: str = ""
    """Plain text, one line."""
    home: str | None = None
    """An address, as it is stated."""
    feed: str | None = None
    """Of a page that leads to a feed: that feed."""


@dataclass(frozen=True, slots=True)
class IndexFacts:
    """What a document of many articles says of itself."""

    location: str
    entries: int
    pace: Pace
    title: str = ""
    home: str = ""
    repairs: tuple[Repair, ...] = ()
    note: str = ""
    alarms: tuple[Alarm, ...] = ()
    remarks: tuple[Remark, ...] = ()
    """Its habits, told by ``status``."""

    feeds: tuple[str, ...] = ()
    """Of a page that leads to a feed: all that it names, the one that is read first."""

    TOLD: ClassVar[tuple[str, ...]] = ("alarm",)

    @property
    def site(self) -> StatedSite | None:
        """None where it says nothing of one."""
        feed = next(iter(self.feeds), None)
        return StatedSite(self.title, self.home or None, feed) if self.title or self.home or feed else None

    @property
    def alarm(self) -> str:
        """The alarms as a sentence."""
        return in_a_line(self.alarms)


Reading = Prepared | Rejection | Unread | Retracted | Further | IndexFacts
"""What comes of documents. A file gives one Prepared or Rejection; a feed gives many of all kinds."""


@dataclass(frozen=True, slots=True)
class KnownArticle:
    """What the store holds of an article that a new document may be."""

    id: UUID
    content_hash: str
    """Of its newest revision."""
    published: datetime | None
    date_kind: DateKind
    url: str | None
    title: str = ""
    """The folded title of its newest revision; like ``text`` empty in look-ups by hash, which need none."""
    text: str = ""
    """The folded text of its newest revision."""
    place: tuple[str, str] = ("", "")
    """Source and location that the newest revision came from."""
    alive: bool = True
    """Whether the article is still seen at ``place``, in a source that is collected."""
    html: str = ""
    author: str = ""
    labels: str = ""
    """Folded, like those of Subject."""
    enclosures: tuple[Enclosure, ...] = ()
    late: bool = False
    """As in Change."""
    first_seen: datetime | None = None
    """None: in the transaction under way."""
    revision: int = 1
    """The number of its newest revision, which says how often it changed."""


LOCATION, HASH, ADDRESS, TITLE, INSTANT, LOST = "location", "hash", "address", "title", "instant", "lost"
"""Kinds of keys that articles are known by: source and location of where one was seen last; the content hash of
any of its revisions; its address; its title and source (`base.titles`); its stated date; its id, where its place
vanished in this visit, or where nothing but a hash found it. What is found by a hash comes without its texts and
place."""

Wanted = Mapping[str, Collection[Hashable]]
"""Keys to look up, by kind."""

Known = Mapping[str, Mapping[Hashable, tuple[KnownArticle, ...]]]
"""The store's answer for a batch of documents, the raw material of identity: kind of key, key, its articles, the
oldest first."""


IdentityKind = Literal["new", "revision", "same"]


@dataclass(frozen=True, slots=True)
class Identity:
    """Which article a document is."""

    kind: IdentityKind
    id: UUID
    rung: str
    """What it was recognised by, see ``identify.rungs``; ``none`` for a new one."""
    significant: bool
    """Whether subscribers shall hear of it: ``updated`` moves."""
    why: str
    waits: bool = False
    """Whether the document counts as unread until its page can be had: the text we hold of it is longer."""
    takes_over: bool = False
    """Whether another source provided the article until now: where it is from is another place with this revision."""


SightingStatus = Literal["new", "changed", "duplicate", "moved", "unchanged", "rejected", "failed", "vanished"]


@dataclass(frozen=True, slots=True)
class Sighting:
    """One place of one source, as last seen: the stamp, the appearance, the deletion, the rejection."""

    source: str
    location: str
    stamp: str
    digest: str
    recipe: str
    """Digest of the rules it was read by; other rules mean reading it again."""
    status: SightingStatus
    seen: datetime
    """When this was last written."""
    article: UUID | None = None
    content_hash: str = ""
    url: str | None = None
    """The address stated there."""
    trouble: Trouble | None = None
    """Of a rejection or failure; or of an article that was read without its page (``FULL_TEXT``), or whose date cannot
    be read (``BAD_DATE``)."""
    line: int | None = None


UNCERTAIN = frozenset(
    {Code.TIMEOUT, Code.CRASHED, Code.MEMORY, Code.INTERNAL, Code.ROBOTS, Code.NOT_HTML}
    | {Code.http(403), Code.http(404), Code.http(410), Code.PRIVATE_ADDRESS, Code.REDIRECTS, Code.BAD_ENCODING}
)
"""Codes of rejections that may not last, or were the machine's fault or ours: such a document is tried again
after a day."""


@dataclass(frozen=True, slots=True)
class Admission:
    """An article's place in a feed. ``entered`` None: it waits for its day."""

    feed: str
    entered: datetime | None


@dataclass(frozen=True, slots=True)
class Change:
    """What one document does to the store."""

    identity: Identity
    prepared: Prepared
    sighting: Sighting
    published: datetime | None = None
    """Of the article as stored; None for a new one without a date."""
    replaces: str = ""
    """The place that a feed named the article by before, and does not name any more."""
    late: bool = False
    """Whether the article counts as old, whatever its date: nobody can tell how old it is, and it is one of many."""
    redated: bool = False
    """Whether ``published`` is what this document, a revision, states, in place of what was stored."""
    url: str | None = None
    """Of the article as stored."""
    in_place: bool = False
    """Whether the text takes the place of the newest one: the article changes so often that it is no news."""
    contested: tuple[UUID, ...] = ()
    """Articles of others that state the address of this one, which belongs to its source: they lose it."""


@dataclass(frozen=True, slots=True)
class Routing:
    """The topics of one article, by one rule set."""

    article: UUID
    verdicts: tuple[Verdict, ...]
    admissions: tuple[Admission, ...]
    """All feeds it belongs to; a feed it is in already keeps its first ``entered``."""
