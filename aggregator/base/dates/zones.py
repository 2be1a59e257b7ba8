"""Zones as dates name them."""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo

_HOURS: dict[str, tuple[float, ...]] = {
    "": (0,), "z": (0,), "ut": (0,), "utc": (0,), "gmt": (0,),
    # America; those of RFC 5322, section 4.3, first
    "est": (-5, 10), "edt": (-4, 11), "cst": (-6, 8, 9.5, -5), "cdt": (-5, -4, 10.5), "mst": (-7, 6.5), "mdt": (-6,),
    "pst": (-8,), "pdt": (-7,), "akst": (-9,), "akdt": (-8,), "hst": (-10,), "hdt": (-9,), "ast": (-4, 3),
    "adt": (-3,), "nst": (-3.5,), "ndt": (-2.5,), "brt": (-3,), "brst": (-2,), "art": (-3,), "clt": (-4,),
    "clst": (-3,), "cot": (-5,), "pet": (-5,), "ect": (-5,), "vet": (-4,), "bot": (-4,), "uyt": (-3,),
    # Europe and Africa
    "wet": (0,), "west": (1,), "bst": (1, 6), "cet": (1,), "cest": (2,), "met": (1,), "mest": (2,), "mez": (1,),
    "mesz": (2,), "eet": (2,), "eest": (3,), "msk": (3,), "msd": (4,), "trt": (3,), "wat": (1,), "cat": (2,),
    "sast": (2,), "eat": (3,),
    # Asia and the Pacific
    "ist": (5.5, 2, 1), "idt": (3,), "irst": (3.5,), "gst": (4, -2), "aft": (4.5,), "pkt": (5,), "uzt": (5,),
    "npt": (5.75,), "bdt": (6,), "mmt": (6.5,), "ict": (7,), "wib": (7,), "wita": (8,), "wit": (9,), "hkt": (8,),
    "sgt": (8,), "sst": (8, -11), "myt": (8,), "pht": (8,), "bjt": (8,), "jst": (9,), "kst": (9,), "awst": (8,),
    "acst": (9.5,), "acdt": (10.5,), "aest": (10,), "aedt": (11,), "nzst": (12,), "nzdt": (13,), "chst": (10,),
}  # fmt: skip
"""Hours east of Greenwich. Of several meanings the first counts, where the source's own zone is none of them."""

_PLACES = {"et": "America/New_York", "ct": "America/Chicago", "mt": "America/Denver", "pt": "America/Los_Angeles"}
"""Names that mean standard and daylight time, each in its season."""

NAMES = frozenset(name for name in (*_HOURS, *_PLACES) if name)

_NUMERIC = re.compile(r"(?:UTC|GMT|UT|Z)?\s?([+-])([0-9]{1,2})(?::?([0-9]{2}))?Z?", re.IGNORECASE)
_PLACE = re.compile(r"[A-Za-z]{2,20}(?:/[A-Za-z_+0-9-]{1,30}){1,2}")


def located(local: datetime, written: str | None, default: tzinfo) -> datetime:
    """The local time in the zone that is written, else in ``default``, the source's own.

    A name that means several things (CST, IST, BST) means the source's own zone if that is one of them. A lone letter
    other than Z is UTC, because half of the world had the military zones backwards (RFC 5322, section 4.3).
    Raises KeyError for an unknown name, ValueError for a whole day or more.
    """
    return local.replace(tzinfo=_zone(written, default, local) if written else default)


def _zone(written: str, default: tzinfo, local: datetime) -> tzinfo:
    if fixed := _fixed(written):
        return fixed
    if "/" in written:
        return _named_for_place(written)
    name = written.lower()
    if place := _PLACES.get(name):
        return ZoneInfo(place)
    return timezone(timedelta(hours=_meant(_HOURS[name], default, local)))


@lru_cache(maxsize=256)
def _fixed(written: str) -> tzinfo | None:
    """What means the same everywhere and always."""
    if found := _NUMERIC.fullmatch(written):
        sign, hours, minutes = found.groups()
        offset = timedelta(hours=int(hours), minutes=_minutes(minutes or "0"))
        return timezone(-offset if sign == "-" else offset)
    hours_of = (0.0,) if len(written) == 1 and written.isalpha() else _HOURS.get(written.lower(), ())
    return timezone(timedelta(hours=hours_of[0])) if len(hours_of) == 1 else None


def _minutes(written: str) -> int:
    if (minutes := int(written)) < 60:
        return minutes
    raise ValueError(written)


def _named_for_place(written: str) -> tzinfo:
    """As the IANA database names it."""
    if not _PLACE.fullmatch(written):
        raise KeyError(written)
    try:
        return ZoneInfo(written)
    except OSError as error:
        # The name of a folder of the database.
        raise KeyError(written) from error


def _meant(hours_of: tuple[float, ...], default: tzinfo, local: datetime) -> float:
    """Of several meanings the one that the source's own zone has, in winter or summer."""
    own = {local.replace(month=month, day=1, tzinfo=default).utcoffset() for month in (1, 7)}
    return next((hours for hours in hours_of if timedelta(hours=hours) in own), hours_of[0])
