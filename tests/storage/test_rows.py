"""The short way to rows gives what SQLAlchemy's long way gives."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Connection, Engine, bindparam, create_engine, literal, select, text
from sqlalchemy.engine import URL

from storage.dialect.sqlite import Sqlite
from storage.engine import BATCH, KEYS, glance, reading, rows_of
from storage.tables import SIGHTING

_S = SIGHTING.c
QUERY = (
    select(_S.location.label("key"), _S.stamp, _S.line, literal("word").label("fixed"))
    .where(_S.status != "vanished", _S.source == bindparam("source"), _S.location.in_(KEYS), _S.digest == "d")
    .order_by(_S.stamp, _S.location)
)
names = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=4)


def filled(engine: Engine, places: list[tuple[str, str, str]]) -> None:
    with engine.begin() as connection:
        SIGHTING.metadata.create_all(connection)
        rows = [
            {"source": "s", "location": location, "stamp": stamp, "status": status, "digest": "d", "line": len(stamp)}
            | {"recipe": "", "seen": 0, "content_hash": "", "reason": ""}
            for location, stamp, status in places
        ]
        if rows:
            connection.execute(SIGHTING.insert(), rows)


def the_long_way(connection: Connection, keys: list[str]) -> list[tuple[object, ...]]:
    return [tuple(row) for row in connection.execute(QUERY, {"source": "s", "keys": keys})]


@given(
    places=st.lists(st.tuples(names, names, st.sampled_from(["new", "vanished"])), unique_by=lambda place: place[0]),
    others=st.lists(names),
)
def test_both_ways_agree(places: list[tuple[str, str, str]], others: list[str]) -> None:
    engine = create_engine("sqlite://")
    filled(engine, places)
    keys = list(dict.fromkeys([*others, *(location for location, _, _ in places[::2])]))
    with engine.connect() as connection:
        rows = list(rows_of(connection, QUERY, keys, source="s"))
        assert [tuple(row) for row in rows] == the_long_way(connection, keys)
        assert [(row.key, row.fixed) for row in rows] == [(row[0], "word") for row in rows]
        assert list(rows_of(connection, QUERY, keys, source="other")) == []
    engine.dispose()


@pytest.mark.parametrize("number", [0, 1, BATCH, BATCH + 1])
def test_more_values_than_one_statement_takes_are_asked_for_in_turn(tmp_path: Path, number: int) -> None:
    engine = Sqlite().connect(URL.create("sqlite", database=str(tmp_path / "rows.sqlite3")))
    filled(engine, [(f"{place:04}", "", "new") for place in range(number)])
    keys = [f"{place:04}" for place in range(number)]
    with glance(engine) as driver:
        assert [row.key for row in rows_of(driver, QUERY, keys, source="s")] == keys
    with reading(engine) as connection:
        assert connection.scalar(text("SELECT count(*) FROM sighting")) == number
    engine.dispose()
