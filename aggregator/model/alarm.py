"""What an operator should know of a source although nothing failed, as values."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from aggregator.codes import AlarmCode, RemarkCode


@dataclass(frozen=True, slots=True)
class Alarm:
    """Something to look at. Its code decides; the detail is for people."""

    code: AlarmCode
    detail: str
    """One line."""

    def __str__(self) -> str:
        return self.detail


@dataclass(frozen=True, slots=True)
class Remark:
    """A habit of a source worth knowing. Nothing is broken, so ``status`` alone tells it."""

    code: RemarkCode
    detail: str
    """One line."""

    def __str__(self) -> str:
        return self.detail


def in_a_line(alarms: Iterable[Alarm]) -> str:
    """All of them as one sentence; empty without any."""
    return "; ".join(map(str, alarms))
