"""What an edit of a field of the configuration moves, and digests by which such an edit is noticed.

Each field says it in its metadata: ``field(default=…, metadata=moves(READ))``. A digest is over the fields that say
so and differ from their default, by name; so a new field with its default changes none.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from datetime import timedelta
from enum import Flag, auto
from hashlib import sha256
from typing import Any


class Edit(Flag):
    """What becomes necessary."""

    NOTHING = 0
    READ = auto()
    """Documents are read again."""
    ASK = auto()
    """The address is asked again, as if for the first time."""
    WHEN = auto()
    """The next visit is another one."""
    ROUTE = auto()
    """Articles are sorted into topics again."""
    SHOW = auto()
    """Feeds and pages are built again."""


NOTHING, READ, ASK, WHEN, ROUTE, SHOW = Edit.NOTHING, Edit.READ, Edit.ASK, Edit.WHEN, Edit.ROUTE, Edit.SHOW

_FORM = "2"
"""Of digests; raised when the same values give another digest."""
_KEY = "edit"


def moves(edit: Edit) -> Mapping[str, Edit]:
    """The metadata of a field."""
    return {_KEY: edit}


def edit_of(member: Field[Any]) -> Edit:
    """Raises KeyError for a field that does not say it."""
    edit: Edit = member.metadata[_KEY]
    return edit


def digest(value: Any, edit: Edit, *more: str | int) -> str:
    """Of a dataclass: its fields whose edit moves that; and of ``more``."""
    told = json.dumps([*more, _told(value, edit)], sort_keys=True, separators=(",", ":"))
    return f"{_FORM}:{sha256(told.encode()).hexdigest()[:16]}"


def differ(old: str, new: str) -> bool:
    """Whether two digests tell of different values. Two of different forms tell nothing."""
    return old != new and _form(old) == _form(new)


def _form(written: str) -> str:
    form, colon, _ = written.partition(":")
    return form if colon else ""


def _told(value: Any, edit: Edit, within: bool = False) -> dict[str, object]:
    """Fields ``within`` another one that do not say what they move are as that one."""
    told: dict[str, object] = {}
    for member in fields(value):
        if member.init and ((within and _KEY not in member.metadata) or edit_of(member) & edit):
            written = getattr(value, member.name)
            if written != _default(member) and (plain := _plain(written, edit)) is not None:
                told[member.name] = plain
    return told


def _default(member: Field[Any]) -> object:
    return member.default_factory() if member.default_factory is not MISSING else member.default


def _plain(value: Any, edit: Edit) -> object:
    """As JSON has it; None for a value in which nothing moves that."""
    if is_dataclass(value):
        told = _told(value, edit, within=True)
        return [type(value).__name__, told] if told else None
    if isinstance(value, timedelta):
        return value // timedelta(microseconds=1)
    if isinstance(value, Mapping):
        return {str(name): _plain(inner, edit) for name, inner in value.items()}
    if isinstance(value, tuple):
        return [_plain(inner, edit) for inner in value]
    return "" if value is None else value
