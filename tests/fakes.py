"""Parts made for tests: a clock that moves when told, and short ways to make values."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta


class StoppedClock:
    """A clock that stands until it is moved or set, and notes how long it was made to wait."""

    def __init__(self, now: datetime = datetime(2026, 5, 1, 8, 0, tzinfo=UTC)) -> None:
        self.time = now
        self.passed = 0.0
        self.waited = 0.0

    def now(self) -> datetime:
        return self.time

    def elapsed(self) -> float:
        return self.passed

    def wait(self, seconds: float) -> None:
        self.waited += seconds
        self.move(seconds=seconds)

    def move(self, **delta: float) -> None:
        """Time passes."""
        self.time += timedelta(**delta)
        self.passed += timedelta(**delta).total_seconds()

    def set_by(self, **delta: float) -> None:
        """Somebody sets it; no time passes."""
        self.time += timedelta(**delta)
