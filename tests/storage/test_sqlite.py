"""What only SQLite knows: which of its errors an operator can do something about."""

from __future__ import annotations

import sqlite3

import pytest

from storage.dialect.sqlite import Sqlite

HINTS = [
    (sqlite3.SQLITE_BUSY, "another process has been writing"),
    (sqlite3.SQLITE_BUSY_SNAPSHOT, "another process has been writing"),
    (sqlite3.SQLITE_FULL, "make room"),
    (sqlite3.SQLITE_READONLY, "the data folder must be writable"),
    (sqlite3.SQLITE_READONLY_DBMOVED, "the data folder must be writable"),
    (sqlite3.SQLITE_CANTOPEN, "check that the data folder is there"),
    (sqlite3.SQLITE_CORRUPT_INDEX, "restore the database"),
    (sqlite3.SQLITE_NOTADB, "name another file"),
    (sqlite3.SQLITE_CONSTRAINT_UNIQUE, ""),
]


@pytest.mark.parametrize(("code", "hint"), HINTS)
def test_hints_go_by_the_code_whatever_the_message(code: int, hint: str) -> None:
    error = sqlite3.OperationalError("其他的话")
    error.sqlite_errorcode = code
    assert Sqlite().hint(error).startswith(hint)
    assert bool(Sqlite().hint(error)) is bool(hint)


def test_an_error_of_the_driver_alone_has_no_hint() -> None:
    connection = sqlite3.connect(":memory:")
    connection.close()
    with pytest.raises(sqlite3.ProgrammingError) as caught:
        connection.execute("SELECT 1")
    assert Sqlite().hint(caught.value) == ""
