"""A store that an earlier version wrote."""

from __future__ import annotations

from pathlib import Path

from old_stores import as_of_0002
from set_up import SetUp


def published(folder: Path) -> dict[str, tuple[bytes, int]]:
    """Bytes and time by path."""
    files = [file for file in folder.rglob("*") if file.is_file()]
    return {str(file.relative_to(folder)): (file.read_bytes(), file.stat().st_mtime_ns) for file in files}


def test_an_old_store_serves_the_same_bytes_with_the_same_times(set_up: SetUp) -> None:
    set_up.post("a.md", "大桥合龙", "大桥今天合龙。")
    set_up.collect()
    before = published(set_up.data / "site")
    old = set_up.root / "old.sqlite3"
    as_of_0002(set_up.database, old)
    for leftover in set_up.data.glob(f"{set_up.database.name}*"):
        leftover.unlink()
    old.rename(set_up.database)

    assert set_up.json("collect")["feeds"] == []
    assert published(set_up.data / "site") == before
    set_up.post("b.md", "粮食丰收", "今年粮食丰收。")
    assert set(set_up.json("collect")["feeds"]) == {"harvest", "all"}
    assert published(set_up.data / "site")["feeds/bridges.atom"] == before["feeds/bridges.atom"]
