"""What is no whole backup, or cannot be put there, is refused with the reason, and nothing has changed then."""

from __future__ import annotations

import hashlib
import json
import random
import shutil
import sqlite3
import zipfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from aggregator import app
from aggregator.errors import AggregatorError, InUseError, StoreError, UsageError
from aggregator.model.places import Places
from aggregator.operations import backup_file
from aggregator.operations.reports import silent
from aggregator.process.lock import exclusive
from set_up import SetUp, make_set_up

Members = dict[str, bytes]


@pytest.fixture(scope="module")
def staged(tmp_path_factory: pytest.TempPathFactory) -> SetUp:
    """With one article and a backup of that."""
    set_up = make_set_up(tmp_path_factory.mktemp("staged") / "set-up")
    set_up.post("a.md", "大桥合龙", "大桥今天合龙。")
    set_up.run("collect")
    set_up.run("backup", "whole")
    return set_up


@pytest.fixture
def here(staged: SetUp, tmp_path: Path) -> SetUp:
    """The same with a later article."""
    shutil.copytree(staged.root, tmp_path / "here")
    made = SetUp(tmp_path / "here")
    made.execute("update article set url = 'https://later.example/'")
    return made


def restore(set_up: SetUp, file: Path, *, keep_config: bool = False, database: str | None = None) -> None:
    app.restore(Places(set_up.config, set_up.data, database), file, keep_config, silent)


def everything(set_up: SetUp) -> dict[str, bytes]:
    """All files, but for locks, which hold nothing."""
    files = (path for path in set_up.root.rglob("*") if path.is_file() and path.suffix not in {".lock", ".odd"})
    return {str(path.relative_to(set_up.root)): path.read_bytes() for path in files}


def assert_refused(set_up: SetUp, file: Path, reason: str, kind: type[AggregatorError] = UsageError) -> None:
    before = everything(set_up)
    with pytest.raises(kind, match=reason) as refusal:
        restore(set_up, file)
    assert refusal.value.hint
    assert everything(set_up) == before


def members(file: Path) -> Members:
    with zipfile.ZipFile(file) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def vouched(found: Members, **changed: Any) -> Members:
    """With an inventory that says what is there, so that only what is there is at fault."""
    told = json.loads(found["inventory.json"])
    told["members"] = {
        name: {"size": len(body), "sha256": hashlib.sha256(body).hexdigest()}
        for name, body in found.items()
        if name != "inventory.json"
    }
    return found | {"inventory.json": json.dumps(told | changed).encode()}


def packed(folder: Path, found: Members) -> Path:
    file = folder / "made.odd"
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in found.items():
            archive.writestr(name, body)
    return file


def edited(body: bytes, folder: Path, *statements: str) -> bytes:
    """A database after some SQL."""
    file = folder / "edited.odd"
    file.write_bytes(body)
    with closing(sqlite3.connect(file)) as connection:
        for statement in statements:
            connection.execute(statement)
        connection.commit()
    return file.read_bytes()


def test_whatever_byte_is_wrong_or_missing(here: SetUp, tmp_path: Path) -> None:
    whole = (here.root / "whole").read_bytes()
    good = members(here.root / "whole")
    odd = tmp_path / "x.odd"
    chosen, refused = random.Random(9), 0
    places = [
        *range(0, 200, 7),
        *(chosen.randrange(len(whole)) for _ in range(300)),
        *range(len(whole) - 400, len(whole)),
    ]
    for place in places:
        body = bytearray(whole)
        body[place] ^= 1 << chosen.randrange(8)
        odd.write_bytes(body)
        try:
            backup_file.verify(odd)
        except UsageError:
            refused += 1
        else:
            # Of no consequence: a date, a version, a flag that nobody reads.
            assert members(odd) == good
    assert refused > len(places) / 2
    for length in (*range(0, 100, 9), *(chosen.randrange(len(whole)) for _ in range(60)), len(whole) - 1):
        odd.write_bytes(whole[:length])
        with pytest.raises(UsageError):
            backup_file.verify(odd)
    assert_refused(here, odd, "no whole backup")


DAMAGES: dict[str, tuple[Callable[[Members, Path], Members], str]] = {
    "a file more": (lambda m, _: m | {"config/more.yaml": b""}, "not those of its inventory"),
    "a file less": (
        lambda m, _: {n: b for n, b in m.items() if n != "config/topics.yaml"},
        "not those of its inventory",
    ),
    "no database": (lambda m, _: vouched({n: b for n, b in m.items() if n[0] != "d"}), "not those of its inventory"),
    "no inventory": (lambda m, _: {n: b for n, b in m.items() if n[0] != "i"}, "has no inventory"),
    "an edited topic": (lambda m, _: m | {"config/topics.yaml": m["config/topics.yaml"].upper()}, "altered"),
    "a longer topic": (lambda m, _: m | {"config/topics.yaml": b"topics: [] # and more" * 99}, "another size"),
    "upwards": (lambda m, _: vouched(m | {"config/../../x": b""}), "it holds 'config/../../x'"),
    "absolute": (lambda m, _: vouched(m | {"/etc/x": b""}), "it holds '/etc/x'"),
    "beside": (lambda m, _: vouched(m | {"var/x": b""}), "it holds 'var/x'"),
    "upwards in Windows": (lambda m, _: vouched(m | {"config/..\\x": b""}), "it holds"),
    "a folder": (lambda m, _: vouched(m | {"config/": b""}), "it holds 'config/'"),
    "twice below": (lambda m, _: vouched(m | {"config//x": b""}), "it holds 'config//x'"),
    "a file that is a folder": (lambda m, _: vouched(m | {"config/topics.yaml/x": b""}), "cannot be read"),
    "another program": (lambda m, _: vouched(m, format="photos"), "inventory cannot be read"),
    "a later format": (lambda m, _: vouched(m, version=2, program="9.0"), "written by another version"),
    "a list": (lambda m, _: m | {"inventory.json": b"[]"}, "inventory cannot be read"),
    "deep": (lambda m, _: m | {"inventory.json": b"[" * 100_000}, "inventory cannot be read"),
    "year nought": (lambda m, _: vouched(m, created="0001-01-01T00:00:00+23:59"), "inventory cannot be read"),
    "other counts": (
        lambda m, at: vouched(m | {"database.sqlite3": edited(m["database.sqlite3"], at, "delete from verdict")}),
        "holds something else",
    ),
}
DATABASES: dict[str, tuple[Callable[[bytes, Path], bytes], str]] = {
    "a newer schema": (
        lambda b, at: edited(b, at, "update alembic_version set version_num = '9999'"),
        "has schema 9999",
    ),
    "no schema": (lambda b, at: edited(b, at, "delete from alembic_version"), "has schema none"),
    "another program's": (lambda _, at: edited(b"", at, "create table photos (x)"), "of another program"),
    "none at all": (lambda *_: b"", "of another program"),
    "with a trigger": (
        lambda b, at: edited(b, at, "create trigger x after insert on article begin delete from article; end"),
        "of another program",
    ),
    "with a view": (lambda b, at: edited(b, at, "create view x as select 1"), "of another program"),
    "torn": (lambda b, _: b[: len(b) // 2], "."),
    "with a torn page": (lambda b, _: b[:40_960] + b"\xff" * 8192 + b[49_152:], "."),
    "noise": (lambda *_: b"noise" * 10_000, "."),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_an_archive_that_was_altered(here: SetUp, tmp_path: Path, damage: str) -> None:
    change, reason = DAMAGES[damage]
    assert_refused(here, packed(tmp_path, change(members(here.root / "whole"), tmp_path)), reason)


@pytest.mark.parametrize("name", DATABASES)
def test_a_database_in_it_that_is_not_ours(here: SetUp, tmp_path: Path, name: str) -> None:
    change, reason = DATABASES[name]
    found = members(here.root / "whole")
    found["database.sqlite3"] = change(found["database.sqlite3"], tmp_path)
    assert_refused(here, packed(tmp_path, vouched(found)), reason, StoreError)


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (lambda at: shutil.make_archive(str(at), "gztar", at.parent / "config"), "no whole backup"),
        (lambda at: at.with_suffix(".odd").write_bytes(b"\x37\x7f\x06\x82" + bytes(99)), "the '-wal' of a database"),
        (lambda at: at.with_suffix(".odd").write_bytes(b""), "is empty"),
        (lambda at: at.with_suffix(".odd").write_text("a diary"), "no whole backup"),
        (lambda at: at.with_suffix(".odd").mkdir(), "is no file"),
        (lambda _: None, "does not exist"),
    ],
)
def test_what_is_no_backup_at_all(here: SetUp, make: Callable[[Path], object], reason: str) -> None:
    made = make(here.root / "other")
    file = Path(made) if isinstance(made, str) else here.root / "other.odd"
    assert_refused(here, file, reason)


def test_a_bomb_is_refused_before_it_is_unpacked(here: SetUp, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = members(here.root / "whole")
    bomb = packed(tmp_path, vouched(found | {"config/zeros": bytes(backup_file.MOST_CONFIG)}))
    assert bomb.stat().st_size < 1_000_000
    monkeypatch.setattr(backup_file, "_copied", None)
    assert_refused(here, bomb, "more of a configuration")
    many = vouched(found | {f"config/{number}": b"" for number in range(backup_file.MOST_FILES)})
    assert_refused(here, packed(tmp_path, many), "more of a configuration")
    # A database may be as large as the disk has room for.
    monkeypatch.setattr("shutil.disk_usage", lambda _: shutil._ntuple_diskusage(10**6, 0, 10_000))
    assert_refused(here, here.root / "whole", "bytes, 10000 are free")


@pytest.mark.parametrize("lock", ["run_lock", "collect_lock", "worker_lock", "backup_lock"])
def test_a_data_folder_in_use(here: SetUp, lock: str) -> None:
    # Locks are of whoever opened the file, so this process can stand for another one.
    with exclusive(getattr(Places(here.config, here.data), lock)):
        assert_refused(here, here.root / "whole", "in use by process", InUseError)


def test_a_configuration_that_cannot_be_written(here: SetUp) -> None:
    (here.config / "topics.yaml").unlink()
    (here.config / "topics.yaml").mkdir()
    assert_refused(here, here.root / "whole", "is a folder, and a file in the backup")
    (here.config / "topics.yaml").rmdir()
    shutil.rmtree(here.config)
    here.config.touch()
    assert_refused(here, here.root / "whole", "cannot be written")
    here.config.unlink()
    restore(here, here.root / "whole")
    assert (here.config / "topics.yaml").is_file()


def test_the_database_of_another_set_up_is_not_replaced(staged: SetUp, tmp_path: Path) -> None:
    whole = make_set_up(tmp_path / "whole")
    place = tmp_path / "apart" / "news.sqlite3"
    (whole.config / "aggregator.yaml").write_text(f"storage: {{url: 'sqlite:///{place}'}}\n", encoding="utf-8")
    whole.post("a.md", "大桥合龙", "大桥今天合龙。")
    whole.run("collect")
    whole.run("backup", "whole")
    before = place.read_bytes()
    there = SetUp(tmp_path / "there")
    there.root.mkdir()
    with pytest.raises(UsageError, match="keeps its database at") as refusal:
        restore(there, whole.root / "whole")
    assert f"--database sqlite:///{place}" in refusal.value.hint
    assert place.read_bytes() == before
    assert not there.config.exists()
    restore(there, whole.root / "whole", keep_config=True)
    assert there.rows("select count(*) from article") == [(1,)]
    restore(there, whole.root / "whole", database=f"sqlite:///{place}")
    assert (there.config / "aggregator.yaml").is_file()
    restore(whole, whole.root / "whole")
    assert there.run("status").returncode == 0


def test_a_damaged_database_can_be_replaced_and_is_kept(here: SetUp) -> None:
    here.database.write_bytes(b"noise" * 10_000)
    Path(f"{here.database}-wal").write_bytes(b"more noise")
    restore(here, here.root / "whole")
    assert here.rows("select count(*) from article") == [(1,)]
    (aside,) = here.data.glob("before-restore-*")
    assert (aside / here.database.name).read_bytes() == b"noise" * 10_000
    assert (aside / f"{here.database.name}-wal").read_bytes() == b"more noise"
