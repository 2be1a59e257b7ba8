"""Reports → what ``json`` writes: the fields of the model under their own names."""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime, timedelta
from pathlib import PurePath
from uuid import UUID


def plain(value: object) -> object:
    """Fields, and the properties that ``TOLD`` of a class names; times in UTC with ``Z``, durations in seconds, ids
    and paths as texts. Raises TypeError."""
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    if is_dataclass(value):
        names = (*(field.name for field in fields(value)), *getattr(value, "TOLD", ()))
        return {name: plain(getattr(value, name)) for name in names}
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, timedelta):
        return value.total_seconds()
    if isinstance(value, (UUID, PurePath)):
        return str(value)
    if isinstance(value, Mapping):
        return {str(key): plain(inner) for key, inner in value.items()}
    if isinstance(value, Set):
        return sorted(str(plain(inner)) for inner in value)
    if isinstance(value, (list, tuple)):
        return [plain(inner) for inner in value]
    raise TypeError(f"no JSON for {type(value).__name__}")
