"""Published files."""

from __future__ import annotations

import fcntl
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from aggregator.model.reading import Rendering
from aggregator.ports import Publisher
from aggregator.site.encode import etag_of
from aggregator.site.folder import Folder
from feed_builders import NOON

ATOM = "application/atom+xml; charset=utf-8"


def a_rendering(body: bytes = b"<feed/>", path: str = "/feeds/a.atom", modified: datetime = NOON) -> Rendering:
    return Rendering(path, ATOM, body, etag_of(body), modified)


def files(root: Path) -> list[str]:
    return sorted(str(path.relative_to(root)) for path in root.rglob("*") if path.is_file())


def test_what_was_put_can_be_got(tmp_path: Path) -> None:
    publisher: Publisher = Folder(tmp_path)
    assert publisher.put([a_rendering(), a_rendering(b"2", "/feeds/b.atom")]) == 2
    assert Folder(tmp_path).get("/feeds/a.atom") == a_rendering()
    assert files(tmp_path) == ["feeds/a.atom", "feeds/b.atom"]


PATHS = [
    ("/feeds/a.atom", "feeds/a.atom", ATOM),
    ("/feeds.opml", "feeds.opml", "text/x-opml; charset=utf-8"),
    ("/", "index.html", "text/html; charset=utf-8"),
    ("/en/", "en/index.html", "text/html; charset=utf-8"),
    ("/topics/a", "topics/a/index.html", "text/html; charset=utf-8"),
    ("/static/icon.svg", "static/icon.svg", "image/svg+xml"),
    ("/static/a.bin", "static/a.bin", "application/octet-stream"),
]


@pytest.mark.parametrize(("path", "file", "media_type"), PATHS)
def test_the_file_of_a_path(path: str, file: str, media_type: str, tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    folder.put([a_rendering(path=path)])
    assert files(tmp_path) == [file]
    got = folder.get(path)
    assert got is not None
    assert got.media_type == media_type


FORBIDDEN = [
    "/../a.atom",
    "/feeds/../../a.atom",
    "/..",
    "//etc/a.atom",
    "feeds/a.atom",
    "",
    "/feeds/./a.atom",
    "/feeds/.a.atom.x.tmp",
    "/.git/config",
    "/feeds\\..\\a.atom",
    "/feeds/a\x00.atom",
    "/feeds/\ud800.atom",
    "/linked/a.atom",
    "/" + "a" * 300 + ".atom",
]


@pytest.mark.parametrize("path", FORBIDDEN)
def test_paths_that_leave_the_folder(path: str, tmp_path: Path) -> None:
    root = tmp_path / "site"
    (tmp_path / "elsewhere").mkdir()
    root.mkdir()
    (root / "linked").symlink_to(tmp_path / "elsewhere")
    for place in (tmp_path, tmp_path / "elsewhere", root):
        (place / "a.atom").write_bytes(b"secret")
    folder = Folder(root)
    assert folder.get(path) is None
    with pytest.raises(ValueError, match=r"public path|leaves the folder|surrogates"):
        folder.put([a_rendering(b"new", path)])
    assert {place.read_bytes() for place in tmp_path.rglob("*.atom")} == {b"secret"}


@pytest.mark.parametrize("path", ["/feeds/none.atom", "/feeds", "/feeds/a.atom/b.atom", "/none"])
def test_nothing_is_published_there(path: str, tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    folder.put([a_rendering()])
    assert folder.get(path) is None
    assert not folder.holds(path, etag_of(b"<feed/>"))


def test_it_knows_the_bytes_it_holds(tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    folder.put([a_rendering()])
    assert folder.holds("/feeds/a.atom", etag_of(b"<feed/>"))
    assert not folder.holds("/feeds/a.atom", etag_of(b"<feed></feed>"))


def test_the_files_time_is_the_renderings(tmp_path: Path) -> None:
    Folder(tmp_path).put([a_rendering(modified=NOON + timedelta(microseconds=999_999))])
    state = (tmp_path / "feeds/a.atom").stat()
    assert datetime.fromtimestamp(state.st_mtime, UTC) == NOON
    assert state.st_mode & 0o444 == 0o444


def test_equal_bytes_are_not_touched(tmp_path: Path) -> None:
    Folder(tmp_path).put([a_rendering()])
    before = (tmp_path / "feeds/a.atom").stat()
    assert Folder(tmp_path).put([a_rendering()]) == 0
    after = (tmp_path / "feeds/a.atom").stat()
    assert (after.st_ino, after.st_mtime_ns, after.st_ctime_ns) == (
        before.st_ino,
        before.st_mtime_ns,
        before.st_ctime_ns,
    )


def test_a_wrong_time_is_set_right(tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    folder.put([a_rendering()])
    file = tmp_path / "feeds/a.atom"
    before = file.stat().st_ino
    os.utime(file, (0, 0))
    assert folder.put([a_rendering()]) == 0
    assert (file.stat().st_ino, file.stat().st_mtime) == (before, NOON.timestamp())


def test_other_bytes_of_the_same_length_are_replaced(tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    folder.put([a_rendering(b"one")])
    assert folder.put([a_rendering(b"two")]) == 1
    assert (tmp_path / "feeds/a.atom").read_bytes() == b"two"


def test_a_fault_keeps_what_was_put_before_it(tmp_path: Path) -> None:
    def renderings() -> Iterator[Rendering]:
        yield a_rendering()
        raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        Folder(tmp_path).put(renderings())
    assert files(tmp_path) == ["feeds/a.atom"]


def test_a_failed_write_leaves_the_old_file_and_nothing_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Folder(tmp_path).put([a_rendering(b"old")])

    def full(_: int) -> None:
        raise OSError("disk full")

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", full)
        with pytest.raises(OSError, match="disk full"):
            Folder(tmp_path).put([a_rendering(b"new")])
    assert files(tmp_path) == ["feeds/a.atom"]
    assert (tmp_path / "feeds/a.atom").read_bytes() == b"old"


def test_withdrawn_paths_are_gone_with_the_folders_that_held_nothing_else(tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    paths = ["/feeds/a.atom", "/feeds/b.atom", "/topics/a", "/topics/a/page-2", "/"]
    folder.put([a_rendering(path=path) for path in paths])
    for path in ("/feeds/a.atom", "/topics/a", "/feeds/a.atom", "/never/there", "/feeds"):
        folder.withdraw(path)
    assert files(tmp_path) == ["feeds/b.atom", "index.html", "topics/a/page-2/index.html"]
    folder.withdraw("/topics/a/page-2")
    folder.withdraw("/")
    assert sorted(place.name for place in tmp_path.iterdir()) == ["feeds"]
    assert folder.put([a_rendering(path="/topics/a")]) == 1


@pytest.mark.parametrize("path", ["/../a.atom", "/linked/a.atom", "feeds/a.atom", "/.git/config"])
def test_nothing_outside_is_withdrawn(path: str, tmp_path: Path) -> None:
    root, elsewhere = tmp_path / "site", tmp_path / "elsewhere"
    for place in (root, elsewhere):
        place.mkdir()
        (place / "a.atom").write_bytes(b"foreign")
    (root / "linked").symlink_to(elsewhere)
    with pytest.raises(ValueError, match=r"public path|leaves the folder"):
        Folder(root).withdraw(path)
    assert len(list(tmp_path.rglob("*.atom"))) == 2


def test_a_folder_that_another_process_took_away_is_made_again(tmp_path: Path) -> None:
    mine, other = Folder(tmp_path), Folder(tmp_path)
    mine.put([a_rendering()])
    other.withdraw("/feeds/a.atom")
    assert mine.put([a_rendering()]) == 1
    assert files(tmp_path) == ["feeds/a.atom"]


def test_it_lists_what_is_there_by_public_path(tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    paths = ["/", "/404.html", "/en", "/feeds/a.atom", "/topics/a", "/topics/a/page-2"]
    folder.put([a_rendering(path=path) for path in paths])
    (tmp_path / ".aggregator-export").write_text("")
    (tmp_path / "feeds/.a.atom.0123.tmp").write_text("")
    (tmp_path / "LICENCE").write_text("")
    (tmp_path / "v1.2").mkdir()
    (tmp_path / "v1.2/index.html").write_text("")
    assert sorted(folder.paths()) == [*paths, "/v1.2/index.html"]
    assert list(Folder(tmp_path / "none").paths()) == []


KILLED = """
import os, signal, sys
from datetime import UTC, datetime
from pathlib import Path
from aggregator.model.reading import Rendering
from aggregator.site.folder import Folder
os.fsync = lambda descriptor: os.kill(os.getpid(), signal.SIGKILL)
Folder(Path(sys.argv[1])).put([Rendering("/feeds/a.atom", "", b"new", "", datetime(2026, 1, 1, tzinfo=UTC))])
"""


def test_what_a_killed_process_left_is_swept(tmp_path: Path) -> None:
    Folder(tmp_path).put([a_rendering(b"old")])
    child = subprocess.run([sys.executable, "-c", KILLED, str(tmp_path)], check=False)
    assert child.returncode == -signal.SIGKILL
    assert (tmp_path / "feeds/a.atom").read_bytes() == b"old"
    assert len(files(tmp_path)) == 2

    Folder(tmp_path).put([a_rendering(b"newer")])
    assert files(tmp_path) == ["feeds/a.atom"]


def test_a_file_that_another_process_writes_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "feeds").mkdir()
    foreign = tmp_path / "feeds/.b.atom.0123.tmp"
    with foreign.open("wb") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        Folder(tmp_path).put([a_rendering()])
        assert foreign.exists()


def test_readers_see_whole_files_while_they_are_replaced(tmp_path: Path) -> None:
    bodies = [bytes([65 + number]) * 50_000 for number in range(2)]
    Folder(tmp_path).put([a_rendering(bodies[0])])
    done = threading.Event()
    torn: list[int] = []

    def read() -> None:
        while not done.is_set():
            found = Folder(tmp_path).get("/feeds/a.atom")
            if found is None or found.body not in bodies:
                torn.append(0 if found is None else len(found.body))

    def write() -> None:
        for number in range(20):
            Folder(tmp_path).put([a_rendering(bodies[number % 2])])

    reader = threading.Thread(target=read)
    writers = [threading.Thread(target=write) for _ in range(2)]
    for thread in (reader, *writers):
        thread.start()
    for thread in writers:
        thread.join()
    done.set()
    reader.join()
    assert torn == []
    assert files(tmp_path) == ["feeds/a.atom"]
