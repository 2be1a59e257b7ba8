"""How dates are written: a table of formats, the first that fits is read.

To add one: an entry in `FORMATS` at its place in the order, and a case in `tests/normalize/date_cases.yaml`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo

from aggregator.base.dates.zones import read_zone
from aggregator.base.text import one_line

EARLIEST_YEAR = 1970
"""No article of the web is older; an earlier date is a fault of the file."""

LONGEST = 64
"""Characters of the longest date that anybody writes."""


@dataclass(frozen=True, slots=True)
class DateFormat:
    """One way to write a date."""

    name: str
    pattern: re.Pattern[str]
    """Fits all of what is written."""
    read: Callable[[re.Match[str], tzinfo], datetime]
    """The aware instant of a match; the zone is that of a date that states none. Raises KeyError, ValueError or
    OverflowError for what does not exist: a month, a zone, a 30th of February."""
    within: str = ""
    """Fits the date where it stands within other words, as pages have it; stricter, so that no other number is
    taken for one. Empty: it is read only where it stands alone."""


_CLOCK = r"""
    (?P<hour>[0-9]{1,2}) \s*[:：时点]\s* (?P<minute>[0-9]{1,2}) 分?
    (?: \s*[:：]?\s* (?P<second>[0-9]{1,2}) (?:[.,][0-9]+)? 秒? )?
"""
_NUMERIC = re.compile(
    rf"""
    (?P<year>[0-9]{{4}}) (?:[-/.]|\s*年\s*) (?P<month>[0-9]{{1,2}}) (?:[-/.]|\s*月\s*)
    (?P<day>[0-9]{{1,2}}) \s*日?
    (?: [T\s]\s* {_CLOCK} | (?<=日) {_CLOCK.replace("?P<", "?P<then_")} )?
    \s* (?P<zone> Z | UTC | GMT | [+-][0-9]{{1,2}} (?: :?[0-9]{{2}} )? )?
    """,
    re.VERBOSE | re.IGNORECASE,
)
_NAMED = re.compile(
    rf"""
    (?: [a-z]+ ,?\s+ )? (?P<day>[0-9]{{1,2}}) [\s-] (?P<month>[a-z]{{3,9}}) [\s-] (?P<year>[0-9]{{4}})
    (?: \s+ {_CLOCK} )?
    \s* (?P<zone> [a-z]{{1,3}} | [+-][0-9]{{2}} :?[0-9]{{2}} )?
    """,
    re.VERBOSE | re.IGNORECASE,
)
_MONTH_FIRST = re.compile(
    rf"""
    (?: [a-z]+ ,\s* )? (?P<month>[a-z]{{3,9}}) \.?\s+ (?P<day>[0-9]{{1,2}}) (?:st|nd|rd|th)? ,?\s+ (?P<year>[0-9]{{4}})
    (?: ,?\s+ {_CLOCK} )?
    \s* (?P<zone> [a-z]{{1,3}} | [+-][0-9]{{2}} :?[0-9]{{2}} )?
    """,
    re.VERBOSE | re.IGNORECASE,
)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")

_CLOCK_WITHIN = (
    r"[0-9]{1,2}[:：][0-9]{2}(?:[:：][0-9]{2}(?:\.[0-9]{1,9})?)?(?:\s?(?:Z|UTC|GMT|[+-][0-9]{2}:?[0-9]{2}))?"
)
_DAY_WITHIN = r"(?:19|20)[0-9]{2}(?:[-/.][0-9]{1,2}[-/.][0-9]{1,2}|\s?年\s?[0-9]{1,2}\s?月\s?[0-9]{1,2}\s?日)(?![0-9])"
_NUMERIC_WITHIN = rf"(?<![0-9]){_DAY_WITHIN}(?:(?:T|\s{{1,3}}|(?<=日)){_CLOCK_WITHIN})?"


def by_parts(match: re.Match[str], zone: tzinfo) -> datetime:
    """From the groups year, month (number or English name), day; hour, minute, second and zone where there are any."""
    parts = match.groupdict()

    def number(name: str) -> int:
        return int(parts.get(name) or parts.get(f"then_{name}") or 0)

    month = parts["month"] or ""
    return datetime(
        number("year"),
        int(month) if month.isdigit() else _MONTHS.index(month[:3].lower()) + 1,
        number("day"),
        number("hour"),
        number("minute"),
        number("second"),
        tzinfo=read_zone(parts.get("zone"), zone),
    )


FORMATS: tuple[DateFormat, ...] = (
    DateFormat("numbers", _NUMERIC, by_parts, _NUMERIC_WITHIN),
    DateFormat("day first", _NAMED, by_parts),
    DateFormat("month first", _MONTH_FIRST, by_parts),
)
"""ISO 8601 and what is near it (slashes, dots, one digit, several blanks, 年月日, no seconds); RFC 5322 (section 3.3
and 4.3); the same with the month before the day. Zones as ``Z``, ``GMT``, ``+08:00``, ``+0800`` or ``+8``."""


def read_date(written: str, zone: tzinfo) -> datetime | None:
    """The instant that ``written`` states, in UTC and whole seconds; None where it states none, or an impossible one.

    Never raises. Reads up to 64 characters.
    """
    written = one_line(written)
    if len(written) > LONGEST:
        return None
    for form in FORMATS:
        if match := form.pattern.fullmatch(written):
            return instant_of(match, zone, form.read)
    return None


def instant_of(
    match: re.Match[str], zone: tzinfo, read: Callable[[re.Match[str], tzinfo], datetime] = by_parts
) -> datetime | None:
    """What a match states, in UTC; None if that is impossible, or older than the web."""
    try:
        instant = read(match, zone).astimezone(UTC)
    except (KeyError, ValueError, OverflowError):
        return None
    return instant.replace(microsecond=0) if instant.year >= EARLIEST_YEAR else None
