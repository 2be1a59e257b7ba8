"""A file that a site consists of, before it is made, and how to tell whether it would be the same as before."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path

import aggregator
import aggregator.feeds
from aggregator.model.reading import Rendering
from aggregator.site.encode import etag_of


@dataclass(frozen=True, slots=True)
class Planned:
    """One file."""

    path: str
    """Its public path."""
    mark: str
    """Of all in the store that its bytes depend on: the same mark, the same bytes. Empty: nobody can say."""
    render: Callable[[datetime], Rendering | None]
    """The file, as changed at that instant; None where it is found that there is none."""


def mark_of(*parts: object) -> str:
    """Sixteen hexadecimal digits; ``parts`` by how they are written, which has to be the same in each process."""
    return hashlib.sha256(repr(parts).encode("utf-8", "backslashreplace")).hexdigest()[:16]


@cache
def program_mark() -> str:
    """Of all that makes pages and feeds: an edited template counts like another version of the program."""
    folders = (Path(__file__).parent, Path(aggregator.feeds.__file__).parent)
    made_by = (file for folder in folders for file in sorted(folder.rglob("*")) if file.suffix != ".pyc")
    return mark_of(aggregator.__version__, [etag_of(file.read_bytes()) for file in made_by if file.is_file()])


ALWAYS_THE_SAME = mark_of()
"""Of what depends on nothing in the store."""
