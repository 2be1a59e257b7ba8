"""Counting what became of documents. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

from aggregator.codes import AlarmCode, RemarkCode
from aggregator.model.alarm import Alarm, Remark
from aggregator.model.article import Change, Rejection, SightingStatus
from aggregator.model.running import FOUND, REJECTIONS_KEPT, SourceReport, Tally

FEW = 3
"""Entries of which nothing can be said of a feed."""


def tally_of(changes: Sequence[Change]) -> Tally:
    """Of documents that were settled."""
    statuses = Counter[str](change.sighting.status for change in changes)
    repaired = sum(bool(change.prepared.article.repairs) for change in changes)
    renamed = sum(bool(change.replaces) for change in changes)
    restless = sum(change.in_place for change in changes)
    return replace(_tally(statuses, repaired, renamed=renamed), restless=restless)


def report_of(name: str, tally: Tally, error: str = "", alarms: Sequence[Alarm] = ()) -> SourceReport:
    """What one visit did."""
    return SourceReport(
        name=name,
        found=tally.found,
        new=tally.new,
        changed=tally.changed,
        duplicate=tally.duplicate,
        moved=tally.moved,
        unchanged=tally.unchanged,
        rejected=tally.rejected,
        failed=tally.failed,
        vanished=tally.vanished,
        repaired=tally.repaired,
        rejections=tally.rejections,
        error=error,
        alarms=tuple(alarms),
    )


def both(first: SourceReport, second: SourceReport) -> SourceReport:
    """What two visits to one source did, one after the other."""
    counts = {name: getattr(first, name) + getattr(second, name) for name in ("found", *FOUND, "vanished", "repaired")}
    return replace(
        second,
        **counts,
        rejections=(*first.rejections, *second.rejections)[:REJECTIONS_KEPT],
        error=second.error or first.error,
        alarms=tuple(dict.fromkeys((*first.alarms, *second.alarms))),
    )


def barren(tally: Tally) -> Alarm | None:
    """The alarm of a visit in which no document gave an article, and some were refused; None for any other."""
    if not tally.rejected or tally.rejected != tally.found - tally.failed:
        return None
    detail = f"none of {tally.rejected} documents gave an article; {tally.rejections[0]}"
    return Alarm(AlarmCode.NO_ARTICLE, detail)


def habits(tally: Tally) -> tuple[Remark, ...]:
    """What a look at a source shows of its habits.

    Most of what it names was there before under other names; texts change at nearly every look.
    """
    remarks = []
    if tally.renamed >= FEW and tally.renamed * 2 >= tally.found:
        remarks.append(
            Remark(RemarkCode.CHANGING_IDS, f"{tally.renamed} of {tally.found} entries were known by other ids")
        )
    if tally.restless:
        texts = "1 text changes" if tally.restless == 1 else f"{tally.restless} texts change"
        remarks.append(Remark(RemarkCode.CHANGING_TEXTS, f"{texts} at nearly every visit"))
    return tuple(remarks)


class Counting:
    """Counts what becomes of documents as they come."""

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()
        self._rejections: list[str] = []

    def count(self, status: SightingStatus, number: int = 1) -> None:
        self._counts[status] += number

    def rejected(self, rejection: Rejection) -> None:
        self.count("rejected")
        line = f":{rejection.line}" if rejection.line else ""
        self._note(f"{rejection.location}{line}: {rejection.code}: {rejection.message}")

    def failed(self, location: str, reason: str) -> None:
        self.count("failed")
        self._note(f"{location}: {reason}")

    @property
    def read(self) -> int:
        """Documents dealt with."""
        return self._counts.total()

    def tally(self) -> Tally:
        return _tally(self._counts, 0, tuple(self._rejections))

    def _note(self, line: str) -> None:
        if len(self._rejections) < REJECTIONS_KEPT:
            self._rejections.append(line)


def _tally(statuses: Mapping[str, int], repaired: int, rejections: tuple[str, ...] = (), *, renamed: int = 0) -> Tally:
    counts = {name: statuses.get(name, 0) for name in (*FOUND, "vanished")}
    return Tally(**counts, repaired=repaired, renamed=renamed, rejections=rejections)
