"""A static copy that follows the site."""

from __future__ import annotations

import shutil
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from aggregator import app
from aggregator.model.places import Places
from aggregator.operations.export import ExportRequest, export
from aggregator.operations.reports import ExportReport
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


class Counting:
    """An archive that counts what is asked of it."""

    def __init__(self, archive: Any) -> None:
        self._archive = archive
        self.asked = Counter[str]()

    def __getattr__(self, name: str) -> Any:
        self.asked[name] += 1
        return getattr(self._archive, name)

    @property
    def texts(self) -> int:
        """Times that articles were read."""
        return self.asked["entries"] + self.asked["article"] + self.asked["neighbours"]


class Opened:
    """Names of files that this process opens, while it is watched: a hook cannot be taken off again."""

    def __init__(self) -> None:
        self._names: list[str] | None = None
        sys.addaudithook(self._hear)

    def _hear(self, event: str, arguments: tuple[Any, ...]) -> None:
        if self._names is not None and event == "open" and isinstance(arguments[0], str):
            self._names.append(arguments[0])

    @contextmanager
    def below(self, folder: Path) -> Iterator[list[str]]:
        found: list[str] = []
        self._names = []
        try:
            yield found
        finally:
            names, self._names = self._names, None
            found += [name for name in names if name.startswith(f"{folder}/")]


OPENED = Opened()


def export_here(set_up: SetUp, target: Path, **request: Any) -> tuple[ExportReport, Counting]:
    """In this process."""
    with app.parts(Places(set_up.config, set_up.data, None)) as parts:
        archive: Any = Counting(parts.archive)
        return export(replace(parts, archive=archive), ExportRequest(target, **request)), archive


def many(set_up: SetUp, number: int = 60) -> Path:
    for n in range(number):
        set_up.post(
            f"{n}.md", f"第{n}座大桥合龙", f"第{n}座大桥今天合龙。", date=f"2026-01-01 {n // 60:02}:{n % 60:02}:00"
        )
    set_up.collect()
    return set_up.root / "public"


def test_what_cannot_have_changed_is_neither_rendered_nor_read(set_up: SetUp) -> None:
    target = many(set_up)
    first, archive = export_here(set_up, target)
    assert first.written == first.files > 120
    assert archive.texts > 120
    with OPENED.below(target) as opened:
        second, archive = export_here(set_up, target)
    assert (second.files, second.written) == (first.files, 0)
    assert archive.texts == 0
    assert set(opened) == {str(target / NAME)}


def test_after_one_new_article_only_what_shows_it_is_made_anew(set_up: SetUp) -> None:
    target = many(set_up)
    first, _ = export_here(set_up, target)
    set_up.post("new.md", "新大桥通车", "新大桥今天通车。", date="2026-01-02 08:00:00")
    set_up.collect()
    before = {file: (target / file).stat().st_mtime_ns for file in files(target)}
    second, archive = export_here(set_up, target)
    # Its page and that of the article before it.
    assert archive.asked["article"] == 2
    assert archive.asked["neighbours"] == 2
    assert second.files == first.files + 2
    fresh = set_up.root / "fresh"
    export_here(set_up, fresh)
    assert contents(fresh) == contents(target)
    untouched = [file for file, time in before.items() if (target / file).stat().st_mtime_ns == time]
    new = 2
    assert len(untouched) == first.files - (second.written - new)


def contents(folder: Path) -> dict[str, bytes]:
    return {name: (folder / name).read_bytes() for name in files(folder) if name != NAME}


@pytest.mark.parametrize(
    "edit", ["a title of the site", "a topic's words", "another address", "a lost file", "a torn file"]
)
def test_an_edit_is_seen(set_up: SetUp, edit: str) -> None:
    target = many(set_up, 3)
    export_here(set_up, target)
    request: dict[str, Any] = {}
    if edit == "a title of the site":
        (set_up.config / "aggregator.yaml").write_text("site: {title: 另一个名字}\n")
    elif edit == "a topic's words":
        topics = set_up.config / "topics.yaml"
        topics.write_text(topics.read_text().replace("title: 桥梁", "title: 桥与路"))
    elif edit == "another address":
        request["base_url"] = "https://elsewhere.example/news"
    elif edit == "a lost file":
        (target / "index.html").unlink()
    else:
        (target / NAME).write_text((target / NAME).read_text()[:-20])
    export_here(set_up, target, **request)
    fresh = set_up.root / "fresh"
    export_here(set_up, fresh, **request)
    assert contents(fresh) == contents(target)


@pytest.mark.parametrize("path", ["index.html", "feeds/all.atom", "topics/bridges/index.html"])
def test_a_foreign_file_in_the_way_is_named_and_nothing_changes(set_up: SetUp, path: str) -> None:
    target = many(set_up, 3)
    (target / path).parent.mkdir(parents=True)
    (target / path).write_text("mine")
    done = set_up.run("export", str(target), code=2)
    assert str(target / path) in done.stderr
    assert "a folder of its own" in done.stderr
    assert contents(target) == {path: b"mine"}


def test_in_place_the_folder_itself_stays(set_up: SetUp) -> None:
    target = many(set_up, 3)
    target.mkdir()
    there = target.stat().st_ino
    report = set_up.json("export", str(target), "--in-place")
    assert (report["written"], target.stat().st_ino) == (report["files"], there)
    export_here(set_up, set_up.root / "fresh")
    assert contents(set_up.root / "fresh") == contents(target)
    assert set_up.json("export", str(target), "--in-place")["written"] == 0
