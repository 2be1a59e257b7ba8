"""SQLite: a file, its settings, its one writer lock, and the short ways to its driver."""

from __future__ import annotations

import sqlite3
from collections import namedtuple
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache
from operator import itemgetter
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Delete, Engine, Insert, Select, Table, Update, create_engine, event
from sqlalchemy import Dialect as Compiler
from sqlalchemy.dialects import sqlite
from sqlalchemy.engine import URL

from aggregator.errors import StoreError
from storage.dialect.base import KEYS, Driver, Upsert, storable

BUSY_SECONDS = 30

# Set before the first write of a file, for good. Texts of 8 KB then spread over fewer pages than with the
# default of 4,096: measured at 50,000 articles, a batch costs a quarter less.
_PAGE_BYTES = 8192

_PRIMARY = 0xFF
"""Of an error's code the part that says what went wrong; the rest says where."""

_HINTS = {
    sqlite3.SQLITE_BUSY: f"another process has been writing for {BUSY_SECONDS} s; try again when it is done",
    sqlite3.SQLITE_FULL: "make room on the disk of the data folder",
    sqlite3.SQLITE_READONLY: "the data folder must be writable",
    sqlite3.SQLITE_CANTOPEN: "check that the data folder is there and may be written",
    sqlite3.SQLITE_CORRUPT: "restore the database from a backup",
    sqlite3.SQLITE_NOTADB: "name another file: this one was not written by this program",
}


class Sqlite:
    """Implements `storage.dialect.base.Dialect`."""

    name = "sqlite"
    example = "sqlite:////absolute/path/of/the.sqlite3"
    error: type[Exception] = sqlite3.Error
    index_condition = "sqlite_where"
    # A hidden row number would be a second tree.
    keyed_table: Mapping[str, object] = {"sqlite_with_rowid": False}

    def locate(self, address: URL, *, create: bool) -> None:
        if address.database in {None, "", ":memory:"}:
            raise StoreError("a database in memory cannot be shared between processes", f"write {self.example}")
        file = Path(str(address.database))
        if create:
            _make_folder(file.parent)
        elif not file.exists():
            raise StoreError(f"there is no database at {file}", "collect something first: `aggregator collect`")

    def connect(self, address: URL) -> Engine:
        engine = create_engine(address, connect_args={"timeout": BUSY_SECONDS, "check_same_thread": False})
        event.listen(engine, "connect", _set_up)
        event.listen(engine, "begin", _begin)
        return engine

    def configure(self, driver: Driver) -> None:
        """Readers then see a snapshot while one process writes."""
        connection: Any = driver
        if connection.execute("PRAGMA journal_mode").fetchone() == ("wal",):
            return
        connection.execute(f"PRAGMA page_size = {_PAGE_BYTES}")
        if connection.execute("PRAGMA journal_mode = WAL").fetchone() != ("wal",):
            raise StoreError("this file system cannot hold a write-ahead log", "put the data folder on a local disk")

    def insert(self, table: Table) -> Upsert:
        return sqlite.insert(table)

    def run_many(
        self, connection: Connection, statement: Insert | Update | Delete, rows: Sequence[Mapping[str, Any]]
    ) -> None:
        sql, columns = _compiled(connection.dialect, statement, tuple(rows[0]))
        cursor = connection.connection.cursor()
        values = [columns(row) for row in rows]
        done = 0

        def taken() -> Iterator[tuple[Any, ...]]:
            nonlocal done
            for row in values:
                done += 1
                yield row

        many: Any = cursor
        try:
            many.executemany(sql, taken())
        except UnicodeEncodeError:
            # Looking at every text beforehand would cost a sixth of a batch; the row that failed was not stored.
            many.executemany(sql, [tuple(map(_storable_value, row)) for row in values[done - 1 :]])

    def rows(
        self, driver: Driver, query: Select[*tuple[Any, ...]], keys: Sequence[object], fixed: Mapping[str, object]
    ) -> Iterator[Any]:
        before, after, arguments, row = _asked(query)
        values: list[object] = []
        for name, value in arguments:
            values += keys if name == KEYS.key else (fixed.get(name, value),)
        found: Any = driver.cursor()
        return map(row, found.execute(f"{before}{','.join('?' * len(keys))}{after}", values))

    def hint(self, error: BaseException) -> str:
        # Errors of the driver itself, and not of the database, have no code.
        code = getattr(error, "sqlite_errorcode", None)
        return "" if code is None else _HINTS.get(code & _PRIMARY, "")


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(f"cannot make the folder {folder}: {error.strerror}", "check its rights") from error


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


def _storable_value(value: Any) -> Any:
    return storable(value) if type(value) is str else value


@cache
def _compiled(
    compiler: Compiler, statement: Insert | Update | Delete, names: tuple[str, ...]
) -> tuple[str, Callable[[Mapping[str, Any]], tuple[Any, ...]]]:
    compiled: Any = statement.compile(dialect=compiler, column_keys=list(names))
    return str(compiled), itemgetter(*compiled.positiontup)


@cache
def _asked(query: Select[*tuple[Any, ...]]) -> tuple[str, str, list[tuple[str, Any]], Callable[[Iterable[Any]], Any]]:
    """The SQL before and after the values, the arguments in order, and what makes a row."""
    compiled: Any = query.compile(dialect=sqlite.dialect(paramstyle="qmark"))
    before, after = str(compiled).split(f"__[POSTCOMPILE_{KEYS.key}]")
    arguments = [(name, compiled.params[name]) for name in compiled.positiontup]
    row: Any = namedtuple("row", [str(column.key) for column in query.selected_columns])  # type: ignore[misc]
    return before, after, arguments, row._make
