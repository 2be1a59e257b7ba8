"""Renderings as files: the folder that our server, nginx or any static host serves.

A file's time of modification is its rendering's, so every server gives the right Last-Modified. A
path whose last part has no dot is a page and becomes ``…/index.html``, which static hosts find
without being told.
"""

from __future__ import annotations

import fcntl
import os
import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

from aggregator.feeds.formats import registry as formats
from aggregator.model.reading import Rendering
from aggregator.site.encode import etag_of

MEDIA_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".ico": "image/x-icon",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
    ".xml": "application/xml; charset=utf-8",
}
"""By the file name's ending, of what is in no format of feeds; all else is ``application/octet-stream``."""

_SECOND = 1_000_000_000
_TEMPORARY = ".tmp"
_NAME_LIMIT = 240
"""Bytes of a file's name; file systems take 255, and a temporary name is longer than the file's."""


class Folder:
    """A ``ports.Publisher`` on a folder. Several processes may put into one folder at the same time."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._swept: set[Path] = set()

    def put(self, renderings: Iterable[Rendering]) -> int:
        """Replaces the files that differ, each at once and whole; how many it replaced.

        Equal bytes are not written again. When this returns, the files are on the disk.
        Raises ValueError for a path that leaves the folder, OSError.
        """
        changed: list[Path] = []
        try:
            for rendering in renderings:
                target = self._file(rendering.path)
                instant = int(rendering.modified.timestamp()) * _SECOND
                if not _is_already(target, rendering.body, instant):
                    self._prepare(target.parent)
                    _replace(target, rendering.body, instant)
                    changed.append(target)
        finally:
            for folder in {folder for target in changed for folder in target.relative_to(self._root).parents}:
                _flush(self._root / folder)
        return len(changed)

    def holds(self, path: str, etag: str) -> bool:
        """Whether the file at the path has the bytes of this entity tag."""
        found = self.get(path)
        return found is not None and found.etag == etag

    def get(self, path: str) -> Rendering | None:
        """What is published at a path; None if nothing is, or no path of ours can be meant."""
        try:
            with self._file(path).open("rb") as file:
                body, modified = file.read(), os.fstat(file.fileno()).st_mtime_ns // _SECOND
        except (ValueError, FileNotFoundError, IsADirectoryError, NotADirectoryError):
            return None
        return Rendering(
            path, _media_type(Path(file_name(path)).suffix), body, etag_of(body), datetime.fromtimestamp(modified, UTC)
        )

    def withdraw(self, path: str) -> None:
        """Removes the file at a path, and the folders that are empty then. Raises ValueError as ``put`` does."""
        target = self._file(path)
        try:
            target.unlink()
        except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
            return
        kept = target.parent
        with suppress(OSError):  # not empty: it stays, and all above it
            while kept != self._root:
                kept.rmdir()
                self._swept.discard(kept)
                kept = kept.parent
        with suppress(FileNotFoundError):  # another process took the folder away
            _flush(kept)

    def paths(self) -> Iterator[str]:
        """The public paths of the files that are there. Files that no path can mean are left out."""
        for file in sorted(self._root.rglob("*")):
            path = _path(file.relative_to(self._root).as_posix())
            if path and file.is_file():
                yield path

    def _file(self, path: str) -> Path:
        target = self._root / file_name(path)
        if not target.resolve().is_relative_to(self._root.resolve()):
            raise ValueError(f"{path!r} leaves the folder of published files")
        return target

    def _prepare(self, folder: Path) -> None:
        if folder not in self._swept:
            folder.mkdir(parents=True, exist_ok=True)
            _sweep(folder)
            self._swept.add(folder)


def file_name(path: str) -> str:
    """The file of a public path, relative to the root. Raises ValueError.

    Names that begin with a dot are refused: they lead out of the folder or to temporary files.
    """
    parts = path.removeprefix("/").split("/")
    if "." not in parts[-1]:
        parts = [*(parts if parts[-1] else parts[:-1]), "index.html"]
    if not path.startswith("/") or not all(map(_is_file_name, parts)):
        raise ValueError(f"{path!r} is no public path")
    return "/".join(parts)


def _media_type(suffix: str) -> str:
    return formats.media_type(suffix) or MEDIA_TYPES.get(suffix, "application/octet-stream")


def _path(name: str) -> str:
    """The public path of a file, relative to the root; empty where there is none."""
    for path in ("/" + name.removesuffix("index.html").removesuffix("/"), "/" + name):
        with suppress(ValueError):
            if file_name(path) == name:
                return path
    return ""


def _is_file_name(part: str) -> bool:
    return bool(part) and part[0] != "." and not set(part) & {"\\", "\0"} and len(part.encode()) <= _NAME_LIMIT


def _is_already(target: Path, body: bytes, instant: int) -> bool:
    """Whether the file holds these bytes; if so, its time is set right."""
    try:
        state = target.stat()
        if state.st_size != len(body) or target.read_bytes() != body:
            return False
    except FileNotFoundError:
        return False
    if state.st_mtime_ns != instant:
        os.utime(target, ns=(instant, instant))
    return True


def _replace(target: Path, body: bytes, instant: int) -> None:
    with _temporary(target) as (descriptor, temporary):
        with open(descriptor, "wb", closefd=False) as file:
            file.write(body)
        os.utime(descriptor, ns=(instant, instant))
        os.fsync(descriptor)
        temporary.replace(target)


@contextmanager
def _temporary(target: Path) -> Iterator[tuple[int, Path]]:
    """A new file beside the target, locked: a file that nobody locks was left by a killed process."""
    descriptor, temporary = _locked(target)
    try:
        yield descriptor, temporary
    finally:
        # Gone already where it became the target.
        temporary.unlink(missing_ok=True)
        os.close(descriptor)


def _locked(target: Path) -> tuple[int, Path]:
    while True:
        temporary = target.with_name(f".{target.name}.{secrets.token_hex(4)}{_TEMPORARY}")
        try:
            descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o644)
        except FileNotFoundError:
            # Another process withdrew the last file of this folder, and the folder with it.
            target.parent.mkdir(parents=True, exist_ok=True)
            continue
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        # Another process may have swept the file between its making and its locking.
        if os.fstat(descriptor).st_nlink:
            return descriptor, temporary
        os.close(descriptor)


def _sweep(folder: Path) -> None:
    for leftover in folder.glob(f".*{_TEMPORARY}"):
        with suppress(FileNotFoundError), leftover.open("rb") as file:  # gone: its owner was quicker
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                continue
            leftover.unlink()


def _flush(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
