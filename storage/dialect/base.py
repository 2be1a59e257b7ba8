"""What a database has to do for the store that each does in its own way."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from typing import Any, Protocol

from sqlalchemy import Column, Connection, Delete, Engine, Insert, Select, Table, Update, bindparam
from sqlalchemy.engine import URL
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import PoolProxiedConnection
from sqlalchemy.sql.base import ReadOnlyColumnCollection
from sqlalchemy.sql.elements import KeyedColumnElement

Driver = DBAPIConnection | PoolProxiedConnection
"""The driver's own connection."""

KEYS: Any = bindparam("keys", expanding=True)
"""Stands in a query for the values that `Dialect.rows` asks it for: ``column.in_(KEYS)``."""


class Upsert(Protocol):
    """An insert that may say what happens to a row that is there already."""

    @property
    def excluded(self) -> ReadOnlyColumnCollection[str, KeyedColumnElement[Any]]:
        """The values of the row that was not inserted."""

    def on_conflict_do_nothing(self) -> Insert: ...

    def on_conflict_do_update(self, *, index_elements: Sequence[Column[Any]], set_: Mapping[str, Any]) -> Insert: ...


class Dialect(Hashable, Protocol):
    """One kind of database. Without state: all it knows comes in as arguments."""

    name: str
    """As addresses begin."""
    example: str
    """An address, for hints."""
    error: type[Exception]
    """What the driver raises."""
    index_condition: str
    """The argument of `Index` that makes it a partial one."""
    keyed_table: Mapping[str, object]
    """Arguments of `Table` that have rows stored in the order of their key."""

    def locate(self, address: URL, *, create: bool) -> None:
        """Whether a database may be at the address; makes what has to be there before it, if ``create``.

        Raises StoreError, also where there is no database and none shall be made.
        """

    def connect(self, address: URL) -> Engine:
        """An engine whose connections may pass from thread to thread; nothing is opened yet.

        Each transaction is a snapshot; one with the execution option ``writes`` holds the one writer lock.
        """

    def configure(self, driver: Driver) -> None:
        """Sets what stays with the database, outside of any transaction. Raises StoreError."""

    def insert(self, table: Table) -> Upsert: ...

    def run_many(
        self, connection: Connection, statement: Insert | Update | Delete, rows: Sequence[Mapping[str, Any]]
    ) -> None:
        """One statement for many rows, one at least, straight to the driver. Text is stored as `storable` has it."""

    def rows(
        self, driver: Driver, query: Select[*tuple[Any, ...]], keys: Sequence[object], fixed: Mapping[str, object]
    ) -> Iterator[Any]:
        """The query's rows for the values that `KEYS` stands for, as named tuples, straight from the driver."""

    def hint(self, error: BaseException) -> str:
        """What to do about an error of the driver; empty where nothing can be said."""


def storable(text: str) -> str:
    """The text, with characters that UTF-8 cannot carry (lone surrogates) spelled out as ``\\udcff``.

    One odd file name shall not keep a batch of 500 articles out of the store.
    """
    if text.isascii():
        return text
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-8", "backslashreplace").decode()
    return text
