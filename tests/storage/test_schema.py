"""How databases are made, brought up to date, and refused."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine

from aggregator.classify.verdict import in_words
from aggregator.errors import SchemaError, StoreError
from storage import open_store, schema
from storage.tables import META
from storage.values import verdict_of

MIGRATIONS = Path(schema.__file__).parent / "migrations"
OURS = "SELECT type, name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite_%' AND name NOT LIKE '%alembic%'"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A database that was made and closed."""
    path = tmp_path / "aggregator.sqlite3"
    open_store(f"sqlite:///{path}").close()
    return path


def statements(path: Path) -> set[tuple[str, str, str]]:
    """What the database is made of, whatever the spaces."""
    with closing(sqlite3.connect(path)) as connection:
        return {(kind, name, " ".join(sql.split())) for kind, name, sql in connection.execute(OURS)}


def execute(path: Path, *sql: str) -> None:
    with closing(sqlite3.connect(path)) as connection:
        for statement in sql:
            connection.execute(statement)
        connection.commit()


def test_the_migrations_make_what_the_tables_say(file: Path, tmp_path: Path) -> None:
    engine = create_engine(f"sqlite:///{file}")
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        assert compare_metadata(context, META.metadata) == []
    engine.dispose()
    made = tmp_path / "made-by-the-tables.sqlite3"
    direct = create_engine(f"sqlite:///{made}")
    META.metadata.create_all(direct)
    direct.dispose()
    assert statements(file) == statements(made)


def test_the_revisions_named_in_the_code_are_those_in_the_folder() -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    in_order = [script.revision for script in ScriptDirectory.from_config(config).walk_revisions()][::-1]
    assert tuple(in_order) == schema.REVISIONS


SENTENCES = {
    "": "[]",
    "no rule matched": '[["no-rule",[],0.0,0.0]]',
    "score 0.5 of 1.0": '[["score",[],0.5,1.0]]',
    "only in ignored names: 甲": '[["only-in-ignored-names",["甲"],0.0,0.0]]',
    "not found: near(乙, 丙; within 6), 丁": '[["not-found",["near(乙, 丙; within 6), 丁"],0.0,0.0]]',
    "vetoed by: 戊\n己; not counted in ignored names: 甲, 庚": (
        '[["vetoed-by",["戊\\n己"],0.0,0.0],["not-counted-in-ignored-names",["甲, 庚"],0.0,0.0]]'
    ),
    "score 0.25 of 3.0; not counted in ignored names: 甲": (
        '[["score",[],0.25,3.0],["not-counted-in-ignored-names",["甲"],0.0,0.0]]'
    ),
}


def test_sentences_of_schema_0002_become_values_that_read_the_same(tmp_path: Path) -> None:
    path = tmp_path / "old.sqlite3"
    engine = create_engine(f"sqlite:///{path}")
    config = Config(attributes={"connection": None})
    config.set_main_option("script_location", str(MIGRATIONS))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0002")
    engine.dispose()
    with closing(sqlite3.connect(path)) as connection:
        insert = "INSERT INTO verdict VALUES (?, 't', 0, 0.5, 0, '[]', ?)"
        connection.executemany(insert, enumerate(SENTENCES))
        connection.commit()
    open_store(f"sqlite:///{path}").close()
    with closing(sqlite3.connect(path)) as connection:
        rows = connection.execute("SELECT why_not FROM verdict ORDER BY article").fetchall()
    assert [written for (written,) in rows] == list(SENTENCES.values())
    objections = [verdict_of(_Row(written)).why_not for (written,) in rows]
    assert list(map(in_words, objections)) == list(SENTENCES)


class _Row:
    topic, matched, score, reasons = "t", False, 0.5, "[]"

    def __init__(self, why_not: str) -> None:
        self.why_not = why_not


def test_a_file_is_written_ahead_in_large_pages(file: Path) -> None:
    with closing(sqlite3.connect(file)) as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        assert connection.execute("PRAGMA page_size").fetchone() == (8192,)


def test_a_file_that_lost_its_write_ahead_log_gets_it_again(file: Path) -> None:
    execute(file, "PRAGMA journal_mode = DELETE")
    open_store(f"sqlite:///{file}").close()
    with closing(sqlite3.connect(file)) as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)


def test_an_interrupted_creation_is_begun_again(tmp_path: Path) -> None:
    path = tmp_path / "empty.sqlite3"
    execute(path, "PRAGMA journal_mode = WAL")
    open_store(f"sqlite:///{path}").close()
    open_store(f"sqlite:///{path}", create=False).close()


def test_an_up_to_date_database_is_opened_without_alembic(file: Path) -> None:
    code = (
        "import sys; from storage import open_store; store = open_store(sys.argv[1], create=False); store.close();"
        "print([name for name in sys.modules if name.startswith('alembic')])"
    )
    run = subprocess.run([sys.executable, "-c", code, f"sqlite:///{file}"], capture_output=True, text=True, check=True)
    assert run.stdout == "[]\n"


def test_processes_that_make_one_database_at_the_same_time_make_one(tmp_path: Path) -> None:
    code = (
        "import sys; from storage import open_store; sys.stdin.readline();"
        "store = open_store(sys.argv[1]); print(store.archive.installation()); store.close()"
    )
    command = [sys.executable, "-c", code, f"sqlite:///{tmp_path}/a.sqlite3"]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    processes = [subprocess.Popen(command, text=True, **pipes) for _ in range(3)]  # type: ignore[call-overload]
    for process in processes:
        process.stdin.write("go\n")
        process.stdin.flush()
    answers = [process.communicate(timeout=60)[0] for process in processes]
    assert [process.returncode for process in processes] == [0, 0, 0]
    assert len(set(answers)) == 1


# --- refusals ---------------------------------------------------------------------------------------


def newer(path: Path) -> None:
    open_store(f"sqlite:///{path}").close()
    execute(path, "UPDATE alembic_version SET version_num = '9999'")


def foreign(path: Path) -> None:
    execute(path, "CREATE TABLE bookmarks (id INTEGER)")


def foreign_with_alembic(path: Path) -> None:
    execute(
        path,
        "CREATE TABLE bookmarks (id INTEGER)",
        "CREATE TABLE alembic_version (version_num TEXT)",
        "INSERT INTO alembic_version VALUES ('0001')",
    )


def text(path: Path) -> None:
    path.write_text("这不是数据库。" * 200, encoding="utf-8")


REFUSED: list[tuple[Callable[[Path], None], type[StoreError], str]] = [
    (newer, SchemaError, f"schema 9999, this version knows schemas up to {schema.REVISIONS[-1]}"),
    (foreign, SchemaError, "another program"),
    (foreign_with_alembic, SchemaError, "another program"),
    (text, StoreError, "not a database"),
    (Path.mkdir, StoreError, "unable to open"),
]


@pytest.mark.parametrize(("make", "error", "cause"), REFUSED)
def test_a_database_that_is_not_ours_is_refused_and_not_touched(
    tmp_path: Path, make: Callable[[Path], None], error: type[StoreError], cause: str
) -> None:
    path = tmp_path / "database"
    make(path)
    before = path.read_bytes() if path.is_file() else b""
    with pytest.raises(error, match=cause) as caught:
        open_store(f"sqlite:///{path}")
    assert caught.value.hint
    assert (path.read_bytes() if path.is_file() else b"") == before


@pytest.mark.parametrize(
    ("url", "cause"),
    [
        ("postgresql://user:secret@host/name", "postgresql databases are not supported"),
        ("sqlite://", "in memory"),
        ("sqlite:///:memory:", "in memory"),
        ("no address", "cannot be read"),
    ],
)
def test_an_address_that_is_none_of_ours(url: str, cause: str) -> None:
    with pytest.raises(StoreError, match=cause) as caught:
        open_store(url)
    assert "sqlite:////" in caught.value.hint
    assert "secret" not in str(caught.value)


def test_nothing_is_made_where_that_is_not_wanted(tmp_path: Path) -> None:
    path = tmp_path / "folder" / "aggregator.sqlite3"
    with pytest.raises(StoreError, match="no database"):
        open_store(f"sqlite:///{path}", create=False)
    assert list(tmp_path.iterdir()) == []
    execute(tmp_path / "empty.sqlite3", "VACUUM")
    with pytest.raises(StoreError, match="is empty"):
        open_store(f"sqlite:///{tmp_path}/empty.sqlite3", create=False)


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match="cannot make the folder"):
        open_store(f"sqlite:///{tmp_path}/file/aggregator.sqlite3")
