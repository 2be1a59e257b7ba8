"""State of sources, and the reports of what was done."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from aggregator.model.article import Lead, Sighting
from aggregator.model.config import Source


@dataclass(frozen=True, slots=True)
class Memory:
    """What the store remembers of one source when a pass begins."""

    sightings: Mapping[str, Sighting] = field(default_factory=dict)
    """By location; the vanished ones too."""
    cursor: str = ""
    """The collector's own note from its last pass."""


@dataclass(frozen=True, slots=True)
class Listing:
    """What a source holds now."""

    leads: tuple[Lead, ...]
    complete: bool
    """Whether a location that is not listed is gone."""
    cursor: str = ""
    troubles: tuple[str, ...] = ()
    """Parts that could not be looked at, a line each: ``part: reason``."""
    unseen: tuple[str, ...] = ()
    """Beginnings of the locations in these parts: nothing is known of what is there now."""


@dataclass(frozen=True, slots=True)
class Ticket:
    """The right to write for a source. ``number`` rises at each take; an older one is refused."""

    source: str
    number: int


@dataclass(frozen=True, slots=True)
class Pass:
    """One look at one source."""

    source: Source
    ticket: Ticket
    recipe: str
    """Digest of the rules that documents are read by."""
    accept_losses: bool = False
    """Whether to believe a listing that lost most of its documents."""


@dataclass(frozen=True, slots=True)
class Visit:
    """When to look at a source again, and why then."""

    at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class SourceReport:
    """What one pass over one source did. ``found`` is the sum of the eight below it."""

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
    alarm: str = ""
    """What an operator should look at, although nothing failed."""


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
    failures: int = 0
    """In a row."""
    alarm: str = ""
    articles: int = 0
    """Articles seen there that were not gone at the end of its last pass."""


@dataclass(frozen=True, slots=True)
class Counts:
    """How much a topic holds."""

    articles: int
    newest: datetime | None
    waiting: int = 0
    """Articles that will enter its feed on a later day."""


def lost_most(known: int, listed: int) -> bool:
    """Whether a listing shrank so much that a fault (an unmounted disk) is likelier than deletions."""
    if listed == 0:
        return known > 1
    return known >= 10 and listed * 2 < known


def live(memory: Memory) -> Iterator[Sighting]:
    """The sightings of locations that were there at the last pass."""
    return (s for s in memory.sightings.values() if s.status != "vanished")
