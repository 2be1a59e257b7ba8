"""The time of day within a date, wherever it stands: before the day, after it, or before the year."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta

from aggregator.base.dates.names import MONTHS, PARTS_OF_DAY
from aggregator.base.text import one_line

ZONE = (
    rf"(?:(?:UTC|GMT|UT|Z)?\s?[+-][0-9]{{1,2}}(?::?[0-9]{{2}})?Z?(?![0-9:])"
    rf"|[A-Za-z]{{2,20}}(?:/[A-Za-z_+0-9-]{{1,30}}){{1,2}}|(?!(?:{'|'.join(MONTHS)})\b)[A-Za-z]{{1,5}}(?![A-Za-z]))"
)
"""As zones are written, known or not."""

_PART = "|".join(PARTS_OF_DAY)
_CLOCK = re.compile(
    rf"""
    (?: (?<![a-z]) (?P<before>{_PART}) \s )?
    (?<![0-9:.,+-]) (?P<hour>[0-9]{{1,2}}) \s?:\s? (?P<minute>[0-9]{{1,2}})
    (?: \s?:\s? (?P<second>[0-9]{{1,2}}) (?:[.,][0-9]+)? )?
    (?: \s? (?P<after>{_PART}) (?![a-z]) )?
    (?: \s? (?P<zone>{ZONE}) (?: \s [A-Z]{{3,5}} (?![A-Za-z]) )? )? (?: \s? [(\[] (?P<remark>[^()\[\]]*) [)\]]? )?
    """,
    re.VERBOSE,
)
_ZONE_AT_END = re.compile(
    rf"(?:\s(?P<zone>[A-Za-z]{{1,5}}|(?:UTC|GMT)?[+-][0-9]{{2}}:?[0-9]{{2}})|(?<=[0-9])(?P<zulu>Z))?"
    rf"(?:\s?\(\s?(?P<remark>{ZONE})\s?\))?$"
)
_ZONE_FIRST = re.compile(r"(UTC[+-][0-9]{1,2})\s")
_EDGES = " ,.;:|·•-@/"


@dataclass(frozen=True, slots=True)
class Parted:
    """A date that is spelled plainly, in its parts."""

    day: str
    since_midnight: timedelta | None
    """By the clock on the wall; None where no time of day is stated."""
    zone: str
    """As written; empty if none is."""


def parted(plain: str) -> Parted:
    """Raises ValueError for a time of day that does not exist."""
    found = _CLOCK.search(plain)
    if found is None:
        day, zone = _without_zone(plain)
        return Parted(day, None, zone)
    around = f"{plain[: found.start()].rstrip(_EDGES)} {plain[found.end() :].lstrip(_EDGES)}"
    day, zone = one_line(around).strip(_EDGES), found["zone"] or (found["remark"] or "").strip()
    if not zone:
        day, zone = _without_zone(day)
    return Parted(day, _since_midnight(found), zone)


def since_midnight(hour: int, minute: int, second: int) -> timedelta:
    """24:00 is the end of the day (ISO 8601-1, section 4.3.8), second 60 (section 4.3.9) the one after 59.

    Raises ValueError for a time of day that does not exist.
    """
    if hour > 24 or minute > 59 or second > 60 or (hour == 24 and (minute or second)):
        raise ValueError(f"{hour}:{minute}:{second}")
    return timedelta(hours=hour, minutes=minute, seconds=second)


def _since_midnight(found: re.Match[str]) -> timedelta:
    hour = int(found["hour"])
    part = found["before"] or found["after"] or ""
    clock = since_midnight(hour, int(found["minute"]), int(found["second"] or 0))
    return clock + timedelta(hours=_shift(hour, part))


def _shift(hour: int, part: str) -> int:
    """Hours between what the clock shows and what it means. An hour over 12 says all by itself."""
    if hour > 12 or not part:
        return 0
    if part == "am":
        return -12 if hour == 12 else 0
    if part == "midday":
        return 12 if hour < 10 else 0
    if part == "night":
        # Twelve, and one to four, are past midnight.
        return 12 if hour > 4 else 24
    return 0 if hour == 12 else 12


def _without_zone(day: str) -> tuple[str, str]:
    if first := _ZONE_FIRST.match(day):
        return day[first.end() :], first[1]
    found = _ZONE_AT_END.search(day)
    zone = (found["zone"] or found["zulu"] or found["remark"] or "") if found else ""
    if not found or not zone or zone in MONTHS:
        return day, ""
    return day[: found.start()].rstrip(_EDGES), zone
