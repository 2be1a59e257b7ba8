"""A folder of files changes its state at once, or file by file; whoever looks, and whoever kills, at whatever step."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from aggregator.errors import InUseError
from aggregator.model.reading import Rendering
from aggregator.site import exchange as exchanges
from aggregator.site.encode import etag_of
from aggregator.site.exchange import STAGED, exchanging
from aggregator.site.folder import Folder
from aggregator.site.manifest import NAME, noted, write_manifest
from feed_builders import NOON

Site = Mapping[str, bytes]
OLD: Site = {"/": b"old", "/articles/1": b"one", "/articles/2": b"two", "/feeds/all.atom": b"old feed"}
NEW: Site = {"/": b"new", "/articles/1": b"one", "/articles/3": b"three", "/feeds/all.atom": b"new feed"}
FOREIGN = {"CNAME": b"mine", "articles/1/notes.txt": b"mine", ".git/objects/ab": b"\0", "articles/mine/x.html": b"x"}


def renderings(site: Site, paths: Sequence[str]) -> list[Rendering]:
    return [Rendering(path, "text/html", site[path], etag_of(site[path]), NOON) for path in paths]


def published(folder: Path) -> dict[str, bytes]:
    """What a server finds."""
    found = Folder(folder)
    return {path: there.body for path in {*OLD, *NEW} if (there := found.get(path))}


def mine(folder: Path) -> dict[str, bytes]:
    return {name: (folder / name).read_bytes() for name in FOREIGN if (folder / name).is_file()}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The old state, and what somebody else put among it."""
    folder = tmp_path / "public"
    Folder(folder).put(renderings(OLD, list(OLD)))
    write_manifest(folder, "", [noted(it, "") for it in renderings(OLD, list(OLD))])
    for name, body in FOREIGN.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(body)
    (folder / "link").symlink_to("CNAME")
    folder.chmod(0o750)
    return folder


CHANGED = ["/articles/3", "/", "/feeds/all.atom"]
DROPPED = ["/articles/2"]


def change(folder: Path, at_once: bool = True) -> bool:
    """From the old state to the new one; whether it was exchanged."""
    with exchanging(folder) as exchange:
        Folder(exchange.staged).put(renderings(NEW, CHANGED))
        write_manifest(exchange.staged, "", [noted(it, "") for it in renderings(NEW, list(NEW))])
        if at_once and exchange.at_once(DROPPED):
            return True
        exchange.one_by_one(CHANGED, DROPPED)
        return False


def leftovers(folder: Path) -> list[str]:
    return [entry.name for place in (folder, folder.parent) for entry in place.iterdir() if STAGED in entry.name]


@pytest.mark.parametrize("at_once", [True, False])
def test_the_new_state_takes_the_place_of_the_old_one_and_foreign_files_stay(folder: Path, at_once: bool) -> None:
    kept = os.stat(folder / "articles/1/index.html")
    assert change(folder, at_once) is at_once
    assert published(folder) == NEW
    assert mine(folder) == FOREIGN
    assert os.readlink(folder / "link") == "CNAME"
    assert folder.stat().st_mode & 0o777 == 0o750
    assert not (folder / "articles/2").exists()
    assert leftovers(folder) == []
    # What is equal is not touched: for rsync, and for validators of servers that take the inode.
    now = os.stat(folder / "articles/1/index.html")
    assert (now.st_ino, now.st_mtime_ns) == (kept.st_ino, kept.st_mtime_ns)


class Steps:
    """Calls of the system that change folders, in this process, while it is watched."""

    EVENTS = frozenset({"os.rename", "os.link", "os.mkdir", "os.remove", "os.rmdir", "os.chmod", "os.utime"})

    def __init__(self) -> None:
        self._told: Callable[[], None] | None = None
        sys.addaudithook(self._hear)

    def _hear(self, event: str, _arguments: tuple[Any, ...]) -> None:
        if self._told is not None and event in self.EVENTS:
            told, self._told = self._told, None
            told()
            self._told = told

    def watch(self, told: Callable[[], None] | None) -> None:
        self._told = told


STEPS = Steps()
"""A hook cannot be taken off again; this one does nothing while nobody watches."""


def test_whoever_looks_sees_the_old_state_or_the_new_one(folder: Path) -> None:
    seen: list[dict[str, bytes]] = []
    STEPS.watch(lambda: seen.append(published(folder)))
    try:
        assert change(folder)
    finally:
        STEPS.watch(None)
    assert seen.count(dict(OLD)) > 10
    assert seen.count(dict(NEW)) > 3
    assert seen.count(dict(OLD)) + seen.count(dict(NEW)) == len(seen)


def killed(folder: Path, step: int, at_once: bool) -> bool:
    """Changes the folder in a process of its own, which dies before that step; whether it did."""
    process = os.fork()
    if process == 0:
        left = step

        def count() -> None:
            nonlocal left
            left -= 1
            if left < 0:
                os._exit(9)

        STEPS.watch(count)
        try:
            change(folder, at_once)
        finally:
            os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]) == 9


def test_whoever_kills_it_leaves_the_old_state_or_the_new_one_and_the_next_one_ends_it(folder: Path) -> None:
    left = []
    step = 0
    while killed(folder, step, at_once=True):
        left.append(published(folder))
        assert left[-1] in (OLD, NEW)
        assert mine(folder) == FOREIGN
        step += 1
        back_to_the_old_one(folder)
    assert OLD in left
    assert NEW in left
    assert published(folder) == NEW
    assert leftovers(folder) == []


def back_to_the_old_one(folder: Path) -> None:
    """As the next export would; so what a killed one left is removed, too."""
    gone = [path for path in ("/articles/3",) if Folder(folder).get(path)]
    with exchanging(folder) as exchange:
        assert leftovers(folder) == []
        Folder(exchange.staged).put(renderings(OLD, list(OLD)))
        write_manifest(exchange.staged, "", [noted(it, "") for it in renderings(OLD, list(OLD))])
        assert exchange.at_once(gone)
    assert published(folder) == OLD
    assert mine(folder) == FOREIGN


def test_file_by_file_nothing_is_named_that_is_not_there(folder: Path) -> None:
    """Articles come before the lists and feeds that name them, and go after these."""
    step = 0
    while killed(folder, step, at_once=False):
        there = published(folder)
        if there["/"] == b"new" or there["/feeds/all.atom"] == b"new feed":
            assert "/articles/3" in there
        if there["/feeds/all.atom"] == b"old feed":
            assert "/articles/2" in there
        assert mine(folder) == FOREIGN
        step += 1
        back_to_the_old_one(folder)
    assert step > 5
    assert published(folder) == NEW


def no_exchange(_one: Path, _other: Path) -> None:
    raise OSError(22, "Invalid argument")


def no_links(*_arguments: object, **_keys: object) -> None:
    raise OSError(18, "Invalid cross-device link")


@pytest.mark.parametrize("broken", ["exchange", "links", "parent"])
def test_where_folders_cannot_be_exchanged_files_are(
    folder: Path, broken: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if broken == "exchange":
        monkeypatch.setattr(exchanges, "_exchange", no_exchange)
    elif broken == "links":
        monkeypatch.setattr(os, "link", no_links)
    else:  # nobody may put anything beside the folder: there is a file in the way
        (folder.parent / f".public{STAGED}").write_text("")
    there = folder.stat().st_ino
    assert change(folder) is False
    assert published(folder) == NEW
    assert mine(folder) == FOREIGN
    assert folder.stat().st_ino == there
    assert not (folder / STAGED).exists()


def test_who_stands_in_the_folder_keeps_it(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder / "articles")
    assert change(Path("..")) is False
    assert published(folder) == NEW
    assert Path.cwd() == folder / "articles"


def test_a_link_to_the_folder_stays_one(folder: Path) -> None:
    link = folder.parent / "www"
    link.symlink_to(folder)
    assert change(link)
    assert link.is_symlink()
    assert published(link) == NEW


def test_two_at_a_time_are_refused(folder: Path) -> None:
    with exchanging(folder), pytest.raises(InUseError, match="another process exports"), exchanging(folder):
        pass
    assert change(folder)


def test_the_list_of_the_new_state_comes_with_it(folder: Path) -> None:
    change(folder)
    assert "/articles/3" in (folder / NAME).read_text()
    assert "/articles/2" not in (folder / NAME).read_text()
