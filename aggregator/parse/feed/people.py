"""Names of people as feeds write them."""

from __future__ import annotations

import re

from aggregator.base.text import one_line

_MAIL_FIRST = re.compile(r"\S+@\S+\s*\(([^()]*(?:\([^()]*\)[^()]*)*)\)")
"""RSS 2.0: ``mail (Name)``."""
_MAIL_LAST = re.compile(r"([^<>()]*[^<>()\s])\s*[<(]\s*(?:mailto:)?[^<>()\s]+@[^<>()\s]+\s*[>)]")
"""``Name <mail>`` and ``Name (mail)``."""
_LONGEST = 500


def person(written: str) -> str:
    """The name alone; the mail address only where nothing else is said."""
    written = one_line(written)[:_LONGEST]
    if "@" not in written:
        return written
    found = _MAIL_FIRST.fullmatch(written) or _MAIL_LAST.fullmatch(written)
    return one_line(found[1]).strip("\"' ") if found and found[1].strip() else written.removeprefix("mailto:")
