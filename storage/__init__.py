"""Stage 6 of 8 - store: Changes, Routings -> rows; rows -> Entries.

`open_store` gives three ports on one database: the store writes, the archive reads, the agenda says
which source is due. Rows, sessions and SQL stay in here.
"""

from __future__ import annotations

from dataclasses import dataclass

from aggregator.ports import Agenda, Archive, Store
from storage.agenda import SqlAgenda
from storage.backup import database_file, examine, settle, snapshot
from storage.dialect import address_of, dialect_of
from storage.read.archive import SqlArchive
from storage.schema import prepare
from storage.write.unit import SqlStore

__all__ = ["Storage", "database_file", "examine", "open_store", "settle", "snapshot"]


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
    address = address_of(url)
    dialect = dialect_of(address)
    dialect.locate(address, create=create)
    engine = dialect.connect(address)
    try:
        prepare(engine, create=create)
    except BaseException:
        engine.dispose()
        raise
    return Storage(SqlStore(engine), SqlArchive(engine), SqlAgenda(engine))
