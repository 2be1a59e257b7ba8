"""Databases of earlier schemas, made by the migrations up to there."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine

from storage import schema

MIGRATIONS = Path(schema.__file__).parent / "migrations"

AS_OF_0002 = """
    SELECT f.feed, f.wanted, COALESCE(p.built, -1), COALESCE(p.recipe, ''), COALESCE(p.etag, ''), p.modified,
        f.created, f.entered_once
    FROM now.feed_version f LEFT JOIN now.path_version p ON p.path = '/feeds/' || f.feed || '.atom'
    UNION ALL SELECT 'feeds.opml', 0, built, recipe, etag, modified, modified, 0
    FROM now.path_version WHERE path = '/feeds.opml'
"""
"""What the table of feed versions held when it held all."""

_SENTENCE = "CASE code WHEN '' THEN '' ELSE code || ': ' END"
SENTENCES_OF_PLACES = f"""
    UPDATE sighting SET reason = {_SENTENCE} || n.reason FROM now.sighting n
    WHERE n.source = sighting.source AND n.location = sighting.location AND n.code IS NOT NULL
"""  # noqa: S608
SENTENCES_OF_SOURCES = f"""
    UPDATE source SET error = {_SENTENCE.replace("code", "error_code")} || n.error
        || CASE COALESCE(n.remedy, '') WHEN '' THEN '' ELSE ' (' || n.remedy || ')' END
    FROM now.source n WHERE n.name = source.name AND n.error_code IS NOT NULL
"""  # noqa: S608
"""What stood where codes have columns of their own now."""


ALARMS_AS_SENTENCES = """(
    SELECT COALESCE(group_concat(json_extract(value, '$[1]'), '; '), '') FROM json_each(now.source.alarms)
)"""
"""A column of sentences stood where codes have joined them."""


def make_old(path: Path, revision: str) -> None:
    """An empty database of an earlier schema."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    engine = create_engine(f"sqlite:///{path}")
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
    engine.dispose()


def as_of_0002(present: Path, old: Path) -> None:
    """Writes what a database holds into a new one of schema 0002, as that version would have stored it."""
    make_old(old, "0002")
    with closing(sqlite3.connect(old)) as connection:
        connection.execute("ATTACH DATABASE ? AS now", (str(present),))
        for table, columns in _tables(connection):
            connection.execute(f"DELETE FROM main.{table}")  # noqa: S608
            names = ", ".join(columns)
            told = names.replace("alarm", ALARMS_AS_SENTENCES) if table == "source" else names
            rows = AS_OF_0002 if table == "feed_version" else f"SELECT {told} FROM now.{table}"  # noqa: S608
            connection.execute(f"INSERT INTO main.{table} ({names}) {rows}")
        connection.execute("UPDATE verdict SET why_not = '' WHERE why_not = '[]'")
        connection.execute(SENTENCES_OF_PLACES)
        connection.execute(SENTENCES_OF_SOURCES)
        connection.commit()


def _tables(connection: sqlite3.Connection) -> Iterator[tuple[str, list[str]]]:
    tables = connection.execute(
        "SELECT name FROM main.sqlite_master WHERE type = 'table' AND name <> 'alembic_version'"
    )
    for (table,) in tables.fetchall():
        yield table, [row[1] for row in connection.execute(f"PRAGMA main.table_info({table})")]
