"""Times as operators write and read them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta


def written_duration(span: timedelta) -> str:
    """A duration as an operator would write it, in the largest unit that needs no fraction."""
    seconds = int(span.total_seconds())
    units = ((86400, "d"), (3600, "h"), (60, "m"))
    return next((f"{seconds // size}{unit}" for size, unit in units if seconds and seconds % size == 0), f"{seconds}s")


def spoken(span: timedelta) -> str:
    """About how long, in at most two units: ``2h 15m``."""
    seconds = max(round(span.total_seconds()), 0)
    if seconds < 60:
        return f"{seconds}s"
    minutes = round(seconds / 60)
    if minutes >= 1440:
        minutes = round(minutes / 60) * 60
    days, hours, minutes = minutes // 1440, minutes // 60 % 24, minutes % 60
    return " ".join(f"{n}{unit}" for n, unit in ((days, "d"), (hours, "h"), (minutes, "m")) if n)


def instant(at: datetime) -> str:
    """An instant, to the minute."""
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
