"""Counts of one pass, while it goes on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from aggregator.collect.plan import Plan
from aggregator.model.article import Change, Rejection, SightingStatus
from aggregator.model.running import SourceReport

REJECTIONS_SHOWN = 1000


class Tally:
    """Adds up what became of each document of a source."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._counts: Counter[SightingStatus] = Counter()
        self._repaired = 0
        self._notes: list[str] = []

    def count(self, status: SightingStatus, number: int = 1) -> None:
        self._counts[status] += number

    def changes(self, changes: Iterable[Change]) -> None:
        for change in changes:
            self.count(change.sighting.status)
            self._repaired += bool(change.prepared.article.repairs)

    def rejected(self, rejection: Rejection) -> None:
        self.count("rejected")
        line = f":{rejection.line}" if rejection.line else ""
        self._notes.append(f"{rejection.location}{line}: {rejection.code}: {rejection.message}")

    def failed(self, location: str, reason: str = "") -> None:
        self.count("failed")
        self._notes.append(f"{location}: {reason}")

    def finish(self, plan: Plan) -> None:
        """Adds what the pass had no need to read."""
        self.count("unchanged", plan.unchanged)
        self.count("vanished", len(plan.vanished))
        for trouble in plan.troubles:
            self.failed(*trouble.split(": ", 1))

    @property
    def read(self) -> int:
        """Documents read and dealt with."""
        return self._counts.total()

    def report(self, error: str = "", alarm: str = "") -> SourceReport:
        return SourceReport(
            name=self._source,
            found=self._counts.total() - self._counts["vanished"],
            repaired=self._repaired,
            rejections=tuple(self._notes[:REJECTIONS_SHOWN]),
            error=error,
            alarm=alarm,
            **{str(status): number for status, number in self._counts.items()},
        )
