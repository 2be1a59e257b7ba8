"""Dates as pages state them: found within other words, and the better one of several. They stay as written; whether
one can be read is only asked to tell dates from other numbers."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

from aggregator.base.dates.formats import FORMATS, LONGEST, read_date, read_stated
from aggregator.base.dates.names import PARTS_OF_DAY
from aggregator.base.dates.zones import NAMES
from aggregator.base.text import one_line

_PART = "|".join(name for names in PARTS_OF_DAY.values() for name in names.split())
_ZONE = rf"(?:Z|(?:UTC|GMT)?\s?[+-][0-9]{{1,2}}(?::?[0-9]{{2}})?|{'|'.join(sorted(NAMES - {'z'}, reverse=True))})(?!\w)"
_CLOCK = (
    rf"(?:(?:{_PART})\s?)?[0-9]{{1,2}}(?:[:：][0-9]{{2}}(?:[:：][0-9]{{2}}(?:[.,][0-9]{{1,9}})?)?"
    r"|\s?[时時点點시]\s?(?:[0-9]{1,2}\s?[分분]?|半)?(?:\s?[0-9]{1,2}\s?[秒초])?|h[0-9]{2}|(?=\s?[ap]\.?m\b)|(?:\.[0-9]{2})?(?=\s?Uhr\b))"
    rf"(?:\s?[ap]\.?m\b\.?|\s?Uhr\b)?(?:\s?{_ZONE})?"
)
_WEEKDAY = (
    r"(?:\s?[（(]?(?:星期|周|週|礼拜)[一二三四五六日天][）)]?"
    r"|\s?[（(][月火水木金土日월화수목금토일][）)]|\s?.曜日|\s?.요일)?"
)
_BETWEEN = r"(?:T|,?\s{1,3}(?:(?:at|um|à|às|alle|alle ore|om|a las|в|[-|·])\s{1,2})?|\s?[·|,]\s?|(?<=[日)）]))"
_DAY = "|".join(form.within for form in FORMATS if form.within)
_BEFORE_DAY = rf"(?:(?<![0-9:])(?:{_PART})?\s?[0-9]{{1,2}}[:：][0-9]{{2}}(?:\s?[ap]\.?m\b\.?)?\s?[·,|]\s?)?"
_DATE = re.compile(rf"{_BEFORE_DAY}(?:{_DAY})(?:{_WEEKDAY}{_BETWEEN}{_CLOCK})?", re.IGNORECASE)
_DAY_ALONE = re.compile(_DAY, re.IGNORECASE)
_LABEL = re.compile(
    r"((?:发布时间|发布日期|发布于|发表时间|发表于|發布時間|發佈時間|發佈日期|更新时间|更新時間|日期|时间|時間|公開日|掲載日|投稿日|更新日"
    r"|등록일?|게시일?|입력|Published|Posted|Updated|Date|Veröffentlicht|Publié|Publicado|Pubblicato|Gepubliceerd|Опубликовано)"
    r"\s{0,4}(?:on|at|am|le|el|em|il|op)?\s{0,4}[:：]?\s{0,4})(?:[^\W\d_]{2,12}(?:-feira)?\.?,?\s{1,2}){0,2}",
    re.IGNORECASE,
)
_TIME = re.compile(r"[0-9][:：][0-9]{2}|[0-9]\s?[时時点點시]|[0-9]\s?[ap]\.?m\b|[0-9]\s?(?:Uhr|h[0-9])", re.IGNORECASE)
_YEAR = re.compile(r"(?<![0-9])(?:19|20)[0-9]{2}(?![0-9]{2}[0-9])")
_DAY_AND_YEAR = re.compile(
    r"(?<![\w.,:/+-])(?:[0-9]{1,2}\b[^0-9]{1,20}(?:19|20)[0-9]{2}"
    r"|(?:19|20)[0-9]{2}\b[^0-9]{1,20}[0-9]{1,2})(?![\w-])"
)
_LONGEST_UNREAD = 64
_LONGEST_TEXT = 20_000
"""Characters in which a date is looked for: each number that looks like one and is none costs a reading."""
_LETTER = re.compile(r"[^\W\d_]")


def date_in(text: str) -> str:
    """The first date that stands in ``text``, as written; else all of a short ``text`` that tells a day and a year in
    words nobody here knows.

    Empty for the rest: ``3 hours ago`` says another thing at each reading.
    """
    if found := next(_dates(text), ""):
        return found
    text = one_line(text)
    if len(text) > _LONGEST_UNREAD or not (_YEAR.search(text) or text.isdigit()):
        return ""
    is_odd = _DAY_AND_YEAR.search(text) is not None and _LETTER.search(text) is not None
    return text if is_odd or read_date(text, UTC) else ""


def labelled_date(text: str) -> str:
    """The first date that a label (发布时间, Published) announces; empty where there is none."""
    text = text[:_LONGEST_TEXT]
    for label in _LABEL.finditer(text):
        for at in (label.end(1), label.end()):
            found = _DATE.match(text, at)
            if found and (date := _readable(found)):
                return date
    return ""


def is_dated(text: str) -> bool:
    return next(_dates(text), "") != ""


def best_date(candidates: Iterable[tuple[str, str]]) -> tuple[str, str]:
    """The first of (date, where it stands) that can be read; else the first that names a year; else two empty strings.

    Another one of the same day is taken instead if it alone tells the time of day.
    """
    stated = [(one_line(date), where) for date, where in candidates if date and len(date) <= LONGEST]
    dated = [(one, day) for one in stated if (day := _day(one[0]))]
    if not dated:
        return next((one for one in stated if len(one[0]) <= _LONGEST_UNREAD and _YEAR.search(one[0])), ("", ""))
    first, day = dated[0]
    if _TIME.search(first[0]):
        return first
    return next((other for other, same in dated if same.date() == day.date() and _TIME.search(other[0])), first)


def _dates(text: str) -> Iterator[str]:
    """What can be read of what looks like a date. Where one does not, the next may begin within it."""
    text, start = text[:_LONGEST_TEXT], 0
    while found := _DATE.search(text, start):
        if date := _readable(found):
            yield date
            start = found.end()
        else:
            start = found.start() + 1


def _readable(found: re.Match[str]) -> str:
    """With its time of day if that makes sense, else the day alone; empty if that does not."""
    written = one_line(found[0])
    if read_date(written, UTC):
        return written
    day = _DAY_ALONE.search(found[0])
    written = one_line(day[0]) if day else ""
    return written if written and read_date(written, UTC) else ""


def _day(date: str) -> datetime | None:
    return read_stated(date, UTC)[0]
