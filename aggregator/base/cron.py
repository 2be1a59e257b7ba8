"""When a crontab(5) expression next holds: five fields, in a time zone.

CronSim finds the wall times. Ours is what to say of a faulty expression, and what becomes of wall times where the
clocks change, so that nothing is lost: a time that the clocks skip fires as much later, a time that they repeat
fires once, or both times where the hour is ``*``. What CronSim takes beyond crontab(5), seconds, ``L``, ``#`` and
``5/15``, is refused.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from cronsim import CronSim, CronSimError

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
_CLOCK_CHANGE = timedelta(hours=3)
"""More than summer time moves any clock."""
_SOME_DAY = datetime(2000, 1, 1)  # noqa: DTZ001 - wall times are naive


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


def check(expression: str) -> None:
    """Raises ValueError, with what is wrong, unless ``expression`` is one that will hold some day."""
    _plain(expression)


def next_time(expression: str, timezone: str, after: datetime) -> datetime:
    """The first instant later than ``after`` (aware) at which the expression holds; in UTC.

    Raises ValueError for a faulty expression.
    """
    plain, zone = _plain(expression), ZoneInfo(timezone)
    every_hour = plain.split()[1].startswith("*")
    best: datetime | None = None
    for wall in CronSim(plain, _wall(after, zone) - _slack(after, zone)):
        later = [instant for instant in _instants(wall, zone, every_hour) if instant > after]
        best = min([best, *later] if best else later, default=None)
        if best is not None and wall >= _wall(best, zone) + _slack(best, zone):
            return best
    raise ValueError(f"never happens: {expression!r}")


def _wall(instant: datetime, zone: ZoneInfo) -> datetime:
    return instant.astimezone(zone).replace(tzinfo=None)


def _slack(instant: datetime, zone: ZoneInfo) -> timedelta:
    """How far wall times and instants may be out of order here: not at all unless the clocks change."""
    around = {(instant + shift).astimezone(zone).utcoffset() for shift in (-_CLOCK_CHANGE, _CLOCK_CHANGE)}
    return timedelta(0) if len(around) == 1 else _CLOCK_CHANGE


def _instants(wall: datetime, zone: ZoneInfo, every_hour: bool) -> set[datetime]:
    folds = (0, 1) if every_hour else (0,)
    return {wall.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in folds}


@lru_cache(maxsize=256)
def _plain(expression: str) -> str:
    """The expression in numbers, as CronSim and crontab(5) read alike. Raises ValueError."""
    written = expression.split()
    if len(written) != len(_FIELDS):
        raise ValueError(
            f"needs five fields (minute, hour, day of month, month, weekday), not {len(written)}: {expression!r}"
        )
    fields = (",".join(_part(f, part) for part in text.split(",")) for f, text in zip(_FIELDS, written, strict=True))
    plain = " ".join(fields)
    try:
        CronSim(plain, _SOME_DAY)
    except CronSimError as error:
        raise ValueError(f"never happens: no such day in the month: {expression!r}") from error
    return plain


def _part(field: _Field, part: str) -> str:
    """What stands between commas: ``*``, a value or a range, with a step or not."""
    bounds, slash, step = part.partition("/")
    first, dash, last = bounds.partition("-")
    low, high = (field.low, field.high) if bounds == "*" else _bounds(field, first, last if dash else first)
    if low > high:
        raise ValueError(f"{field.name}: the range {bounds!r} runs backwards")
    if slash and bounds != "*" and not dash:
        raise ValueError(f"{field.name}: a step needs a range: write {first}-{field.high}/{step}, not {part!r}")
    if slash and not (_digits(step) and int(step) > 0):
        raise ValueError(f"{field.name}: the step {step!r} is not a whole number above 0")
    if bounds == "*":
        return part
    return str(low) if low == high else f"{low}-{high}{slash}{step}"


def _bounds(field: _Field, first: str, last: str) -> tuple[int, int]:
    low, high = _value(field, first), _value(field, last)
    return low, 7 if last.lower() == "sun" and low > 0 and first != last else high


def _value(field: _Field, written: str) -> int:
    if written.lower() in field.names:
        return field.low + field.names.index(written.lower())
    if not _digits(written) or not field.low <= int(written) <= field.high:
        names = f", or {field.names[0]} to {field.names[-1]}" if field.names else ""
        raise ValueError(f"{field.name}: {written!r} is not a number from {field.low} to {field.high}{names}")
    return int(written)


def _digits(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 4
