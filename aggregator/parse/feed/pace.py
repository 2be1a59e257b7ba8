"""How often a feed's publisher wants it to be read: RSS 2.0 and the syndication module of RSS 1.0."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta

from aggregator.model.document import Pace

_PERIODS = {
    "hourly": timedelta(hours=1),
    "daily": timedelta(days=1),
    "weekly": timedelta(weeks=1),
    "monthly": timedelta(days=30),
    "yearly": timedelta(days=365),
}
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_LONGEST_TTL = 366 * 24 * 60
_MOST_OFTEN = 1_000


def pace_of(said: Mapping[str, list[str]], hours: Iterable[str], days: Iterable[str]) -> Pace:
    """``said``: what the channel's elements say by name. What is absurd counts for nothing.

    Hours of which all 24 are to be skipped, and days of which all seven are, are absurd.
    """
    minutes = _number(said.get("ttl", [""])[0], _LONGEST_TTL)
    skip_hours = frozenset(int(hour) % 24 for hour in map(str.strip, hours) if _is_number(hour) and int(hour) <= 24)
    skip_days = frozenset(_DAYS.index(day) for day in (day.strip().lower() for day in days) if day in _DAYS)
    return Pace(
        ttl=timedelta(minutes=minutes) if minutes else None,
        period=_period(said),
        skip_hours=skip_hours if len(skip_hours) < 24 else frozenset(),
        skip_days=skip_days if len(skip_days) < 7 else frozenset(),
    )


def _period(said: Mapping[str, list[str]]) -> timedelta | None:
    """The default is once a day (RSS 1.0 syndication module), where one of the two is given."""
    names = ("sy:updatePeriod", "sy:updateFrequency")
    if not any(name in said for name in names):
        return None
    period = _PERIODS.get(said.get(names[0], ["daily"])[0].strip().lower())
    often = _number(said.get(names[1], ["1"])[0], _MOST_OFTEN)
    return period / often if period and often else None


def _is_number(written: str) -> bool:
    text = written.strip()
    return text.isascii() and text.isdecimal() and len(text) < 10


def _number(written: str, most: int) -> int:
    """A number from 1 to ``most``; else 0."""
    number = int(written) if _is_number(written) else 0
    return number if number <= most else 0
