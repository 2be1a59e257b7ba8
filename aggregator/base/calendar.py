"""Instants as people write them, in Chinese and in English, in a zone."""

from __future__ import annotations

from datetime import datetime, time
from functools import cache
from zoneinfo import ZoneInfo

_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_zone = cache(ZoneInfo)


def day_in_words(instant: datetime, zone: str, *, english: bool) -> str:
    """The day: ``2022年4月27日`` or ``27 April 2022``. ``zone``: a name of the IANA database."""
    day = instant.astimezone(_zone(zone))
    if english:
        return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"
    return f"{day.year}年{day.month}月{day.day}日"


def weekday_in_words(instant: datetime, zone: str, *, english: bool) -> str:
    """The day of the week: ``星期三`` or ``Wednesday``."""
    number = instant.astimezone(_zone(zone)).weekday()
    return _WEEKDAYS[number] if english else "星期" + "一二三四五六日"[number]


def date_for_machines(instant: datetime, zone: str) -> str:
    """The day there: ``2022-04-27``."""
    return instant.astimezone(_zone(zone)).date().isoformat()


def minute_in_words(instant: datetime, zone: str) -> str:
    """The minute of the day: ``09:15``."""
    return f"{instant.astimezone(_zone(zone)):%H:%M}"


def moment_in_words(instant: datetime, zone: str, *, english: bool) -> str:
    """The day and the minute: ``2022年4月27日 09:15``."""
    comma = ", " if english else " "
    return f"{day_in_words(instant, zone, english=english)}{comma}{minute_in_words(instant, zone)}"


def is_midnight(instant: datetime, zone: str) -> bool:
    """Whether it is the very start of a day there: nearly always a date that was written without a time."""
    return instant.astimezone(_zone(zone)).time() == time()
