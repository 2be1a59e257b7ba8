"""Conditional requests (RFC 9110 section 13): whether what the client holds is still good. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime

# An entity tag (section 8.8.3) within a list; a comma may stand inside the quotes.
_ENTITY_TAG = re.compile(r'(?:W/)?"([\x21\x23-\x7e\x80-\xff]*)"')


def held_tag(if_none_match: str, tags: Sequence[str]) -> str | None:
    """The first of our opaque tags that the client names; ``*`` names any.

    ``If-None-Match`` compares weakly (section 13.1.2), so ``W/"x"`` names ``x``.
    """
    if if_none_match.strip() == "*":
        return tags[0]
    named = set(_ENTITY_TAG.findall(if_none_match))
    return next((tag for tag in tags if tag in named), None)


def unmodified_since(if_modified_since: str, modified: datetime) -> bool:
    """Whether nothing changed after that date; a value that is no date counts for nothing (section 13.1.3)."""
    try:
        held = parsedate_to_datetime(if_modified_since)
        return modified <= (held if held.tzinfo else held.replace(tzinfo=UTC))
    except (ValueError, OverflowError):  # the second for years and zones that no clock holds
        return False


def http_date(instant: datetime) -> str:
    """An instant as HTTP writes it (section 5.6.7)."""
    return format_datetime(instant.astimezone(UTC), usegmt=True)
