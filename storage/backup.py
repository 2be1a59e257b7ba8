"""A whole copy of a database that is in use, and what can be said of a copy.

SQLite's own copying (https://sqlite.org/backup.html) of one read transaction: others write meanwhile, and what stands
in the -wal is in the copy.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import quote

from aggregator.errors import SchemaError, StoreError
from aggregator.model.backup import Contents
from storage.dialect import address_of
from storage.dialect.sqlite import BUSY_SECONDS, Sqlite
from storage.schema import REVISIONS
from storage.tables import FETCHED, META

_PAGES = 2_000
"""Copied between two words of progress."""
_MOST_FAULTS = 3
_ANOTHER = "use another backup"


def database_file(url: str) -> Path:
    """Where it is. Raises StoreError for one that is no file."""
    if url.startswith("postgres"):
        raise StoreError(
            "a PostgreSQL database is no file that this command could copy or replace",
            "use `pg_dump --format=custom` and `pg_restore`, and copy the configuration folder",
        )
    address = address_of(url)
    if not address.database or address.database == ":memory:":
        raise StoreError("a database in memory has no file", f"write {Sqlite.example}")
    return Path(address.database)


def snapshot(url: str, target: Path, *, kept: bool, progress: Callable[[int, int], None]) -> Contents:
    """Copies the database to a file, as it is at one instant, while others write; looks whether the copy is sound.

    ``kept``: with what is kept as it was fetched. Raises StoreError.
    """
    source = database_file(url)
    if not source.is_file():
        raise StoreError(f"there is no database at {source}", "collect something first: `aggregator collect`")
    with _wording(source), closing(_connected(source)) as there, closing(sqlite3.connect(target)) as here:
        # What this connection reads from here on is one state: a write of others does not begin the copy anew.
        there.execute("BEGIN")
        expected = _counts(there)
        there.backup(here, pages=_PAGES, progress=lambda _, left, total: progress(total - left, total))
        there.rollback()
        here.execute("PRAGMA journal_mode = DELETE")
        if not kept:
            here.execute(f"DELETE FROM {FETCHED.name}")  # noqa: S608 - the name is ours
            here.commit()
            here.execute("VACUUM")
            expected[FETCHED.name] = 0
    found = examine(target)
    if dict(found.counts) != expected:
        raise StoreError("the copy of the database holds other numbers of rows", "see whether the disk is sound")
    return found


def examine(file: Path) -> Contents:
    """What is in a copy. Raises StoreError where it is damaged; SchemaError: another program's, a later version's."""
    with _wording(file), closing(_connected(file)) as copy:
        # It may be anybody's: nothing that it defines is run.
        copy.execute("PRAGMA trusted_schema = OFF")
        faults = [fault for (fault,) in copy.execute(f"PRAGMA integrity_check({_MOST_FAULTS})")]
        if faults != ["ok"]:
            raise StoreError(f"{file} is damaged: {'; '.join(faults)[:300]}", _ANOTHER)
        kinds = {kind for (kind,) in copy.execute("SELECT DISTINCT type FROM sqlite_master")}
        counts = _counts(copy) if kinds <= {"table", "index"} else {}
        if not {"alembic_version", META.name} <= {*counts}:
            raise SchemaError(f"{file} is empty, or the database of another program", _ANOTHER)
        schemas = [str(schema) for (schema,) in copy.execute("SELECT version_num FROM alembic_version")]
        if len(schemas) != 1 or schemas[0] not in REVISIONS:
            raise SchemaError(
                f"{file} has schema {', '.join(schemas) or 'none'}, this version knows schemas up to {REVISIONS[-1]}",
                "install the version that wrote it, or a later one",
            )
    return Contents(schemas[0], counts)


def settle(file: Path) -> None:
    """Brings what stands beside a database that nobody uses (``-wal``) into its file. Raises StoreError."""
    with _wording(file), closing(_connected(file)) as connection:
        (busy, _, _) = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        (mode,) = connection.execute("PRAGMA journal_mode = DELETE").fetchone()
    if busy or mode != "delete":
        raise StoreError(f"{file} is being read", "try again when that is done")


def _counts(connection: sqlite3.Connection) -> dict[str, int]:
    names = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY 1")]
    return {name: _number_of_rows(connection, name) for name in names}


def _number_of_rows(connection: sqlite3.Connection, table: str) -> int:
    quoted = table.replace('"', '""')
    (number,) = connection.execute(f'SELECT count(*) FROM "{quoted}"').fetchone()  # noqa: S608 - it is quoted
    return int(number)


def _connected(file: Path) -> sqlite3.Connection:
    uri = f"file:{quote(str(file.absolute()))}?mode=rw"
    return sqlite3.connect(uri, uri=True, isolation_level=None, timeout=BUSY_SECONDS)


@contextmanager
def _wording(file: Path) -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        raise StoreError(f"{file}: {error}", Sqlite().hint(error) or _ANOTHER) from error
