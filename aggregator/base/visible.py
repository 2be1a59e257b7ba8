"""Texts made fit to show: nothing in them moves a cursor or turns the writing round, and nothing is secret."""

from __future__ import annotations

import re
from collections.abc import Mapping

from aggregator.base.secrets import hidden

# C0 and C1 controls; line and paragraph separators; marks, embeddings, overrides and isolates of direction.
_UNSEEN = "\\x7f-\\x9f\\u200e\\u200f\\u2028-\\u202e\\u2066-\\u2069"
_IN_A_LINE = re.compile(f"[\\x00-\\x1f{_UNSEEN}]+")
_IN_LINES = re.compile(f"[\\x00-\\x08\\x0b-\\x1f{_UNSEEN}]+")
_IN_JSON = re.compile(f"[{_UNSEEN}]")


def printable(text: str) -> str:
    """With a blank for what could not be seen, line breaks and tabs among it."""
    return _IN_A_LINE.sub(" ", hidden(text))


def lines(text: str) -> str:
    """The same, line breaks and tabs kept."""
    return _IN_LINES.sub(" ", hidden(text))


def escaped(document: str) -> str:
    """A JSON document that means the same and can be shown: what could not be seen is written ``\\uXXXX``."""
    return _IN_JSON.sub(lambda found: f"\\u{ord(found[0]):04x}", hidden(document))


def event(_logger: object, _method: str, values: Mapping[str, object]) -> dict[str, object]:
    """A log event (as structlog's processors take it) whose texts, also those in lists, can be shown."""
    return {name: _shown(value) for name, value in values.items()}


def _shown(value: object) -> object:
    if isinstance(value, str):
        return lines(value)
    if isinstance(value, (list, tuple)):
        return [_shown(inner) for inner in value]
    if isinstance(value, Mapping):
        return {name: _shown(inner) for name, inner in value.items()}
    return value if value is None or isinstance(value, (bool, int, float)) else lines(str(value))
