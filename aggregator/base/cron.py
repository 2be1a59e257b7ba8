"""When a crontab(5) expression next holds: five fields, in a time zone.

APScheduler finds the wall times; two things are ours because its ``from_crontab`` does otherwise:
weekday digits count from Sunday (0 and 7), and where day of month and weekday are both restricted,
either is enough. Wall times become instants here too, so that a change of clocks loses nothing: a
time that the clocks skip fires as much later, a time that they repeat fires once, or both times
where the hour is ``*``.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from apscheduler.triggers.cron import CronTrigger

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
_LONGEST = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_CLOCK_CHANGE = timedelta(hours=3)
"""More than summer time moves any clock."""


@dataclass(frozen=True, slots=True)
class _Field:
    name: str
    low: int
    high: int
    names: tuple[str, ...] = ()
    """Of the values from ``low`` on."""


_FIELDS = (
    _Field("minute", 0, 59),
    _Field("hour", 0, 23),
    _Field("day of month", 1, 31),
    _Field("month", 1, 12, _MONTHS),
    _Field("weekday", 0, 7, _DAYS),
)


@dataclass(frozen=True, slots=True)
class _Plan:
    """An expression as numbers; ``weekdays`` count from Sunday = 0."""

    minutes: frozenset[int]
    hours: frozenset[int]
    days: frozenset[int]
    months: frozenset[int]
    weekdays: frozenset[int]
    every_hour: bool
    either_day: bool
    """Day of month and weekday are both restricted."""


def check(expression: str) -> None:
    """Raises ValueError, with what is wrong, unless ``expression`` is one that will hold some day."""
    _plan(expression)


def next_time(expression: str, timezone: str, after: datetime) -> datetime:
    """The first instant later than ``after`` (aware) at which the expression holds; in UTC.

    Raises ValueError for a faulty expression.
    """
    plan, zone = _plan(expression), ZoneInfo(timezone)
    wall = _wall(after, zone) - _slack(after, zone)
    best: datetime | None = None
    while True:
        wall = _next_wall(expression, wall)
        later = [instant for instant in _instants(wall, zone, plan.every_hour) if instant > after]
        best = min([best, *later] if best else later, default=None)
        if best is not None and wall >= _wall(best, zone) + _slack(best, zone):
            return best


def _wall(instant: datetime, zone: ZoneInfo) -> datetime:
    return instant.astimezone(zone).replace(tzinfo=None)


def _slack(instant: datetime, zone: ZoneInfo) -> timedelta:
    """How far wall times and instants may be out of order here: not at all unless the clocks change."""
    around = {(instant + shift).astimezone(zone).utcoffset() for shift in (-_CLOCK_CHANGE, _CLOCK_CHANGE)}
    return timedelta(0) if len(around) == 1 else _CLOCK_CHANGE


def _instants(wall: datetime, zone: ZoneInfo, every_hour: bool) -> set[datetime]:
    folds = (0, 1) if every_hour else (0,)
    return {wall.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in folds}


def _next_wall(expression: str, after: datetime) -> datetime:
    """The first wall time later than ``after`` (both naive)."""
    # A clock that never changes stands in for the wall clock: UTC.
    start = after.replace(tzinfo=UTC) + timedelta(microseconds=1)
    found = [trigger.get_next_fire_time(None, start) for trigger in _triggers(expression)]
    times: list[datetime] = [time for time in found if time is not None]
    return min(times).replace(tzinfo=None)


@lru_cache(maxsize=256)
def _triggers(expression: str) -> tuple[CronTrigger, ...]:
    from apscheduler.triggers.cron import CronTrigger  # noqa: PLC0415 - checking needs no scheduler

    plan = _plan(expression)

    def trigger(days: frozenset[int], weekdays: frozenset[int]) -> CronTrigger:
        return CronTrigger(
            minute=_listed(plan.minutes),
            hour=_listed(plan.hours),
            day=_listed(days),
            month=_listed(plan.months),
            day_of_week=",".join(_DAYS[day] for day in sorted(weekdays)),
            timezone=UTC,
        )

    if plan.either_day:
        return trigger(plan.days, frozenset(range(7))), trigger(frozenset(range(1, 32)), plan.weekdays)
    return (trigger(plan.days, plan.weekdays),)


def _listed(numbers: frozenset[int]) -> str:
    return ",".join(map(str, sorted(numbers)))


@lru_cache(maxsize=256)
def _plan(expression: str) -> _Plan:
    written = expression.split()
    if len(written) != len(_FIELDS):
        raise ValueError(
            f"needs five fields (minute, hour, day of month, month, weekday), not {len(written)}: {expression!r}"
        )
    minutes, hours, days, months, weekdays = (_values(f, text) for f, text in zip(_FIELDS, written, strict=True))
    either_day = not written[2].startswith("*") and not written[4].startswith("*")
    if not either_day and min(days) > max(_LONGEST[month - 1] for month in months):
        raise ValueError(f"never happens: no such day in the month: {expression!r}")
    return _Plan(
        minutes,
        hours,
        days,
        months,
        frozenset(day % 7 for day in weekdays),
        every_hour=written[1].startswith("*"),
        either_day=either_day,
    )


def _values(field: _Field, written: str) -> frozenset[int]:
    """All values of a field: a comma between parts, each ``*``, a value or a range, with a step or not."""
    return frozenset(value for part in written.split(",") for value in _part(field, part))


def _part(field: _Field, part: str) -> range:
    bounds, slash, step = part.partition("/")
    first, dash, last = bounds.partition("-")
    if bounds == "*":
        # 0-6: weekday 7 is Sunday again.
        low, high = field.low, min(field.high, field.low + len(field.names) - 1) if field.names else field.high
    elif dash:
        low, high = _value(field, first), _value(field, last)
        if last.lower() == "sun" and low > 0:
            high = 7
    else:
        low = high = _value(field, first)
        if slash:
            raise ValueError(f"{field.name}: a step needs a range: write {first}-{field.high}/{step}, not {part!r}")
    if low > high:
        raise ValueError(f"{field.name}: the range {bounds!r} runs backwards")
    if slash and not (_digits(step) and int(step) > 0):
        raise ValueError(f"{field.name}: the step {step!r} is not a whole number above 0")
    return range(low, high + 1, int(step) if slash else 1)


def _value(field: _Field, written: str) -> int:
    if written.lower() in field.names:
        return field.low + field.names.index(written.lower())
    if not _digits(written) or not field.low <= int(written) <= field.high:
        names = f", or {field.names[0]} to {field.names[-1]}" if field.names else ""
        raise ValueError(f"{field.name}: {written!r} is not a number from {field.low} to {field.high}{names}")
    return int(written)


def _digits(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 4
