"""The formats that we publish: everything that serves, links, exports or withdraws them asks here."""

from __future__ import annotations

from aggregator.feeds.formats.atom import ATOM
from aggregator.feeds.formats.format import AnyFormat
from aggregator.feeds.formats.opml import OPML
from aggregator.model.reading import Feed

FORMATS: list[AnyFormat] = [ATOM, OPML]
"""In the order in which they are built and linked."""


def register(added: AnyFormat) -> None:
    """Adds a format. Raises ValueError if its suffix is none, or that of another one."""
    if not added.suffix.startswith(".") or "/" in added.suffix or added.suffix.count(".") > 1:
        raise ValueError(f"{added.suffix!r} is no suffix")
    if any(each.suffix == added.suffix for each in FORMATS):
        raise ValueError(f"there is a format {added.suffix} already")
    FORMATS.append(added)


def feed_formats() -> list[AnyFormat]:
    """Those that each feed is published in."""
    return [each for each in FORMATS if each.reads is Feed]


def list_formats() -> list[AnyFormat]:
    """Those that the list of feeds is published in."""
    return [each for each in FORMATS if each.reads is not Feed]


def media_type(suffix: str) -> str | None:
    """Of files with that suffix; None where no format has it."""
    return next((each.media_type for each in FORMATS if each.suffix == suffix), None)
