"""What the flows need from the world, as protocols: collectors, reader, storage, publisher, clock."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from aggregator.model.article import Change, Known, Reading, Routing, Sighting, Subject, Verdict, Wanted
from aggregator.model.config import Configuration, KeepFetched, Source
from aggregator.model.document import DocumentKind, Fetched, Lead, RawDocument
from aggregator.model.fetching import Ask, HostMemory, Reply
from aggregator.model.reading import (
    ArticleMarks,
    Dossier,
    Entry,
    FeedVersion,
    Neighbours,
    PathVersion,
    Query,
    Rendering,
)
from aggregator.model.running import Counts, Ending, Learned, Listing, Memory, Overwritten, SourceState, Ticket


class Clock(Protocol):
    """The only way to know the time."""

    def now(self) -> datetime:
        """The present instant, aware, UTC. It may be set, back or ahead, at any time."""

    def elapsed(self) -> float:
        """Seconds since some instant. Never set; goes on while the machine sleeps, where the system can tell."""

    def wait(self, seconds: float) -> None:
        """Returns after that many seconds."""


class Fetcher(Protocol):
    """The one way to the network."""

    def get(self, ask: Ask) -> Reply:
        """The answer, of whatever status, redirects followed.

        Raises CollectError where none can be had; its code is one of ``bad-address`` ``private-address`` ``dns``
        ``refused`` ``unreachable`` ``tls`` ``timeout`` ``protocol`` ``redirects`` ``too-large`` ``bad-encoding``.
        """

    def close(self) -> None:
        """Ends all connections."""


class Collector(Protocol):
    """Finds and reads the documents of one source, for one visit."""

    def leads(self, memory: Memory) -> Listing:
        """Where to begin: all documents that are there now, or the ones that point to them.

        Raises CollectError if the source cannot be listed.
        """

    def fetch(self, lead: Lead, now: datetime) -> RawDocument | None:
        """The document's bytes; None for what has not changed since it was last taken.

        Raises CollectError, RejectedError (over a limit, or not to be had again soon).
        """

    def learned(self, complete: bool, again: Mapping[str, datetime]) -> Learned:
        """What to remember. ``complete``: whether all that it gave points to had its turn.

        ``again``: locations of documents of many articles, and from when on each is to be given again although
        it has not changed, because what it points to was not had.
        """

    def close(self) -> None:
        """Ends what it runs."""


class Reader(Protocol):
    """Takes documents through the stages that need no store."""

    def read(self, documents: Sequence[RawDocument], source: Source) -> Iterable[Sequence[Reading]]:
        """What comes of each document, in their order, as it comes; they are all of one kind.

        Never raises for a bad document: that is a Rejection. May be called from several threads.
        """

    def close(self) -> None:
        """Ends what it runs."""


class Router(Protocol):
    """The topics' rules, compiled."""

    @property
    def rules(self) -> str:
        """Digest of the rules."""

    def classify(self, subject: Subject) -> tuple[Verdict, ...]:
        """Verdicts of the topics that match, and of those that some rule spoke for in vain."""

    def explain(self, subject: Subject) -> tuple[Verdict, ...]:
        """One verdict for every topic."""


class Unit(Protocol):
    """One write transaction. What it did is there after it, whole, or not at all."""

    def known(self, wanted: Wanted) -> Known:
        """All articles that the store knows by these keys (see `identify.rungs.wanted_keys`)."""

    def dated(self, now: datetime) -> datetime:
        """The instant to date changes by: ``now``, but never before one that was given out.

        While the clock is behind, each further one is a second later than the last.
        """

    def feed_versions(self) -> Mapping[str, FeedVersion]:
        """By feed key, inside this transaction."""

    def save(self, changes: Sequence[Change], now: datetime, rules: str = "") -> None:
        """Articles, revisions and sightings; raises the versions of feeds that show a changed article.

        New articles that no rule spoke of count as routed by ``rules``; they need no ``route``.
        """

    def forget_texts(self, articles: Collection[UUID], most: int) -> None:
        """Deletes earlier texts of articles, beside the first, the newest and ``most`` others.

        Those that were significant stay before the rest, and the newer ones before the older.
        """

    def sight(self, sightings: Sequence[Sighting]) -> None:
        """Sightings that touch no article: unchanged, rejected, failed, vanished."""

    def withdraw(self, source: str, locations: Collection[str], now: datetime) -> None:
        """Retracts the articles of vanished locations that are seen nowhere else (``deletes: retract``)."""

    def note_overwritten(self, source: str, articles: Collection[UUID]) -> None:
        """Remembers articles whose places in the source show others by now."""

    def overwritten(self, source: str) -> Overwritten:
        """Those of them that are seen nowhere. What is seen elsewhere, or withdrawn, is forgotten."""

    def withdraw_articles(self, articles: Collection[UUID], now: datetime) -> None:
        """Retracts these articles. Seen again, they come back, as after ``withdraw``."""

    def route(self, routings: Sequence[Routing], rules: str, now: datetime) -> None:
        """Replaces the topics of articles, marks them as routed by ``rules``, raises feed versions."""

    def admit(self, feed: str, limit: int, now: datetime) -> int:
        """Lets up to ``limit`` waiting articles enter a feed, newest first; how many did."""

    def admitted_late(self, feed: str, since: datetime) -> int:
        """How many articles that had waited entered the feed after ``since``."""

    def finish(self, endings: Sequence[Ending], now: datetime) -> None:
        """Ends visits: the sources' states and the reports."""

    def keep(self, fetched: Sequence[Fetched], bounds: KeepFetched, now: datetime) -> None:
        """Keeps documents as they were fetched, in place of earlier ones; what is beyond the bounds goes."""

    def keep_host(self, host: HostMemory) -> None:
        """Remembers a host."""

    def record_feed(self, feed: str, created: datetime, entries: int) -> None:
        """A feed is about to be published, with so many entries. ``created`` of the first time stays, for good."""

    def record_path(self, path: str, recipe: str, etag: str, modified: datetime) -> None:
        """The bytes about to be published at a path. With another recipe than before they answer no version yet."""

    def built(self, path: str, wanted: int) -> None:
        """The bytes at the path are out, and answer version ``wanted`` of their feed."""


class Store(Protocol):
    """Where transactions begin."""

    def mend_instants(self, now: datetime) -> int:
        """What a clock that was far ahead for a while has dated lies at ``now`` from here on; how many articles.

        Nothing is touched where it is the present clock that is behind.
        """

    def write(self, *tickets: Ticket) -> AbstractContextManager[Unit]:
        """A transaction that holds the one writer lock. Raises StaleTicketError."""

    def close(self) -> None: ...


class Archive(Protocol):
    """What readers of the store ask."""

    def entries(self, query: Query) -> tuple[Entry, ...]: ...

    def article(self, ref: str) -> Dossier | None:
        """By id, by ``urn:uuid:`` id, by address, or by a location that ends with ``ref``."""

    def known(self, wanted: Wanted) -> Known:
        """As in Unit, without a transaction that writes."""

    def topic_counts(self) -> Mapping[str, Counts]:
        """By topic slug, and ``all`` (articles in any topic), ``none`` (in no topic)."""

    def feed_versions(self) -> Mapping[str, FeedVersion]: ...

    def path_version(self, path: str) -> PathVersion | None:
        """None where nothing was ever published."""

    def waiting(self) -> Mapping[str, int]:
        """Feed key to how many articles wait to enter it."""

    def dated(self) -> datetime | None:
        """The last instant that changes were dated by; None before any."""

    def installation(self) -> UUID:
        """Random, made with the database: feed ids are derived from it."""

    def change_number(self) -> str:
        """Changes whenever anything that a page shows may have changed."""

    def neighbours(self, article: UUID, topic: str) -> Neighbours:
        """What stands beside an article in ``entries`` of a topic; nothing for one that is not there."""

    def filed(self, offset: int, limit: int) -> Sequence[tuple[UUID, datetime]]:
        """Articles in any topic, in the order in which they came, each with the instant of its last change."""

    def marks(self) -> ArticleMarks:
        """What changed since somebody looked last can be told by it."""

    def subjects(self, limit: int, not_routed_by: str) -> Sequence[tuple[UUID, datetime, bool, Subject]]:
        """Articles routed by other rules than these: id, published, whether it counts as old whatever its date, folded
        fields of the newest revision."""


class Agenda(Protocol):
    """Which source is due, and who looks at it."""

    def sync(self, sources: Sequence[Source], now: datetime) -> None:
        """Makes the stored sources those of the configuration; new and changed ones are due at once."""

    def mend_schedule(self, sources: Sequence[Source], now: datetime) -> Sequence[str]:
        """Sources whose next visit was planned by a clock that was set back since wait no longer than an interval.

        Answers their names.
        """

    def due(self, now: datetime, limit: int) -> Sequence[str]:
        """Enabled sources whose time has come and that nobody holds, the longest overdue first."""

    def take(self, names: Sequence[str], holder: str, until: datetime, now: datetime) -> Sequence[Ticket]:
        """Takes sources; those held by somebody else until later than ``now`` are left out."""

    def hold(self, holder: str, until: datetime) -> None:
        """Keeps what the holder has taken, and not finished, for longer."""

    def release(self, holder: str) -> None:
        """Frees what the holder has taken, and not finished: it is dead."""

    def memories(self, sources: Sequence[str]) -> Mapping[str, Memory]:
        """By source what was kept at the end of its last visit; without sources that are not known."""

    def sightings(self, source: str) -> Mapping[str, Sighting]:
        """All its places by location, the vanished ones too."""

    def host(self, host: str) -> HostMemory:
        """What is remembered of a host; empty for one that is not known."""

    def kept(self, source: str, kind: DocumentKind, location: str) -> Fetched | None:
        """A document as it was last fetched, if it is kept."""

    def states(self) -> Sequence[SourceState]: ...


class Publisher(Protocol):
    """Where renderings go."""

    def put(self, renderings: Iterable[Rendering]) -> int:
        """Replaces what differs, atomically a file; how many did."""

    def holds(self, path: str, etag: str) -> bool:
        """Whether these very bytes are there."""

    def withdraw(self, path: str) -> None:
        """Removes what is at the path; nothing happens where nothing is. Raises ValueError for no path of ours."""

    def paths(self) -> Iterator[str]:
        """The public path of everything that is there; a page's has no slash at its end, but for ``/`` itself."""


@dataclass(frozen=True, slots=True)
class Parts:
    """What the flows of one process work with."""

    configuration: Configuration
    store: Store
    archive: Archive
    agenda: Agenda
    publisher: Publisher
    clock: Clock
    reader: Reader
    collector: Callable[[Source], Collector]
    """A collector for one visit to the source."""
    router: Router
