"""How dates are written: a table of formats, the first that fits is read.

To add one: an entry in `FORMATS` at its place in the order, and a case in `tests/normalize/dates/`. Languages are
tables of their own (`names`), and so are zones (`zones`): a format sees months as ``apr`` and days as ``27``.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo

from aggregator.base.dates.clock import Parted, parted, since_midnight
from aggregator.base.dates.names import MONTH_OF
from aggregator.base.dates.order import Order
from aggregator.base.dates.spelling import spelled_plainly
from aggregator.base.dates.zones import located
from aggregator.base.text import one_line

EARLIEST_YEAR = 1971
"""No article of the web is older; an earlier date, and the first day that computers count from, is a fault."""
LATEST_YEAR = 2200
"""A later date is a fault, and not a plan."""

LONGEST = 128
"""Characters of the longest date that anybody writes."""


@dataclass(frozen=True, slots=True)
class DateFormat:
    """One way to write a date."""

    name: str
    pattern: re.Pattern[str]
    """Fits all of what is written, as it stands or spelled plainly."""
    read: Callable[[re.Match[str], tzinfo], datetime]
    """The aware instant of a match; the zone is that of a date that states none. Raises KeyError, ValueError or
    OverflowError for what does not exist: a month, a zone, a 30th of February."""
    within: str = ""
    """Fits the date where it stands within other words, as pages have it; stricter, so that no other number is
    taken for one. Empty: it is read only where it stands alone."""
    is_day: bool = False
    """It is that of a day, beside which a time of day may stand."""
    order: Order | None = None
    """Of two formats that differ only in it, the asked-for one goes first."""


def _clock_of(hour: str | None, minute: str | None, second: str | None) -> timedelta:
    return since_midnight(int(hour), int(minute or 0), int(second or 0)) if hour else timedelta(0)


def by_numbers(match: re.Match[str], zone: tzinfo) -> datetime:
    """Of seven groups: year, month, day, hour, minute, second, zone."""
    year, month, day, hour, minute, second, written = match.groups()
    return located(datetime(int(year), int(month), int(day)) + _clock_of(hour, minute, second), written, zone)  # noqa: DTZ001


def by_mail(match: re.Match[str], zone: tzinfo) -> datetime:
    """Of seven groups: day, month by its name, year, hour, minute, second, zone."""
    day, month, year, hour, minute, second, written = match.groups()
    named = datetime(full_year(year), MONTH_OF[month.lower()], int(day))  # noqa: DTZ001
    return located(named + _clock_of(hour, minute, second), written, zone)


def by_parts(match: re.Match[str], zone: tzinfo) -> datetime:
    """Midnight of what the groups year, month (a number or a name) and day say; the first where one is missing."""
    parts = match.groupdict()
    month = parts.get("month") or "1"
    number = int(month) if month.isdigit() else MONTH_OF[month]
    return datetime(full_year(parts["year"]), number, int(parts.get("day") or 1), tzinfo=zone)


def by_week(match: re.Match[str], zone: tzinfo) -> datetime:
    """Monday where no day is named."""
    year, week, day = match.groups()
    return datetime.fromisocalendar(int(year), int(week), int(day or 1)).replace(tzinfo=zone)


def by_day_of_year(match: re.Match[str], zone: tzinfo) -> datetime:
    year, number = map(int, match.groups())
    found = datetime(year, 1, 1, tzinfo=zone) + timedelta(days=number - 1)
    if found.year != year:
        raise ValueError(match[0])
    return found


def by_seconds(match: re.Match[str], _: tzinfo) -> datetime:
    return datetime.fromtimestamp(int(match[1]), UTC)


def full_year(written: str) -> int:
    """Of two digits, 00 to 49 are of this century, as RFC 5322 (section 4.3) has it."""
    year = int(written)
    return year + (2000 if year < 50 else 1900) if len(written) == 2 else year


def _form(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


_QUICK_ZONE = r"(?:\s?(Z|[a-z]{2,5}|[+-][0-9]{1,2}(?::?[0-9]{2})?)(?:\s?\([^()]*\))?)?"
_YEAR, _SHORT_YEAR = r"(?P<year>[0-9]{4})", r"'?(?P<year>[0-9]{4}|[0-9]{2})"
_CLEAR_YEAR = r"(?P<year>[0-9]{4}|(?<!-)[0-9]{2})"
"""Between dashes two digits could be the year in front."""
_MONTH, _NAME, _DAY = r"(?P<month>[0-9]{1,2})", r"(?P<month>[a-z]{3})", r"(?P<day>[0-9]{1,2})"
_GAP, _APART = r"[-/., ]{0,3}", r"[-/., ]{1,3}"

_BEFORE = r"(?<![0-9A-Za-z_.])(?<![0-9][-,/:])"
_AFTER = r"(?![0-9])(?![-.,/][0-9])"
_WITHIN_YEAR = r"(?:19|20)[0-9]{2}"
_WITHIN_NAME = r"(?:[dD][’'])?[^\W\d_]{3,12}\.?"

FORMATS: tuple[DateFormat, ...] = (
    DateFormat(
        "ISO 8601",
        _form(
            r"([0-9]{4})[-/.]([0-9]{1,2})[-/.]([0-9]{1,2})"
            rf"(?:(?:T|\s)\s?([0-9]{{1,2}}):([0-9]{{1,2}})(?::([0-9]{{1,2}})(?:[.,][0-9]+)?)?)?{_QUICK_ZONE}"
        ),
        by_numbers,
        rf"{_BEFORE}{_WITHIN_YEAR}(?:-[0-9]{{1,2}}-|/[0-9]{{1,2}}/|\.[0-9]{{1,2}}\.)[0-9]{{1,2}}{_AFTER}",
    ),
    DateFormat(
        "mail",
        _form(
            r"(?:[a-z]{3,9},?\s?)?([0-9]{1,2})[\s-]([a-z]{3,9})[\s-]([0-9]{4}|[0-9]{2})"
            rf"(?:\s([0-9]{{1,2}}):([0-9]{{2}})(?::([0-9]{{1,2}})(?:\.[0-9]+)?)?)?{_QUICK_ZONE}"
        ),
        by_mail,
    ),
    DateFormat(
        "年月日",
        _form(
            r"([0-9]{4})\s?[年년]\s?([0-9]{1,2})\s?[月월]\s?([0-9]{1,2})\s?[日일]"
            rf"(?:\s?([0-9]{{1,2}})[:：时時点點]([0-9]{{1,2}})分?(?:[:：]?([0-9]{{1,2}})秒?)?)?{_QUICK_ZONE}"
        ),
        by_numbers,
        rf"(?<![0-9〇○零一二三四五六七八九]){_WITHIN_YEAR}\s?年\s?[0-9]{{1,2}}\s?月\s?[0-9]{{1,2}}\s?日"
        rf"|{_WITHIN_YEAR}\s?년\s?[0-9]{{1,2}}\s?월\s?[0-9]{{1,2}}\s?일"
        r"|[一二][〇○零一二三四五六七八九]{3}年[一二三四五六七八九十]{1,3}月[一二三四五六七八九十]{1,3}日",
    ),
    DateFormat("seconds", _form(r"([12][0-9]{9})(?:\.[0-9]+)?"), by_seconds),
    DateFormat("milliseconds", _form(r"([12][0-9]{9})[0-9]{3}"), by_seconds),
    DateFormat(
        "digits",
        _form(
            rf"([0-9]{{4}})([0-9]{{2}})([0-9]{{2}})(?:T|\s)?([0-9]{{2}})([0-9]{{2}})([0-9]{{2}})?(?:[.,][0-9]+)?{_QUICK_ZONE}"
        ),
        by_numbers,
    ),
    DateFormat(
        "day in digits", _form(r"(?P<year>[0-9]{4})(?P<month>[0-9]{2})(?P<day>[0-9]{2})"), by_parts, is_day=True
    ),
    DateFormat("year, month, day", _form(rf"{_YEAR}[-/. ]{{1,2}}{_MONTH}[-/. ]{{1,2}}{_DAY}"), by_parts, is_day=True),
    DateFormat(
        "year, named month, day",
        _form(rf"{_YEAR}{_GAP}{_NAME}{_GAP}{_DAY}"),
        by_parts,
        is_day=True,
    ),
    DateFormat(
        "day, named month, year",
        _form(rf"{_DAY}{_GAP}{_NAME}{_GAP}{_SHORT_YEAR}"),
        by_parts,
        rf"{_BEFORE}[0-9]{{1,2}}(?:st|nd|rd|th|er|º|\.)?(?:\s{{1,2}}|-)(?:(?:of|de)\s{{1,2}})?{_WITHIN_NAME}"
        rf",?(?:\s{{1,2}}|-)(?:(?:de|del)\s{{1,2}})?{_WITHIN_YEAR}{_AFTER}",
        is_day=True,
    ),
    DateFormat(
        "named month, day, year",
        _form(rf"{_NAME}{_GAP}{_DAY}{_APART}{_SHORT_YEAR}"),
        by_parts,
        rf"(?<!\w){_WITHIN_NAME}\s{{1,2}}[0-9]{{1,2}}(?:st|nd|rd|th)?(?:,\s{{0,2}}|\s{{1,2}}){_WITHIN_YEAR}{_AFTER}",
        is_day=True,
    ),
    DateFormat(
        "day.month.year",
        _form(rf"{_DAY}\.\s?{_MONTH}\.\s?{_SHORT_YEAR}"),
        by_parts,
        rf"{_BEFORE}[0-9]{{1,2}}\.\s?[0-9]{{1,2}}\.\s?{_WITHIN_YEAR}{_AFTER}",
        is_day=True,
    ),
    DateFormat("month.day.year", _form(rf"{_MONTH}\.\s?{_DAY}\.\s?{_SHORT_YEAR}"), by_parts, is_day=True),
    DateFormat(
        "day/month/year",
        _form(rf"{_DAY}\s?([-/])\s?{_MONTH}\s?\2\s?{_CLEAR_YEAR}"),
        by_parts,
        rf"{_BEFORE}[0-9]{{1,2}}(?:/[0-9]{{1,2}}/|-[0-9]{{1,2}}-){_WITHIN_YEAR}{_AFTER}",
        is_day=True,
        order=Order.DAY_FIRST,
    ),
    DateFormat(
        "month/day/year",
        _form(rf"{_MONTH}\s?([-/])\s?{_DAY}\s?\2\s?{_CLEAR_YEAR}"),
        by_parts,
        is_day=True,
        order=Order.MONTH_FIRST,
    ),
    DateFormat("week", _form(r"([0-9]{4})-?W([0-9]{2})(?:-?([1-7]))?"), by_week, is_day=True),
    DateFormat("day of the year", _form(r"([0-9]{4})-([0-9]{3})"), by_day_of_year, is_day=True),
    DateFormat("named month, year", _form(rf"{_NAME}{_GAP}{_YEAR}"), by_parts),
    DateFormat("year, named month", _form(rf"{_YEAR}{_GAP}{_NAME}"), by_parts),
    DateFormat("year-month", _form(rf"{_YEAR}[-/]{_MONTH}"), by_parts),
    DateFormat("month/year", _form(rf"{_MONTH}[-/]{_YEAR}"), by_parts),
    DateFormat("year", _form(_YEAR), by_parts),
)
"""ISO 8601 and what is near it; RFC 5322 (section 3.3 and 4.3) and what came before it; the time since 1970; and days
as people write them. A month stands for its first day, and a year, which W3C's profile of ISO 8601 allows, for its:
an old archive is told from news by that as well."""


def read_date(written: str, zone: tzinfo, order: Order = Order.DAY_FIRST) -> datetime | None:
    """The instant that ``written`` states, in UTC and whole seconds; None where it states none, or an impossible one.

    Never raises. Reads up to 128 characters. ``order`` counts where day and month could be either.
    """
    at, _ = read_stated(written, zone, order)
    return at.astimezone(UTC) if at else None


def read_stated(
    written: str, zone: tzinfo, order: Order = Order.DAY_FIRST
) -> tuple[datetime, Order | None] | tuple[None, None]:
    """As `read_date`, in the zone that it was written in; and the order of day and month, where both are numbers."""
    written = one_line(written)
    if not written or len(written) > LONGEST:
        return None, None
    for form in FORMATS:
        if not form.is_day and (match := form.pattern.fullmatch(written)) and (at := stated_by(match, zone, form.read)):
            return at, None
    return _read_parted(spelled_plainly(written), zone, order)


def _read_parted(plain: str, zone: tzinfo, order: Order) -> tuple[datetime, Order | None] | tuple[None, None]:
    try:
        parts = parted(plain)
    except ValueError:
        return None, None
    contrary: tuple[datetime, Order | None] | tuple[None, None] = None, None
    for form in FORMATS:
        if form.is_day or parts.since_midnight is None:
            match = form.pattern.fullmatch(parts.day)
            at = stated_by(match, zone, form.read, parts) if match else None
            if at and form.order in {None, order}:
                return at, form.order
            if at and contrary[0] is None:
                contrary = at, form.order
    return contrary


def stated_by(
    match: re.Match[str],
    zone: tzinfo,
    read: Callable[[re.Match[str], tzinfo], datetime] = by_parts,
    parts: Parted | None = None,
) -> datetime | None:
    """What a match states, aware, with the time of day that stands beside it; None if that is impossible, or absurd."""
    try:
        at = read(match, zone)
        if parts and (parts.since_midnight is not None or parts.zone):
            wall = at.replace(tzinfo=None) + (parts.since_midnight or timedelta(0))
            at = located(wall, parts.zone, zone)
        year = at.year if EARLIEST_YEAR < at.year < LATEST_YEAR else at.astimezone(UTC).year
    except (KeyError, ValueError, OverflowError):
        return None
    return at if EARLIEST_YEAR <= year <= LATEST_YEAR else None
