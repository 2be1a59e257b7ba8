"""Values for the tests of when to come back, from the few words that a case gives."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

from aggregator.codes import Code
from aggregator.model.article import IndexFacts
from aggregator.model.config import Source
from aggregator.model.document import Pace
from aggregator.model.fetching import Answer
from aggregator.model.running import Learned, Memory, Outcome
from builders import NOW, a_trouble

_UNITS = {"d": "days", "h": "hours", "m": "minutes", "s": "seconds"}
SPANS = {"every", "min", "max", "rhythm", "ttl", "period"}
INSTANTS = {"retry_at", "fresh_until", "held_until", "gone_since"}


def span(written: str) -> timedelta:
    """`1h 30m`, `-60d`."""
    sign = -1 if written.startswith("-") else 1
    parts = [timedelta(**{_UNITS[unit]: int(n)}) for n, unit in re.findall(r"(\d+)([dhms])", written)]
    return sign * sum(parts, timedelta())


def values(written: dict[str, Any]) -> dict[str, Any]:
    """Spans and instants (spans from now) read; lists as sets."""
    read: dict[str, Any] = {}
    for name, value in written.items():
        if name in SPANS:
            read[name] = span(value)
        elif name in INSTANTS:
            read[name] = NOW + span(value)
        else:
            read[name] = frozenset(value) if isinstance(value, list) else value
    return read


def a_source(**written: Any) -> Source:
    fields = {"name": "news", "kind": "feed", **values(written)}
    return Source(**fields)


def a_pace(**written: Any) -> Pace:
    return Pace(**values(written))


def an_answer(**written: Any) -> Answer:
    fields = values(written)
    return Answer(**fields | ({"error": Code(fields["error"])} if fields.get("error") else {}))


def an_outcome(**written: Any) -> Outcome:
    """From what a case says: ``answer``, ``held_until``, ``held``, ``error`` (``code: detail``), ``pace`` and so on."""
    fields = values(written)
    learned: dict[str, Any] = {name: fields.pop(name) for name in ("cursor", "held_until", "held") if name in fields}
    if "answer" in fields:
        learned["answer"] = an_answer(**fields.pop("answer"))
    if "pace" in fields:
        fields["facts"] = IndexFacts("top", 0, a_pace(**fields.pop("pace")))
    if error := fields.pop("error", ""):
        fields["error"] = a_trouble(error)
    return Outcome(Learned(**learned), **fields)


def a_memory(**written: Any) -> Memory:
    fields = values(written)
    return Memory(**{**fields, "pace": a_pace(**fields.get("pace", {}))})
