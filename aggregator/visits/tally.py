"""Counts of one pass, while it goes on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection

from aggregator.model.article import Change, Rejection, SightingStatus
from aggregator.model.running import SourceReport
from aggregator.visits.plan import Plan

REJECTIONS_SHOWN = 1000


class Tally:
    """Adds up what became of each document of a source."""

    def __init__(self, source: str, changes: Collection[Change] = ()) -> None:
        self._source = source
        self._counts: Counter[SightingStatus] = Counter(change.sighting.status for change in changes)
        self._repaired = sum(bool(change.prepared.article.repairs) for change in changes)
        self._notes: list[str] = []

    def __add__(self, other: Tally) -> Tally:
        both = Tally(self._source)
        both._counts = self._counts + other._counts
        both._repaired = self._repaired + other._repaired
        both._notes = [*self._notes, *other._notes]
        return both

    def count(self, status: SightingStatus, number: int = 1) -> None:
        self._counts[status] += number

    def rejected(self, rejection: Rejection) -> None:
        self.count("rejected")
        line = f":{rejection.line}" if rejection.line else ""
        self._note(f"{rejection.location}{line}: {rejection.code}: {rejection.message}")

    def failed(self, location: str, reason: str = "") -> None:
        self.count("failed")
        self._note(f"{location}: {reason}")

    def _note(self, line: str) -> None:
        if len(self._notes) < REJECTIONS_SHOWN:
            self._notes.append(line)

    def finish(self, plan: Plan, vanished: int) -> None:
        """Adds what the pass had no need to read."""
        self.count("unchanged", plan.unchanged)
        self.count("vanished", vanished)
        for trouble in plan.troubles:
            self.failed(*trouble.split(": ", 1))

    def barren(self) -> str:
        """The alarm of a pass in which no document gave an article, and some were refused; empty for any other."""
        refused = self._counts["rejected"]
        if not refused or refused != self._counts.total() - self._counts["failed"] - self._counts["vanished"]:
            return ""
        return f"none of {refused} documents gave an article; {self._notes[0]}"

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
