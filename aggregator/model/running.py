"""Visits from beginning to end, the state of sources, and the reports of what was done."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from aggregator.codes import Code
from aggregator.model.alarm import Alarm, Remark, in_a_line
from aggregator.model.article import IndexFacts, Prepared, Sighting, StatedSite
from aggregator.model.config import Source
from aggregator.model.document import Fetched, Lead, Pace
from aggregator.model.fetching import Answer, HostMemory
from aggregator.model.trouble import Trouble


@dataclass(frozen=True, slots=True)
class Move:
    """Where a source's address redirects to for good, and since when it has always done so."""

    to: str
    since: datetime


@dataclass(frozen=True, slots=True)
class Memory:
    """What is remembered of one source between visits, its sightings aside."""

    cursor: str = ""
    """The collector's own note from its last visit; empty: read everything as if for the first time."""
    failures: int = 0
    """Passes in a row that failed as a whole."""
    rhythm: timedelta | None = None
    """The source's own rhythm as learned from what was new; None: nothing is known yet."""
    pace: Pace = field(default_factory=Pace)
    """Its publisher's wishes, as last read."""
    gone_since: datetime | None = None
    """When its address first answered 410, and did so ever since."""
    move: Move | None = None
    seen: bool = True
    """Whether it has any sightings; nobody need ask for those of a new source."""


@dataclass(frozen=True, slots=True)
class Learned:
    """What a collector knows at the end of a visit, however it ended."""

    cursor: str = ""
    """Its note for the next visit: of what was taken in, and need not be taken again."""
    answer: Answer | None = None
    """Of the source's own address; None for what is not on the network."""
    hosts: tuple[HostMemory, ...] = ()
    """Hosts of which something new is known."""
    held_until: datetime | None = None
    """Nothing was asked: the source's host is not to be asked before."""
    held: str = ""
    """Why not."""


@dataclass(frozen=True, slots=True)
class Reread:
    """How far stamps may be trusted where documents are read again from what is kept of them."""

    recipe: str
    """The rules of the visit before. What was read by others was out of its sight."""
    done: frozenset[str]
    """Lists whose documents all had their turn in the visit that asked for them."""


@dataclass(frozen=True, slots=True)
class Listing:
    """What a source holds now."""

    leads: tuple[Lead, ...]
    complete: bool
    """Whether a location that is not listed is gone."""
    troubles: tuple[Trouble, ...] = ()
    """Parts that could not be looked at."""
    unseen: tuple[str, ...] = ()
    """Locations, or folders, of which nothing is known now: what was there may still be there."""
    asked: tuple[str, ...] = ()
    """Locations of documents of many articles that were asked for before, those first that were the longest ago."""
    reread: Reread | None = None
    """All is read again from what is kept, and nothing is asked."""


@dataclass(frozen=True, slots=True)
class Ticket:
    """The right to write for a source. ``number`` rises at each take; an older one is refused."""

    source: str
    number: int


@dataclass(frozen=True, slots=True)
class Visit:
    """One visit to one source, as it begins."""

    source: Source
    ticket: Ticket
    recipe: str
    """Digest of the rules that documents are read by."""
    memory: Memory = field(default_factory=Memory)
    """From the end of the last visit."""
    accept_losses: bool = False
    """Whether to believe a listing that lost most of its documents."""


class DueReason(StrEnum):
    """Why a source is due."""

    VISIT = ""
    """By the revisit policy, after its last visit."""
    NEW = "new"
    ASK = "ask"
    """What it is, or how it is asked, was edited."""
    READ = "read"
    """How its documents are read was edited."""
    WHEN = "when"
    """When it is looked at was edited."""
    CLOCK = "clock"
    """It was due so far ahead that the clock must have been wrong."""


@dataclass(frozen=True, slots=True)
class Job:
    """The due sources of one host, to be visited in turn."""

    host: str
    """Empty for files of this machine."""
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Tally:
    """What became of the documents of a visit, or of a part of it; parts add up."""

    new: int = 0
    changed: int = 0
    duplicate: int = 0
    moved: int = 0
    unchanged: int = 0
    rejected: int = 0
    failed: int = 0
    vanished: int = 0
    """Known locations that are gone; not part of ``found``."""
    repaired: int = 0
    """Of new, changed and duplicate: those that needed a repair."""
    renamed: int = 0
    """Of ``found``: those that a feed or list named otherwise before."""
    undated: int = 0
    """Of new: those that state no date, nor anything that tells it."""
    at_once: int = 0
    """Of new: those that are in a topic, and not old."""
    restless: int = 0
    """Of found: those whose texts change so often that it is no news, see `Change.in_place`."""
    rejections: tuple[str, ...] = ()
    """One line each, a thousand at the most: ``file:line: reason``."""

    @property
    def found(self) -> int:
        return sum(getattr(self, status) for status in FOUND)

    def __add__(self, other: Tally) -> Tally:
        counts = {name: getattr(self, name) + getattr(other, name) for name in (*FOUND, *ASIDE)}
        return Tally(**counts, rejections=(*self.rejections, *other.rejections)[:REJECTIONS_KEPT])


FOUND = ("new", "changed", "duplicate", "moved", "unchanged", "rejected", "failed")
"""What a document that is there may count as."""
ASIDE = ("vanished", "repaired", "renamed", "undated", "at_once", "restless")
"""What is counted beside that."""
REJECTIONS_KEPT = 1000


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a visit ended, as far as it knows without the store. Its defaults are those of one that found nothing."""

    learned: Learned = Learned()
    error: Trouble | None = None
    """Why the source as a whole failed."""
    tally: Tally = Tally()
    """Of all but what was stored."""
    alarms: tuple[Alarm, ...] = ()
    gone: tuple[Sighting, ...] = ()
    """Places that are no longer there, as they were last seen."""
    facts: IndexFacts | None = None
    """What the source's own document says of itself; None: it was not read in this visit, or is not one of many
    articles."""
    left: int = 0
    """Documents left for the next visit."""
    reread: bool = False
    """See Listing."""
    fresh: int = 0
    """Articles that were new or changed: known once the documents are stored."""


@dataclass(frozen=True, slots=True)
class Batch:
    """What a visit brings at once, to be stored in one transaction."""

    visit: Visit
    documents: tuple[Prepared, ...] = ()
    without_article: tuple[Sighting, ...] = ()
    """Places whose documents gave no article."""
    before: Mapping[str, Sighting] = field(default_factory=dict)
    """By location: what was seen at the places of ``documents`` before this visit."""
    vanished: tuple[Sighting, ...] = ()
    """Places that are missing in the source's listing: an article that turns up elsewhere has moved."""
    present: frozenset[str] | None = None
    """Places that a feed or list, which names the newest articles only, names in this visit, as far as it is known;
    None where all that is there is listed."""
    read: int = 0
    """Documents of the visit that are dealt with by now, those of this batch among them."""
    known: int = 0
    """Documents that the visit knows of so far."""
    facts: IndexFacts | None = None
    """See Outcome; as far as they are known."""
    fetched: tuple[Fetched, ...] = ()
    """What was fetched of all that, to be kept."""
    outcome: Outcome | None = None
    """None: more batches follow."""


@dataclass(frozen=True, slots=True)
class Overwritten:
    """Articles whose places in a source show others, and that are seen nowhere else."""

    articles: tuple[UUID, ...] = ()
    places: int = 0
    """How many the source has; not counted without such an article."""


@dataclass(frozen=True, slots=True)
class NextVisit:
    """When to visit a source again, and why then."""

    at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class SourceReport:
    """What one visit to one source did. ``found`` is the sum of the seven below it."""

    name: str
    found: int = 0
    new: int = 0
    changed: int = 0
    duplicate: int = 0
    moved: int = 0
    unchanged: int = 0
    rejected: int = 0
    failed: int = 0
    vanished: int = 0
    """Known locations that are gone; not part of ``found``."""
    repaired: int = 0
    """Of new, changed and duplicate: those that needed a repair."""
    rejections: tuple[str, ...] = ()
    """One line each: ``file:line: reason``."""
    error: str = ""
    """Why the source as a whole failed; empty if it did not."""
    alarms: tuple[Alarm, ...] = ()

    TOLD: ClassVar[tuple[str, ...]] = ("alarm",)

    @property
    def alarm(self) -> str:
        """The alarms as a sentence; empty without any."""
        return in_a_line(self.alarms)


@dataclass(frozen=True, slots=True)
class SourceState:
    """A source as ``status`` shows it."""

    name: str
    last_run: datetime | None = None
    last_success: datetime | None = None
    last_new: datetime | None = None
    next_due: datetime | None = None
    reason: str = ""
    """Why then."""
    error: str = ""
    error_code: Code | None = None
    """None: its last visit did not fail."""
    remedy: str = ""
    """What to do about the error."""
    failures: int = 0
    """In a row."""
    alarms: tuple[Alarm, ...] = ()
    remarks: tuple[Remark, ...] = ()
    articles: int = 0
    """Articles seen there that were not gone at the end of its last visit."""
    move: Move | None = None
    gone_since: datetime | None = None

    TOLD: ClassVar[tuple[str, ...]] = ("alarm",)

    @property
    def alarm(self) -> str:
        """The alarms as a sentence; empty without any."""
        return in_a_line(self.alarms)


@dataclass(frozen=True, slots=True)
class Counts:
    """How much a topic holds."""

    articles: int
    newest: datetime | None
    waiting: int = 0
    """Articles that will enter its feed on a later day."""


@dataclass(frozen=True, slots=True)
class Ending:
    """How a visit to a source ended, and what is kept of it."""

    ticket: Ticket
    next: NextVisit | None
    """None: when it is due, and why, stays as it was."""
    memory: Memory
    report: SourceReport
    error: Trouble | None = None
    """As in Outcome."""
    gone: tuple[Sighting, ...] = ()
    """Places that are no longer there, to be written as such."""
    withdrawn: tuple[UUID, ...] = ()
    """Articles that are nowhere any more, because others were written over them."""
    hosts: tuple[HostMemory, ...] = ()
    asked: bool = True
    """False: nothing was asked of it, because its host wants to be left alone; it neither failed nor succeeded."""
    read: bool = True
    """False: its document has not changed, so the alarms and remarks of the visit that read it stay."""
    remarks: tuple[Remark, ...] = ()
    """What its document was seen to be in the habit of."""
    site: StatedSite | None = None
    """What its document says of its site; None: nothing was read, or it says nothing, so what is known stays."""
    reread: bool = False
    """It was read again from what is kept: nothing was asked, and ``next`` is when the rest of that has its turn."""
    cursor_before: str | None = None
    """What the visit began with. Where another one is stored by now, somebody wants all of it to be read again."""


def lost_most(known: int, listed: int) -> bool:
    """Whether a listing shrank so much that a fault (an unmounted disk) is likelier than deletions."""
    if listed == 0:
        return known > 1
    return known >= 10 and listed * 2 < known


def live(sightings: Mapping[str, Sighting]) -> Iterator[Sighting]:
    """The sightings of locations that were there at the last visit."""
    return (s for s in sightings.values() if s.status != "vanished")
