"""What a source's cursor tells: the documents of many articles that were taken in, and by which rules."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

LONGEST_VALIDATOR = 500
"""Characters of an ETag or a date."""
FURTHEST = timedelta(days=1)
"""Nothing is to be read again later than that; what says so was written by a clock that has been set back."""
MOST_REMEMBERED = 600
"""Documents of many articles whose validators are kept for one source."""


@dataclass(frozen=True, slots=True)
class Taken:
    """A document of many articles as it was when last taken in."""

    etag: str = ""
    last_modified: str = ""
    digest: str = ""
    stamp: str = ""
    """What the document that points to it said of it then: a sitemap's lastmod."""
    answered_by: str = ""
    """The address that gave the validators."""
    again: datetime | None = None
    """From when on it is to be read again although it has not changed: something that it points to is wanted."""


@dataclass(frozen=True, slots=True)
class Cursor:
    """``recipe``: digest of the rules by which all that was read; empty before anything was."""

    recipe: str = ""
    taken: Mapping[str, Taken] = field(default_factory=dict)
    """By address, in the order in which they were asked for."""


def read_cursor(text: str) -> Cursor:
    """An empty one from a text that is none."""
    try:
        told = json.loads(text) if text else {}
        return Cursor(str(told["recipe"]), {url: _taken(*map(str, values)) for url, values in told["taken"].items()})
    except (ValueError, TypeError, AttributeError, KeyError):
        return Cursor()


def write_cursor(cursor: Cursor) -> str:
    kept = list(cursor.taken.items())[-MOST_REMEMBERED:]
    rows = {
        url: [t.etag, t.last_modified, t.digest, t.stamp, t.answered_by, t.again.isoformat() if t.again else ""]
        for url, t in kept
    }
    return json.dumps({"recipe": cursor.recipe, "taken": rows}, ensure_ascii=False, separators=(",", ":"))


def validator(sent: str) -> str:
    """Verbatim, or not at all: some servers' are as long as their pages, and the body's digest serves as well."""
    return sent if len(sent) <= LONGEST_VALIDATOR else ""


def _taken(etag: str, last_modified: str, digest: str, stamp: str, answered_by: str, again: str) -> Taken:
    return Taken(etag, last_modified, digest, stamp, answered_by, datetime.fromisoformat(again) if again else None)
