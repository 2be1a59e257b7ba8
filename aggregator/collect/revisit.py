"""When to look at a source again, and why then. Pure."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from aggregator.model.config import Source, written_duration
from aggregator.model.running import Visit

NextTime = Callable[[str, str, datetime], datetime]
"""Cron expression, zone and instant to the next instant."""


def next_visit(source: Source, now: datetime, next_time: NextTime) -> Visit:
    """By the operator's ``cron`` or ``every``. Missed times are not made up for one by one: they are one visit."""
    if source.cron:
        return Visit(next_time(source.cron, source.timezone, now), f"cron {source.cron}")
    return Visit(now + source.every, f"every {written_duration(source.every)}")
