"""A backup beside whatever works with the data folder, and restored elsewhere."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import stat
import zipfile
from contextlib import closing
from pathlib import Path

import pytest

from aggregator.model.places import Places
from aggregator.operations.backup import last_backup
from backups import copy_of, dumped, elsewhere, feeds, number_of_articles, posts, stopped_collect
from flows.kills import state
from running import daemon
from set_up import SetUp
from waiting import until

FILES = 600
STEP = 150


def test_beside_a_collect_and_restored_elsewhere(set_up: SetUp, tmp_path: Path) -> None:
    posts(set_up, FILES)
    copy = SetUp(tmp_path / "copy")
    with stopped_collect(set_up, STEP):
        held = set_up.json("backup", str(tmp_path / "one.backup"))["articles"]
        copy_of(set_up.database, copy.database)
        shutil.copytree(set_up.config, copy.config)
    assert 0 < held < FILES
    there = elsewhere(set_up, tmp_path / "there")
    there.run("restore", str(tmp_path / "one.backup"))
    assert number_of_articles(there) == held
    assert dumped(there.database) == dumped(copy.database)
    assert feeds(there) == feeds(copy)
    there.run("collect")
    assert state(there) == state(set_up)
    assert feeds(there) == feeds(set_up)


def test_beside_a_daemon(set_up: SetUp, tmp_path: Path) -> None:
    posts(set_up, 30)
    with daemon(set_up) as running:
        until(lambda: len(running.titles("bridges")) == 10)
        told = set_up.json("backup", str(tmp_path / "one.backup"))
        assert told["articles"] == 30
        refused = set_up.run("restore", str(tmp_path / "one.backup"), code=3)
        assert "in use by process" in refused.stderr
        assert len(running.titles("bridges")) == 10
    last = last_backup(Places(set_up.config, set_up.data).backup_note)
    assert last is not None
    assert last.file == str(tmp_path / "one.backup")


def test_a_copied_database_file_is_refused_with_the_reason(set_up: SetUp, tmp_path: Path) -> None:
    posts(set_up, 30)
    set_up.run("collect")
    before = state(set_up)
    copy = tmp_path / "copy.sqlite3"
    with closing(sqlite3.connect(set_up.database)) as connection:
        # A reader keeps the log beside the file, as a daemon does.
        connection.execute("begin")
        connection.execute("select count(*) from article").fetchone()
        set_up.post("later.md", "大桥又开工", "又一座大桥今天开工。")
        set_up.run("collect")
        assert Path(f"{set_up.database}-wal").stat().st_size > 0
        shutil.copyfile(set_up.database, copy)
    refused = set_up.run("restore", str(copy), code=2)
    assert (
        "a database file that was copied, no backup: what stood in the '-wal' beside it is not in it" in refused.stderr
    )
    assert "aggregator backup" in refused.stderr
    copy.write_bytes(b"")
    assert "is empty, no backup" in set_up.run("restore", str(copy), code=2).stderr
    assert len(state(set_up)["articles"]) == len(before["articles"]) + 1


def test_an_older_state_is_published_again_and_the_newer_one_kept_aside(set_up: SetUp, tmp_path: Path) -> None:
    posts(set_up, 30)
    set_up.run("collect")
    old, topics = set_up.feed("bridges"), (set_up.config / "topics.yaml").read_text("utf-8")
    set_up.run("backup", "one.backup")
    set_up.post("later.md", "大桥又开工", "又一座大桥今天开工。")
    (set_up.config / "topics.yaml").write_text(topics.replace("桥梁", "大桥们"), encoding="utf-8")
    set_up.run("collect")
    newer = state(set_up)
    (set_up.posts / "later.md").unlink()
    asides = [Path(set_up.json("restore", "one.backup")["aside"]) for _ in range(2)]
    assert asides[0] != asides[1]
    assert (set_up.config / "topics.yaml").read_text("utf-8") == topics
    assert "大桥们" in (asides[0] / "config" / "topics.yaml").read_text("utf-8")
    set_up.run("collect")
    assert set_up.feed("bridges") == old
    # Put back by hand, it is what it was.
    shutil.copyfile(asides[0] / "aggregator.sqlite3", set_up.database)
    assert state(set_up) == newer


def test_it_is_for_its_user_alone_and_holds_what_the_configuration_holds(set_up: SetUp, tmp_path: Path) -> None:
    posts(set_up, 3)
    (set_up.config / "keys" / "deep").mkdir(parents=True)
    (set_up.config / "keys" / "deep" / "报 纸\u3000login").write_text("reader:x")
    (tmp_path / "far").write_text("reader:y")
    (set_up.config / "linked").symlink_to(tmp_path / "far")
    set_up.run("collect")
    file = set_up.config / "one.backup"
    for _ in range(2):
        set_up.run("backup", str(file))
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert sorted(path.name for path in set_up.config.iterdir()) == [
        "keys",
        "linked",
        "one.backup",
        "sources.yaml",
        "topics.yaml",
    ]
    there = elsewhere(set_up, tmp_path / "there")
    there.run("restore", str(file))
    assert (there.config / "keys" / "deep" / "报 纸\u3000login").read_text() == "reader:x"
    assert (there.config / "linked").read_text() == "reader:y"
    assert not (there.config / "one.backup").exists()
    assert all(stat.S_IMODE(path.stat().st_mode) == 0o600 for path in there.config.rglob("*") if path.is_file())


def test_what_was_fetched_is_in_it_if_that_is_asked_for(set_up: SetUp, tmp_path: Path) -> None:
    posts(set_up, 3)
    set_up.run("collect")
    set_up.execute(
        "insert into fetched (source, kind, location, url, media_type, stamp, digest, taken, size, body) "
        "values ('news', 'page', 'x', 'x', '', '', '', 1, 3, x'010203')"
    )
    for option, rows in (((), 0), (("--kept",), 1)):
        set_up.run("backup", "one.backup", *option)
        there = elsewhere(set_up, tmp_path / f"there{rows}")
        there.run("restore", str(set_up.root / "one.backup"))
        assert there.rows("select count(*) from fetched") == [(rows,)]


@pytest.mark.parametrize("what", ["text", "zip", "folder", "nothing", "database", "pipe"])
def test_nothing_else_is_overwritten(set_up: SetUp, what: str) -> None:
    posts(set_up, 3)
    set_up.run("collect")
    file = set_up.root / "target"
    if what == "text":
        file.write_text("a diary")
    elif what == "zip":
        with zipfile.ZipFile(file, "w") as archive:
            archive.writestr("inventory.json", json.dumps({"format": "of another program"}))
    elif what == "folder":
        file.mkdir()
    elif what == "nothing":
        file.touch()
    elif what == "database":
        file = set_up.database
    else:
        os.mkfifo(file)
    before = file.read_bytes() if file.is_file() else None
    (set_up.root / f".{file.name}-old").mkdir()
    (set_up.root / f".{file.name}-old" / "mine").touch()
    assert "no whole backup, so it is not replaced" in set_up.run("backup", str(file), code=2).stderr
    assert (file.read_bytes() if file.is_file() else None) == before
    assert (set_up.root / f".{file.name}-old" / "mine").exists()
    assert last_backup(Places(set_up.config, set_up.data).backup_note) is None


def test_a_restore_that_was_cut_off_is_told_by_every_command_and_gone_on_with(set_up: SetUp) -> None:
    posts(set_up, 3)
    set_up.run("collect")
    set_up.run("backup", "one.backup")
    (set_up.data / "restoring").write_text(str(set_up.root / "one.backup"))
    for command in (("collect",), ("status",), ("export", "public"), ("backup", "two.backup"), ("run", "--port", "0")):
        told = set_up.run(*command, code=1).stderr
        assert "a restore of this data folder was cut off" in told
        assert f"aggregator restore {set_up.root / 'one.backup'}" in told
    set_up.run("restore", "one.backup")
    set_up.run("collect")


def test_another_database_is_backed_up_by_its_own_tool(set_up: SetUp) -> None:
    posts(set_up, 1)
    for command in ("backup", "restore"):
        if command == "restore":
            set_up.run("collect")
            set_up.run("backup", "x.backup")
        told = set_up.run("--database", "postgresql://reader:secret@127.0.0.1/news", command, "x.backup", code=1).stderr
        assert "pg_dump" in told
        assert "secret" not in told
