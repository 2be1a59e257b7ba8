"""When an article was published: by what it states, by the name of its file, or not known.

A date is an aware instant in UTC, in whole seconds. What states no zone is in the zone of its
source; what states no time is midnight there.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo

from aggregator.base.dates.evidence import order_of
from aggregator.base.dates.formats import read_date, read_stated, stated_by
from aggregator.base.dates.order import Order
from aggregator.codes import RepairCode
from aggregator.model.article import DateKind
from aggregator.model.document import Repair

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


def read_path_date(location: str, zone: tzinfo) -> datetime | None:
    """Midnight in ``zone`` of the day that a file is named for; None where it is named for none."""
    found = (match for shape in _PATH_DATES for match in reversed([*shape.finditer(location)]))
    days = (stated_by(match, zone) for match in found)
    return next((day.astimezone(UTC) for day in days if day), None)


def date_article(
    published: str, updated: str, location: str, zone: tzinfo, seen: datetime, order: Order | None = None
) -> Dated:
    """The dates of a document read at ``seen``.

    A stated date that cannot be read, or that lies after ``seen``, is a repair and counts for
    nothing: the date of the path takes its place. (Moved to ``seen`` it would look stated, and
    would differ at each reading. A publisher's clock that is some minutes ahead costs nothing by that: for want of
    another date the article is dated by when it was first seen.) An update before the publication or after ``seen``
    is left out. Where only an update is stated, the article is at least as old as that: it counts as a crawler's date.

    ``order`` is that of day and month in the document around it; None where that does not tell.
    """
    stated, repairs = _usable(published, updated, location, zone, seen, order)
    kind: DateKind = "stated"
    if stated is None:
        stated, kind = _before(read_path_date(location, zone), seen), "path"
    changed = _before(read_date(updated, zone, order or Order.DAY_FIRST), seen) if updated else None
    if stated is None:
        stated, changed, kind = changed, None, "crawl" if changed else "missing"
    if changed and stated and changed < stated:
        changed = None
    return Dated(stated, kind, changed, repairs)


def _usable(
    written: str, updated: str, location: str, zone: tzinfo, seen: datetime, order: Order | None
) -> tuple[datetime | None, tuple[Repair, ...]]:
    if not written:
        return None, ()
    at, read_in = read_stated(written, zone, order or Order.DAY_FIRST)
    if at is None:
        return None, (Repair(RepairCode.BAD_DATE, written[:80]),)
    repairs: tuple[Repair, ...] = ()
    if read_in and order is None:
        beside = read_path_date(location, zone)
        at, repairs = _decided(written, at, zone, seen, order_of(updated), beside)
    instant = at.astimezone(UTC)
    if instant > seen:
        return None, (Repair(RepairCode.FUTURE_DATE, written[:80]),)
    return instant, repairs


def _decided(
    written: str, day_first: datetime, zone: tzinfo, seen: datetime, order: Order | None, by_path: datetime | None
) -> tuple[datetime, tuple[Repair, ...]]:
    """Of two dates that it may be, the one in the order of the other date of the document, or that is not ahead, or
    that the path names; else the day is taken to come first, as most of the world writes."""
    month_first, _ = read_stated(written, zone, Order.MONTH_FIRST)
    if month_first is None or month_first == day_first:
        return day_first, ()
    if order:
        return month_first if order is Order.MONTH_FIRST else day_first, ()
    either = (day_first, month_first)
    past = [at for at in either if at <= seen]
    if len(past) == 1:
        return past[0], ()
    same = [at for at in either if by_path and at.date() == by_path.astimezone(zone).date()]
    if same:
        return same[0], ()
    detail = f"{written[:80]}: read as {day_first.date()}, {Order.DAY_FIRST}"
    return day_first, (Repair(RepairCode.AMBIGUOUS_DATE, detail),)


def _before(instant: datetime | None, seen: datetime) -> datetime | None:
    return instant if instant and instant <= seen else None
