"""The kinds of database that the store works on: one file each, and its line here."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Engine, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from aggregator.errors import StoreError
from storage.dialect.base import Dialect
from storage.dialect.sqlite import Sqlite

DIALECTS: dict[str, Dialect] = {Sqlite.name: Sqlite()}
"""By name."""


def address_of(url: str) -> URL:
    """Raises StoreError where it is none, or that of a database that has no dialect."""
    hint = "write " + " or ".join(dialect.example for dialect in DIALECTS.values())
    try:
        address = make_url(url)
    except ArgumentError as error:
        raise StoreError("the database address cannot be read", hint) from error
    name = address.get_backend_name()
    if name not in DIALECTS:
        raise StoreError(f"{name} databases are not supported by this version", hint)
    return address


def dialect_of(at: URL | Engine | Connection) -> Dialect:
    """The dialect of an address that `address_of` gave, or of what was opened there."""
    return DIALECTS[at.get_backend_name() if isinstance(at, URL) else at.dialect.name]


def partial_index(condition: str) -> dict[str, Any]:
    """The arguments of an index of the rows that meet a condition."""
    return {dialect.index_condition: text(condition) for dialect in DIALECTS.values()}


def keyed_table() -> dict[str, Any]:
    """The arguments of a narrow table, stored in the order of its key."""
    return {name: value for dialect in DIALECTS.values() for name, value in dialect.keyed_table.items()}
