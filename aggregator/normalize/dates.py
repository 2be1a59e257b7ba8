"""When an article was published: by what it states, by the name of its file, or not known.

A date is an aware instant in UTC, in whole seconds. What states no zone is in the zone of its
source; what states no time is midnight there.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, tzinfo

from aggregator.base.dates.formats import instant_of, read_date
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
    instants = (instant_of(match, zone) for match in found)
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
        return None, (Repair(RepairCode.BAD_DATE, written[:80]),)
    if instant > seen:
        return None, (Repair(RepairCode.FUTURE_DATE, written[:80]),)
    return instant, ()


def _before(instant: datetime | None, seen: datetime) -> datetime | None:
    return instant if instant and instant <= seen else None
