"""What a backup holds, and what is remembered of the last one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Contents:
    """Of a database."""

    schema: str
    """Its last migration."""
    counts: Mapping[str, int]
    """Rows, by table."""


@dataclass(frozen=True, slots=True)
class Member:
    """One file of a backup."""

    size: int
    """In bytes."""
    sha256: str


@dataclass(frozen=True, slots=True)
class Inventory:
    """What a backup says of itself."""

    created: datetime
    program: str
    """The version that wrote it."""
    contents: Contents
    members: Mapping[str, Member] = field(default_factory=dict)
    """All other files in it, by name."""

    @property
    def size(self) -> int:
        """Bytes of all of them, unpacked."""
        return sum(member.size for member in self.members.values())


@dataclass(frozen=True, slots=True)
class LastBackup:
    """The last backup that was verified."""

    at: datetime
    file: str
    """Its absolute path then."""
