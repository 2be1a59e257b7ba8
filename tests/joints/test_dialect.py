"""One more kind of database is one file and one line: here SQLite under another name, which counts what it does."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from alembic.ddl.sqlite import SQLiteImpl
from sqlalchemy import Connection, Delete, Insert, Select, Table, Update
from sqlalchemy.dialects import registry
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite

from aggregator.errors import StoreError
from aggregator.model.article import Admission, Routing
from aggregator.model.fetching import HostMemory
from aggregator.model.reading import Query
from builders import NOW, a_change, a_prepared, a_verdict, an_article
from storage import Storage, open_store
from storage.dialect import DIALECTS
from storage.dialect.base import Driver, Upsert
from storage.dialect.sqlite import Sqlite


class CountedCompiler(SQLiteDialect_pysqlite):
    """What SQLAlchemy makes statements with."""

    name = "counted"
    supports_statement_cache = True


class CountedMigrations(SQLiteImpl):
    """What alembic makes tables with."""

    __dialect__ = "counted"


class Counted(Sqlite):
    name = "counted"
    example = "counted:////absolute/path"

    def __init__(self) -> None:
        self.done: Counter[str] = Counter()

    def insert(self, table: Table) -> Upsert:
        self.done[f"upsert {table.name}"] += 1
        return super().insert(table)

    def run_many(
        self, connection: Connection, statement: Insert | Update | Delete, rows: Sequence[Mapping[str, Any]]
    ) -> None:
        self.done["many"] += 1
        super().run_many(connection, statement, rows)

    def rows(
        self, driver: Driver, query: Select[*tuple[Any, ...]], keys: Sequence[object], fixed: Mapping[str, object]
    ) -> Iterator[Any]:
        self.done["rows"] += 1
        return super().rows(driver, query, keys, fixed)

    def configure(self, driver: Driver) -> None:
        self.done["configured"] += 1
        super().configure(driver)

    def hint(self, error: BaseException) -> str:
        return f"ask whoever counts ({super().hint(error)})"


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> Counted:
    dialect = Counted()
    monkeypatch.setitem(registry.impls, "counted", lambda: CountedCompiler)
    monkeypatch.setitem(DIALECTS, "counted", dialect)
    return dialect


@pytest.fixture
def storage(counted: Counted, tmp_path: Path) -> Iterator[Storage]:
    opened = open_store(f"counted:///{tmp_path}/store")
    yield opened
    opened.close()


def test_the_address_chooses_it_and_all_that_it_does_its_own_way_goes_through_it(
    storage: Storage, counted: Counted
) -> None:
    change = a_change(a_prepared(an_article()))
    with storage.store.write() as unit:
        unit.save([change], NOW)
        unit.route([Routing(change.identity.id, (a_verdict("a"),), (Admission("a", NOW),))], "rules", NOW)
        unit.sight([change.sighting])
        unit.keep_host(HostMemory("news.example"))
        unit.record_feed("a", NOW, 1)
        unit.record_path("/feeds/a.atom", "recipe", "etag", NOW)
    assert [entry.id for entry in storage.archive.entries(Query(feed="a"))] == [change.identity.id]
    assert storage.agenda.sightings("seeds")
    assert counted.done["configured"] == 1
    assert min(counted.done["many"], counted.done["rows"]) > 0
    assert {name for name in counted.done if name.startswith("upsert")} == {
        "upsert feed_version",
        "upsert host",
        "upsert path_version",
        "upsert sighting",
    }


def test_its_hints_are_its_own(storage: Storage, tmp_path: Path) -> None:
    (tmp_path / "text").write_text("这不是数据库。" * 200, encoding="utf-8")
    with pytest.raises(StoreError, match="not a database") as caught:
        open_store(f"counted:///{tmp_path}/text")
    assert caught.value.hint.startswith("ask whoever counts (name another file")


def test_its_address_is_told_to_who_names_none(counted: Counted) -> None:
    with pytest.raises(StoreError, match="mysql databases are not supported") as caught:
        open_store("mysql://host/name")
    assert caught.value.hint == "write sqlite:////absolute/path/of/the.sqlite3 or counted:////absolute/path"
