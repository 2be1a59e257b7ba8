"""Connections and transactions: SQLite's settings, the one writer lock, errors in our own words."""

from __future__ import annotations

import sqlite3
from collections import namedtuple
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from itertools import islice
from operator import itemgetter
from typing import Any, TypeVar

from sqlalchemy import Connection, Delete, Dialect, Engine, Insert, Select, Update, bindparam, create_engine, event
from sqlalchemy.dialects import sqlite
from sqlalchemy.dialects.sqlite import insert as upsert
from sqlalchemy.engine import URL
from sqlalchemy.exc import SQLAlchemyError

from aggregator.errors import StoreError

__all__ = [
    "KEYS",
    "batches",
    "connect",
    "glance",
    "reading",
    "rows_of",
    "run_many",
    "storable",
    "upsert",
    "use_write_ahead_log",
    "writing",
]

T = TypeVar("T")

BUSY_SECONDS = 30

# Set before the first write of a file, for good. Texts of 8 KB then spread over fewer pages than with the
# default of 4,096: measured at 50,000 articles, a batch costs a quarter less.
_PAGE_BYTES = 8192

_HINTS = {
    "database is locked": f"another process has been writing for {BUSY_SECONDS} s; try again when it is done",
    "database or disk is full": "make room on the disk of the data folder",
    "attempt to write a readonly database": "the data folder must be writable",
    "unable to open database file": "check that the data folder is there and may be written",
    "database disk image is malformed": "restore the database from a backup",
    "file is not a database": "name another file: this one was not written by this program",
}


def connect(url: URL) -> Engine:
    """An engine whose connections may pass from thread to thread; nothing is opened yet."""
    engine = create_engine(url, connect_args={"timeout": BUSY_SECONDS, "check_same_thread": False})
    event.listen(engine, "connect", _set_up)
    event.listen(engine, "begin", _begin)
    return engine


def _set_up(connection: sqlite3.Connection, _record: object) -> None:
    # Python's sqlite3 would begin transactions by its own rules; None leaves that to `_begin`.
    connection.isolation_level = None
    connection.execute("PRAGMA foreign_keys = ON")
    # FULL, not NORMAL: with WAL, NORMAL may lose the last commits when the power fails, and what was
    # reported as stored must be there. A commit a batch makes that one fsync for up to 500 articles.
    connection.execute("PRAGMA synchronous = FULL")
    # In pages. A batch of 500 articles writes 5 MB and more; with the default of 1,000 pages nearly every
    # commit would copy the log back into the database.
    connection.execute("PRAGMA wal_autocheckpoint = 4000")
    connection.execute("PRAGMA cache_size = -16000")


def _begin(connection: Connection) -> None:
    # IMMEDIATE takes the writer lock at once: a transaction that first reads and then writes could
    # otherwise fail half-way because somebody else wrote in between.
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def use_write_ahead_log(engine: Engine) -> None:
    """Readers then see a snapshot while one process writes. Stays with the file. Raises StoreError."""
    with wording(), _driver_connection(engine) as connection:
        if connection.execute("PRAGMA journal_mode").fetchone() == ("wal",):
            return
        connection.execute(f"PRAGMA page_size = {_PAGE_BYTES}")
        if connection.execute("PRAGMA journal_mode = WAL").fetchone() != ("wal",):
            raise StoreError("this file system cannot hold a write-ahead log", "put the data folder on a local disk")


@contextmanager
def _driver_connection(engine: Engine) -> Iterator[sqlite3.Connection]:
    """SQLite's own connection, outside of any transaction, where the journal mode can be set."""
    pooled = engine.raw_connection()
    try:
        connection: Any = pooled.driver_connection
        yield connection
    finally:
        pooled.close()


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """A snapshot: all that is read in it was true at one instant. Raises StoreError."""
    with wording(), engine.begin() as connection:
        yield connection


@contextmanager
def glance(engine: Engine) -> Iterator[sqlite3.Connection]:
    """For one query through `rows_of`, which is a snapshot without a transaction around it. Raises StoreError."""
    with wording(), _driver_connection(engine) as connection:
        yield connection


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """A transaction that holds the writer lock; an exception undoes it. Raises StoreError."""
    with wording(), engine.execution_options(writes=True).begin() as connection:
        yield connection


@contextmanager
def wording() -> Iterator[None]:
    """Says what the database said in one line, and what to do about it."""
    try:
        yield
    except (SQLAlchemyError, sqlite3.Error) as error:
        cause = str(getattr(error, "orig", None) or error).split("\n", 1)[0]
        raise StoreError(f"database: {cause}", _HINTS.get(cause, "")) from error
    except UnicodeEncodeError as error:
        raise StoreError(f"database: text that UTF-8 cannot carry: {error.object!r:.200}") from error


def run_many(connection: Connection, statement: Insert | Update | Delete, rows: Sequence[Mapping[str, Any]]) -> None:
    """One statement for many rows of the same columns, two at least; none for no rows.

    The driver takes the values as they are: SQLAlchemy's own way through `execute` looks at each value of
    each row, which costs as much again as storing it. So `statement` must hold no literals of its own.
    Text is stored as `storable` has it.
    """
    if not rows:
        return
    sql, columns = _compiled(connection.dialect, statement, tuple(rows[0]))
    cursor: Any = connection.connection.cursor()
    values = [columns(row) for row in rows]
    done = 0

    def taken() -> Iterator[tuple[Any, ...]]:
        nonlocal done
        for row in values:
            done += 1
            yield row

    try:
        cursor.executemany(sql, taken())
    except UnicodeEncodeError:
        # Looking at every text beforehand would cost a sixth of a batch; the row that failed was not stored.
        cursor.executemany(sql, [tuple(map(_storable_value, row)) for row in values[done - 1 :]])


KEYS: Any = bindparam("keys", expanding=True)
"""Stands in a query for the values that `rows_of` asks it for: ``column.in_(KEYS)``."""


def rows_of(
    connection: Connection | sqlite3.Connection,
    query: Select[*tuple[Any, ...]],
    keys: Iterable[object],
    **fixed: object,
) -> Iterator[Any]:
    """The rows for many values, as named tuples, at most `BATCH` values asked for at once; other parameters by name.

    Straight from the driver, like `run_many`: for a list of 500 values SQLAlchemy's own way takes ten times as
    long as the database. Columns come as they are stored, booleans as 0 and 1. Text must be `storable`. What is
    made of the query is kept for good, so it must be a constant of its module.
    """
    driver: Any = connection.connection if isinstance(connection, Connection) else connection
    before, after, arguments, row = _asked(query)
    for batch in batches(keys):
        values: list[object] = []
        for name, value in arguments:
            values += batch if name == KEYS.key else (fixed.get(name, value),)
        yield from map(row, driver.cursor().execute(f"{before}{','.join('?' * len(batch))}{after}", values))


@cache
def _asked(query: Select[*tuple[Any, ...]]) -> tuple[str, str, list[tuple[str, Any]], Callable[[Iterable[Any]], Any]]:
    """The SQL before and after the values, the arguments in order, and what makes a row."""
    compiled: Any = query.compile(dialect=sqlite.dialect(paramstyle="qmark"))
    before, after = str(compiled).split(f"__[POSTCOMPILE_{KEYS.key}]")
    arguments = [(name, compiled.params[name]) for name in compiled.positiontup]
    row: Any = namedtuple("row", [str(column.key) for column in query.selected_columns])  # type: ignore[misc]
    return before, after, arguments, row._make


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


def _storable_value(value: Any) -> Any:
    return storable(value) if type(value) is str else value


@cache
def _compiled(
    dialect: Dialect, statement: Insert | Update | Delete, names: tuple[str, ...]
) -> tuple[str, Callable[[Mapping[str, Any]], tuple[Any, ...]]]:
    compiled: Any = statement.compile(dialect=dialect, column_keys=list(names))
    return str(compiled), itemgetter(*compiled.positiontup)


BATCH = 500
"""Most values in one IN list."""


def batches(values: Iterable[T]) -> Iterator[list[T]]:
    """Lists of at most `BATCH`, in order; none for nothing."""
    rest = iter(values)
    while batch := list(islice(rest, BATCH)):
        yield batch
