"""The answers of all operations, as values that the command line, pages and scripts show alike."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal, Protocol
from uuid import UUID

from aggregator.errors import Fault
from aggregator.model.article import IndexFacts, Verdict
from aggregator.model.document import Enclosure, Repair
from aggregator.model.reading import Origin, Revision
from aggregator.model.running import Counts, SourceReport, SourceState


class Progress(Protocol):
    """Told how far long work is. ``total`` 0: not known yet."""

    def __call__(self, task: str, done: int, total: int) -> None: ...


def silent(task: str, done: int, total: int) -> None:
    """Progress that nobody watches."""


@dataclass(frozen=True, slots=True)
class BackupReport:
    """A backup that was verified."""

    file: str
    bytes: int
    articles: int
    files: int
    """Of the configuration."""


@dataclass(frozen=True, slots=True)
class RestoreReport:
    """A backup that took the place of what was there."""

    file: str
    created: datetime
    """When it was made."""
    articles: int
    files: int
    """Of the configuration."""
    aside: str
    """The folder with what was there before; empty where nothing was."""


@dataclass(frozen=True, slots=True)
class CollectReport:
    """One pass over some sources."""

    sources: tuple[SourceReport, ...]
    rerouted: int = 0
    """Articles whose topics were decided anew because the rules had changed."""
    feeds: tuple[str, ...] = ()
    """Feeds whose bytes changed."""
    left_out: tuple[str, ...] = ()
    """Entries that could not be published, a line each; their feeds went out without them."""
    problems: tuple[str, ...] = ()
    """What failed outside the sources, a line each."""
    stopped: bool = False
    """Whether that kept the pass from being done at all."""

    @property
    def failed(self) -> bool:
        return bool(self.problems or self.left_out) or any(s.error or s.failed for s in self.sources)


@dataclass(frozen=True, slots=True)
class ExportReport:
    """Static files written to a folder."""

    folder: str
    files: int
    written: int
    """Those that were new or different; the others were not touched."""
    problems: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CheckReport:
    """What is wrong with a configuration."""

    faults: tuple[Fault, ...]
    warnings: tuple[str, ...] = ()
    sources: int = 0
    topics: int = 0


@dataclass(frozen=True, slots=True)
class PreviewArticle:
    """What one document would become, had it been collected."""

    location: str
    fate: str
    """new, changed, duplicate, moved, unchanged or rejected."""
    why: str
    """How it was recognised, or the reason of the rejection."""
    title: str = ""
    url: str | None = None
    published: datetime | None = None
    date_kind: str = ""
    author: str = ""
    image: str | None = None
    summary: str = ""
    characters: int = 0
    """Length of its text."""
    verdicts: tuple[Verdict, ...] = ()
    repairs: tuple[Repair, ...] = ()
    enclosures: tuple[Enclosure, ...] = ()
    provenance: Mapping[str, str] = field(default_factory=dict)
    """Field name to the part of the document it came from."""


@dataclass(frozen=True, slots=True)
class PreviewReport:
    """What a source yields now; nothing of it was stored."""

    source: str
    found: int
    articles: tuple[PreviewArticle, ...]
    """At most as many as asked for."""
    facts: IndexFacts | None = None
    """What the feed, list or sitemap says of itself."""
    note: str = ""
    """What kept more from being read."""


@dataclass(frozen=True, slots=True)
class Passage:
    """Where a rule matched, in the words of the article."""

    rule: str
    field: str
    matched: str
    """As written in the article."""
    before: str
    after: str
    position: int
    """Offset in the folded field."""
    weight: float


@dataclass(frozen=True, slots=True)
class TopicExplanation:
    slug: str
    title: str
    matched: bool
    score: float
    threshold: float
    reasons: tuple[Passage, ...]
    why_not: str = ""
    entered: datetime | None = None
    """Its place in the feed: when it entered, or for what the feed held from the start its date."""
    waits: bool = False
    """Whether it will enter the feed on a later day."""


@dataclass(frozen=True, slots=True)
class ArticleExplanation:
    id: UUID | None
    """None for a file that is not stored."""
    title: str
    url: str | None
    content_hash: str
    published: datetime | None
    date_kind: str
    stored: bool
    updated: datetime | None = None
    first_seen: datetime | None = None
    story: str | None = None
    identity: str = ""
    """Where it was seen first, and at how many other places."""
    origins: tuple[Origin, ...] = ()
    revisions: tuple[Revision, ...] = ()
    repairs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ExplainReport:
    """Why an article is what and where it is."""

    article: ArticleExplanation
    topics: tuple[TopicExplanation, ...]
    """One for every topic, in configuration order."""
    pending: bool = False
    """Whether the stored article still is where earlier rules put it."""
    notes: tuple[str, ...] = ()
    """What else an operator should know of it, a line each."""


@dataclass(frozen=True, slots=True)
class TopicState:
    slug: str
    title: str
    counts: Counts
    feed: str
    """Public address."""
    changed: datetime | None = None
    """Last change of the feed's bytes."""


SourceStanding = Literal["", "never collected", "disabled", "no longer configured"]


@dataclass(frozen=True, slots=True)
class SourceStatus(SourceState):
    """A source's state beside what is configured now."""

    standing: SourceStanding = ""
    """Why it is not simply collected; empty if it is."""
    rejected: int = 0
    """Documents that give no article now."""
    failed: int = 0
    """Documents that could not be read at the last visit."""
    proposal: str = ""
    """The address that should stand in the configuration now; empty where none is proposed."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """A document that gives no article now."""

    source: str
    location: str
    line: int | None
    status: str
    """rejected, or failed: it could not be read."""
    reason: str
    """``code: message``."""
    seen: datetime

    def __str__(self) -> str:
        place = f"{self.location}:{self.line}" if self.line else self.location
        return f"{self.source}: {place}: {self.reason}"


@dataclass(frozen=True, slots=True)
class StatusReport:
    sources: tuple[SourceStatus, ...]
    topics: tuple[TopicState, ...]
    uncategorized: int
    """Articles of no topic; they are kept."""
    database: str
    running: bool
    """Whether a daemon holds the data folder."""
    refusals: tuple[Refusal, ...] = ()
    """All documents of all sources that give no article now."""
    faults: tuple[Fault, ...] = ()
    """Of the configuration on disk; what the faulty files say is missing here."""
    ahead: timedelta | None = None
    """How far the store is ahead of the clock, where one of the two must be wrong."""
