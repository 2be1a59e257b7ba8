"""When an article was published: every shape of date that article files hold.

A date is an aware instant in UTC, in whole seconds. What states no zone is in the zone of its
source; what states no time is midnight there.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone, tzinfo

from aggregator.base.text import one_line
from aggregator.model.article import DateKind
from aggregator.model.document import Repair

EARLIEST_YEAR = 1970
"""No article of the web is older; an earlier date is a fault of the file."""

_LONGEST = 64
"""Characters of the longest date that anybody writes."""

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
_ZONES = {"": 0, "z": 0, "ut": 0, "utc": 0, "gmt": 0} | {
    f"{letter}{kind}t": hours + (kind == "d")
    for letter, hours in (("e", -5), ("c", -6), ("m", -7), ("p", -8))
    for kind in "sd"
}
"""Hours east of Greenwich; the names of RFC 5322, section 4.3."""

_PATH_DATES = (
    re.compile(r"(?<![0-9])(?P<year>(?:19|20)[0-9]{2})-(?P<month>[0-9]{1,2})-(?P<day>[0-9]{1,2})(?![0-9])"),
    re.compile(r"(?:^|/)(?P<year>(?:19|20)[0-9]{2})/(?P<month>[0-9]{1,2})/(?P<day>[0-9]{1,2})(?:/|[-_.])"),
    re.compile(r"(?:^|[/_-])(?P<year>(?:19|20)[0-9]{2})(?P<month>[01][0-9])(?P<day>[0-3][0-9])"),
)
"""Jekyll's ``2022-10-26-title.md``, folders ``2022/10/26/``, and names that begin ``20221026``."""


@dataclass(frozen=True, slots=True)
class Dated:
    """When, and on whose word."""

    published: datetime | None
    kind: DateKind
    updated: datetime | None
    repairs: tuple[Repair, ...] = ()


def read_date(written: str, zone: tzinfo) -> datetime | None:
    """The instant that ``written`` states; None where it states none, or an impossible one. Never raises.

    Reads ISO 8601 and what is near it (slashes, dots, one digit, several blanks, 年月日, no seconds) and RFC 5322
    (section 3.3 and 4.3), also with the month before the day; zones as ``Z``, ``GMT``, ``+08:00``, ``+0800`` or ``+8``;
    up to 64 characters.
    """
    written = one_line(written)
    if len(written) > _LONGEST:
        return None
    shape = _NUMERIC.fullmatch(written) or _NAMED.fullmatch(written) or _MONTH_FIRST.fullmatch(written)
    return _instant(shape.groupdict(), zone) if shape else None


def read_path_date(location: str, zone: tzinfo) -> datetime | None:
    """Midnight in ``zone`` of the day that a file is named for; None where it is named for none."""
    found = (match for shape in _PATH_DATES for match in reversed([*shape.finditer(location)]))
    instants = (_instant(match.groupdict(), zone) for match in found)
    return next((instant for instant in instants if instant), None)


def date_article(published: str, updated: str, location: str, zone: tzinfo, seen: datetime) -> Dated:
    """The dates of a document read at ``seen``.

    A stated date that cannot be read, or that lies after ``seen``, is a repair and counts for
    nothing: the date of the path takes its place. (Moved to ``seen`` it would look stated, and
    would differ at each reading.) An update before the publication or after ``seen`` is left out.
    Where only an update is stated, the article is at least as old as that: it counts as a crawler's date.
    """
    stated, repairs = _usable(published, zone, seen)
    kind: DateKind = "stated"
    if stated is None:
        stated, kind = _before(read_path_date(location, zone), seen), "path"
    changed = _before(read_date(updated, zone), seen) if updated else None
    if stated is None:
        stated, changed, kind = changed, None, "crawl" if changed else "missing"
    if changed and stated and changed < stated:
        changed = None
    return Dated(stated, kind, changed, repairs)


def _usable(written: str, zone: tzinfo, seen: datetime) -> tuple[datetime | None, tuple[Repair, ...]]:
    if not written:
        return None, ()
    instant = read_date(written, zone)
    if instant is None:
        return None, (Repair("bad-date", written[:80]),)
    if instant > seen:
        return None, (Repair("future-date", written[:80]),)
    return instant, ()


def _before(instant: datetime | None, seen: datetime) -> datetime | None:
    return instant if instant and instant <= seen else None


def _instant(parts: dict[str, str | None], zone: tzinfo) -> datetime | None:
    def number(name: str) -> int:
        return int(parts.get(name) or parts.get(f"then_{name}") or 0)

    month = parts["month"] or ""
    try:
        local = datetime(
            number("year"),
            int(month) if month.isdigit() else _MONTHS.index(month[:3].lower()) + 1,
            number("day"),
            number("hour"),
            number("minute"),
            number("second"),
            tzinfo=_zone(parts.get("zone"), zone),
        )
        instant = local.astimezone(UTC)
    except (KeyError, ValueError, OverflowError):
        # An unknown month or zone, a day or hour that does not exist.
        return None
    return instant if instant.year >= EARLIEST_YEAR else None


def _zone(written: str | None, default: tzinfo) -> tzinfo:
    """The zone as written. Raises KeyError for an unknown name, ValueError for over 24 hours."""
    if not written:
        return default
    if written[0] not in "+-":
        return timezone(timedelta(hours=_ZONES[written.lower()]))
    digits = written[1:].replace(":", "")
    hours, minutes = (digits[:-2], digits[-2:]) if len(digits) > 2 else (digits, "0")
    offset = timedelta(hours=int(hours), minutes=int(minutes))
    return timezone(-offset if written[0] == "-" else offset)
