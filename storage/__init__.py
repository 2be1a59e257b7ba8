"""Stage 6 of 8 - store: Changes, Routings -> rows; rows -> Entries.

`open_store` gives three ports on one database: the store writes, the archive reads, the agenda says
which source is due. Rows, sessions and SQL stay in here.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from aggregator.errors import StoreError
from aggregator.ports import Agenda, Archive, Store
from storage.agenda import SqlAgenda
from storage.engine import connect
from storage.read.archive import SqlArchive
from storage.schema import prepare
from storage.write.unit import SqlStore

__all__ = ["Storage", "open_store"]


@dataclass(frozen=True, slots=True)
class Storage:
    """An open database. Threads may share it; a forked process may not."""

    store: Store
    archive: Archive
    agenda: Agenda

    def close(self) -> None:
        """Gives back all connections."""
        self.store.close()


def open_store(url: str, *, create: bool = True) -> Storage:
    """Opens the database at `url`, ``sqlite:////absolute/path``, and brings its schema up to date.

    A database that is not there is made, with its folder, unless `create` is False. Raises SchemaError
    for the database of another program or a newer version, StoreError for all else that cannot be opened.
    """
    address = _address(url)
    file = Path(str(address.database))
    if create:
        _make_folder(file.parent)
    elif not file.exists():
        raise StoreError(f"there is no database at {file}", "collect something first: `aggregator collect`")
    engine = connect(address)
    try:
        prepare(engine, create=create)
    except BaseException:
        engine.dispose()
        raise
    return Storage(SqlStore(engine), SqlArchive(engine), SqlAgenda(engine))


def _address(url: str) -> URL:
    hint = "write sqlite:////absolute/path/of/the.sqlite3"
    try:
        address = make_url(url)
    except ArgumentError as error:
        raise StoreError("the database address cannot be read", hint) from error
    if address.get_backend_name() != "sqlite":
        raise StoreError(f"{address.get_backend_name()} databases are not supported by this version", hint)
    if address.database in {None, "", ":memory:"}:
        raise StoreError("a database in memory cannot be shared between processes", hint)
    return address


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(f"cannot make the folder {folder}: {error.strerror}", "check its rights") from error
