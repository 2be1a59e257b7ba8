"""Dates as pages state them: found within other words, and the better one of several. Nothing is interpreted here."""

from __future__ import annotations

import re
from collections.abc import Iterable

from aggregator.base.dates.formats import FORMATS, LONGEST
from aggregator.base.text import one_line

_DATE = re.compile("|".join(form.within for form in FORMATS if form.within))
_LABEL = r"(?:发布时间|发布日期|发表时间|發布時間|發佈時間|更新时间|日期|时间|Published|Posted|Updated)"
_LABELLED = re.compile(rf"{_LABEL}\s{{0,4}}(?:on|at)?\s{{0,4}}[:：]?\s{{0,4}}({_DATE.pattern})", re.IGNORECASE)
_TIME = re.compile(r"[0-9][:：][0-9]{2}")
_YEAR = re.compile(r"(?<![0-9])(?:19|20)[0-9]{2}(?![0-9]{2}[0-9])")
_PARTS = re.compile(r"[0-9]+")


def date_in(text: str) -> str:
    """The first date by numbers that stands in ``text``, as written; else all of a short ``text`` that names a year.

    Empty for the rest: ``3 hours ago`` says another thing at each reading.
    """
    if found := _DATE.search(text):
        return one_line(found[0])
    text = one_line(text)
    return text if len(text) <= LONGEST and _YEAR.search(text) else ""


def labelled_date(text: str) -> str:
    """The first date that a label (发布时间, Published) announces; empty where there is none."""
    found = _LABELLED.search(text)
    return one_line(found[1]) if found else ""


def is_dated(text: str) -> bool:
    return _DATE.search(text) is not None


def best_date(candidates: Iterable[tuple[str, str]]) -> tuple[str, str]:
    """The first of (date, where it stands) that names a year; two empty strings if none does.

    Another one of the same day is taken instead if it alone tells the time of day.
    """
    dated = [(one_line(date), where) for date, where in candidates if len(date) <= LONGEST and _YEAR.search(date)]
    if not dated:
        return "", ""
    first = dated[0]
    if _TIME.search(first[0]):
        return first
    return next((other for other in dated if _TIME.search(other[0]) and _day(other[0]) == _day(first[0])), first)


def _day(date: str) -> tuple[int, ...]:
    """Year, month and day, where it begins with them."""
    return tuple(int(part) for part in _PARTS.findall(date)[:3])
