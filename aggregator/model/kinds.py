"""What sets one kind of sources apart from the others, as a value.

``aggregator.collect.kinds`` lists the kinds there are. A ``Source`` carries its kind along, so that stages and
processes that know nothing of the list need no look-up.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from aggregator.model.document import DocumentKind

Form = Literal["", "folder", "file", "address", "repository"]
"""What a key holds; a path is relative to the configuration folder."""


@dataclass(frozen=True, slots=True)
class Key:
    """A key that not all kinds have."""

    name: str
    needed: str = ""
    """The hint where it is missing; empty: it may be left out."""
    form: Form = ""


@dataclass(frozen=True, slots=True)
class Package:
    """What is not installed with the program."""

    module: str
    extra: str
    """What of our own package installs it."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of sources. Functions are named as ``package.module:function``, and loaded by whoever needs them."""

    name: str
    about: str
    """What such a source is, for operators; in a few words."""
    collector: str
    """A function from a source and ``collect.collectors.Means`` to a collector for one visit."""
    parsers: Mapping[DocumentKind, str]
    """How its documents are read: functions from a document and its source to what the document says."""
    keys: tuple[Key, ...]
    """The keys of its own. The others may stand in any source, so that sources can share them by an alias."""
    example: Mapping[str, object]
    """A source as operators write it."""
    document: DocumentKind = "post"
    """What its ``url`` leads to."""
    remote: bool = False
    """Whether it is read by HTTP requests of our own."""
    every: timedelta | None = None
    """How often to look where nothing is written; None: by its own rhythm."""
    full_text: str = "auto"
    """What ``full_text`` is where nothing is written."""
    costs_nothing: bool = False
    """Whether it may be looked at as often as ever after a failure."""
    needs: Package | None = None

    def key(self, name: str) -> Key | None:
        return next((key for key in self.keys if key.name == name), None)


KINDS: dict[str, Kind] = {}
"""By name; filled by ``aggregator.collect.kinds``."""


def kind_of(name: str) -> Kind:
    """Raises ValueError for a kind that there is not."""
    if name not in KINDS:
        raise ValueError(f"there is no kind of sources called {name!r}; known: {', '.join(KINDS) or 'none'}")
    return KINDS[name]
