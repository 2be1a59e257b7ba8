"""Zones as dates name them."""

from __future__ import annotations

from datetime import timedelta, timezone, tzinfo

_ZONES = {"": 0, "z": 0, "ut": 0, "utc": 0, "gmt": 0} | {
    f"{letter}{kind}t": hours + (kind == "d")
    for letter, hours in (("e", -5), ("c", -6), ("m", -7), ("p", -8))
    for kind in "sd"
}
"""Hours east of Greenwich; the names of RFC 5322, section 4.3."""


def read_zone(written: str | None, default: tzinfo) -> tzinfo:
    """The zone as written. Raises KeyError for an unknown name, ValueError for over 24 hours."""
    if not written:
        return default
    if written[0] not in "+-":
        return timezone(timedelta(hours=_ZONES[written.lower()]))
    digits = written[1:].replace(":", "")
    hours, minutes = (digits[:-2], digits[-2:]) if len(digits) > 2 else (digits, "0")
    offset = timedelta(hours=int(hours), minutes=int(minutes))
    return timezone(-offset if written[0] == "-" else offset)
