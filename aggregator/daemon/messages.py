"""What the daemon and its worker say to each other. Values only."""

from __future__ import annotations

from dataclasses import dataclass

from aggregator.model.running import Job


@dataclass(frozen=True, slots=True)
class Work:
    """Visit these hosts' sources; without any, publish what is behind."""

    number: int
    """Counts up."""
    jobs: tuple[Job, ...]


@dataclass(frozen=True, slots=True)
class Beat:
    """The worker lives. Sent every second, and once it has taken work."""

    taken: int = 0
    """The number of the last Work that it took."""
    busy: bool = False
    stuck: str = ""
    """What hangs beyond all limits; empty if nothing does."""
    problems: tuple[str, ...] = ()
    """What could not be published, a line each."""
