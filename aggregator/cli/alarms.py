"""What sources should be looked at for, in `collect` and `status`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from aggregator.cli.output import Printer

if TYPE_CHECKING:
    from aggregator.model.running import SourceReport, SourceState


def show_alarms(sources: Sequence[SourceReport | SourceState], out: Printer) -> None:
    """An alarm a line, with what to do about it."""
    rows = [
        (source.name, (alarm.detail, "yellow"), alarm.code, alarm.code.remedy)
        for source in sources
        for alarm in source.alarms
    ]
    out.table("alarm", ("source", "alarm", "code", "remedy"), rows)
