"""Transactions, and many rows at once; errors of the database in our own words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from typing import Any, TypeVar

from sqlalchemy import Connection, Delete, Engine, Insert, Select, Update
from sqlalchemy.exc import SQLAlchemyError

from aggregator.errors import StoreError
from storage.dialect import dialect_of
from storage.dialect.base import KEYS, Dialect, Driver, storable

__all__ = ["KEYS", "batches", "configure", "glance", "reading", "rows_of", "run_many", "storable", "writing"]

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Glance:
    """A connection for one query through `rows_of`."""

    dialect: Dialect
    driver: Driver


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """A snapshot: all that is read in it was true at one instant. Raises StoreError."""
    with _wording(dialect_of(engine)), engine.begin() as connection:
        yield connection


@contextmanager
def glance(engine: Engine) -> Iterator[Glance]:
    """For one query through `rows_of`, which is a snapshot without a transaction around it. Raises StoreError."""
    dialect = dialect_of(engine)
    with _wording(dialect):
        pooled = engine.raw_connection()
        try:
            driver: Any = pooled.driver_connection
            yield Glance(dialect, driver)
        finally:
            pooled.close()


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """A transaction that holds the writer lock; an exception undoes it. Raises StoreError."""
    with _wording(dialect_of(engine)), engine.execution_options(writes=True).begin() as connection:
        yield connection


def configure(engine: Engine) -> None:
    """Sets what stays with the database. Raises StoreError."""
    with glance(engine) as at:
        at.dialect.configure(at.driver)


@contextmanager
def _wording(dialect: Dialect) -> Iterator[None]:
    """Says what the database said in one line, and what to do about it."""
    try:
        yield
    except (SQLAlchemyError, dialect.error) as error:
        cause = getattr(error, "orig", None) or error
        line = str(cause).split("\n", 1)[0]
        raise StoreError(f"database: {line}", dialect.hint(cause)) from error
    except UnicodeEncodeError as error:
        raise StoreError(f"database: text that UTF-8 cannot carry: {error.object!r:.200}") from error


def run_many(connection: Connection, statement: Insert | Update | Delete, rows: Sequence[Mapping[str, Any]]) -> None:
    """One statement for many rows of the same columns, two at least; none for no rows.

    The driver takes the values as they are: SQLAlchemy's own way through `execute` looks at each value of
    each row, which costs as much again as storing it. So `statement` must hold no literals of its own.
    Text is stored as `storable` has it.
    """
    if rows:
        dialect_of(connection).run_many(connection, statement, rows)


def rows_of(
    connection: Connection | Glance,
    query: Select[*tuple[Any, ...]],
    keys: Iterable[object],
    **fixed: object,
) -> Iterator[Any]:
    """The rows for many values, as named tuples, at most `BATCH` values asked for at once; other parameters by name.

    Straight from the driver, like `run_many`: for a list of 500 values SQLAlchemy's own way takes ten times as
    long as the database. Columns come as they are stored, booleans as 0 and 1. Text must be `storable`. What is
    made of the query is kept for good, so it must be a constant of its module.
    """
    at = connection if isinstance(connection, Glance) else Glance(dialect_of(connection), connection.connection)
    for batch in batches(keys):
        yield from at.dialect.rows(at.driver, query, batch, fixed)


BATCH = 500
"""Most values in one IN list."""


def batches(values: Iterable[T]) -> Iterator[list[T]]:
    """Lists of at most `BATCH`, in order; none for nothing."""
    rest = iter(values)
    while batch := list(islice(rest, BATCH)):
        yield batch
