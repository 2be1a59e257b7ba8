"""A static copy that follows the site."""

from __future__ import annotations

import shutil
from pathlib import Path

from aggregator.site.manifest import NAME
from set_up import SetUp


def files(folder: Path) -> set[str]:
    return {file.relative_to(folder).as_posix() for file in folder.rglob("*") if file.is_file()}


def test_what_left_the_site_leaves_the_folder_and_foreign_files_stay(set_up: SetUp) -> None:
    set_up.post("a.md", "大桥合龙", "大桥今天合龙。")
    set_up.post("b.md", "粮食丰收", "今年粮食丰收。")
    set_up.collect()
    target = set_up.root / "public"
    set_up.run("export", str(target))
    before = files(target)
    foreign = {"CNAME", "feeds/mine.atom", "topics/mine/index.html", "topics/harvest/notes.txt"}
    for name in foreign:
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        (target / name).write_text("mine")
    changed = target / "en/topics/harvest/index.html"
    changed.write_text("mine as well")

    topics = set_up.config / "topics.yaml"
    topics.write_text(topics.read_text().partition("  - slug: harvest")[0])
    sources = set_up.config / "sources.yaml"
    sources.write_text(sources.read_text() + "    deletes: retract\n")
    (set_up.posts / "b.md").unlink()
    set_up.collect()
    set_up.run("export", str(target))

    gone = before - files(target)
    assert {"feeds/harvest.atom", "topics/harvest/index.html"} <= gone
    assert len([name for name in gone if "articles/" in name]) == 2
    assert foreign <= files(target)
    assert changed.read_text() == "mine as well"
    fresh = set_up.root / "fresh"
    set_up.run("export", str(fresh))
    assert files(target) - files(fresh) == foreign | {"en/topics/harvest/index.html"}
    assert not [folder for folder in target.rglob("*") if folder.is_dir() and not any(folder.iterdir())]


def test_a_lost_list_loses_no_file(set_up: SetUp) -> None:
    set_up.post("a.md", "大桥合龙", "大桥今天合龙。")
    set_up.collect()
    target = set_up.root / "public"
    set_up.run("export", str(target))
    before = files(target)
    listed = (target / NAME).read_text()
    (target / NAME).unlink()
    assert set_up.json("export", str(target))["written"] == 0
    assert files(target) == before
    assert (target / NAME).read_text() == listed
    shutil.rmtree(target / "feeds")
    assert set_up.json("export", str(target))["written"] == 3
