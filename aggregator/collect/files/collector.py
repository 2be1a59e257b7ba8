"""A folder of article files: looked at by stat first, read only where the stat changed.

Whoever writes into the folder is not trusted with our other files: symbolic links are not followed,
neither when the folder is listed nor when a file is opened later.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Iterator
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from aggregator.base.globs import matcher
from aggregator.codes import Code
from aggregator.errors import CollectError, RejectedError
from aggregator.model.config import ARTICLE_FILES, Source
from aggregator.model.document import Lead, RawDocument
from aggregator.model.running import Learned, Listing, Memory
from aggregator.model.trouble import Trouble

if TYPE_CHECKING:
    from aggregator.collect.collectors import Means

MAX_DEPTH = 64
"""Of folders."""
_SETTLED_NS = 2_000_000_000
"""A file written this shortly before it was looked at may change again within the same time stamp
(coarse clocks: FAT 2 s, NFS 1 s), so its stamp promises nothing."""
_HINT = "is the disk mounted, and may this user read it?"


def collect_files(source: Source, means: Means) -> TreeCollector:
    return TreeCollector(source, means.folder, means.clock.now())


class TreeCollector:
    """Collector of ``kind: files``. One instance serves one visit to one source."""

    def __init__(self, source: Source, folder: Path, now: datetime) -> None:
        """``folder``: what relative source paths start at; ``now``: when the visit began."""
        self._source = source
        self._folder = folder
        self._settled_before = int(now.timestamp() * 1e9) - _SETTLED_NS
        self._odd_names: dict[str, str] = {}
        self._open = _OpenFolder(-1, "")

    def leads(self, memory: Memory) -> Listing:  # noqa: ARG002 - a tree is cheap to list whole
        """Every wanted file below the source's path, in path order. Raises CollectError.

        A folder within that cannot be read is named in ``troubles``, and what it held does not count as gone.
        """
        wanted = matcher(self._source.include or ARTICLE_FILES, self._source.exclude)
        troubles: list[Trouble] = []
        leads = sorted(self._walk(self._root(), wanted, troubles), key=lambda lead: lead.location)
        unseen = tuple(trouble.part for trouble in troubles)
        return Listing(tuple(leads), complete=True, troubles=tuple(troubles), unseen=unseen)

    def fetch(self, lead: Lead, now: datetime) -> RawDocument:
        """The file's bytes. Raises RejectedError over the limit, CollectError if it cannot be read."""
        below, _, name = self._odd_names.get(lead.location, lead.location).rpartition("/")
        try:
            if self._open.below != below or self._open.descriptor < 0:
                self._open = _open_folder(self._root(), below)
            return read_document(name, lead, self._source.limits.bytes, now, self._open.descriptor)
        except OSError as error:
            raise CollectError(Code.UNREADABLE, f"{lead.location}: {error.strerror}", _HINT) from error

    def learned(self, complete: bool, again: object = None) -> Learned:  # noqa: ARG002
        """Nothing: a tree is listed whole each time."""
        return Learned()

    def close(self) -> None:
        """The last folder is closed when it is no longer referred to."""

    def _root(self) -> str:
        root = os.path.realpath(self._folder / self._source.path)
        if not os.path.isdir(root):
            raise CollectError(Code.NO_FOLDER, f"{self._source.path}: there is no such folder at {root}", _HINT)
        return root

    def _walk(self, root: str, wanted: Callable[[str], bool], troubles: list[Trouble]) -> Iterator[Lead]:
        folders = [""]
        while folders:
            below = folders.pop()
            try:
                with os.scandir(os.path.join(root, below)) as entries:
                    for entry in entries:
                        yield from self._listed(entry, below, wanted, folders, troubles)
            except OSError as error:
                if not below:
                    raise CollectError(Code.UNREADABLE, f"{root}: {error.strerror}", _HINT) from error
                troubles.append(Trouble(Code.UNREADABLE, spelled(below), error.strerror or ""))

    def _listed(
        self,
        entry: os.DirEntry[str],
        below: str,
        wanted: Callable[[str], bool],
        folders: list[str],
        troubles: list[Trouble],
    ) -> Iterator[Lead]:
        """A file that is wanted; a folder joins those to walk."""
        if entry.name.startswith(".") or entry.is_symlink():
            return
        path = f"{below}{entry.name}"
        try:
            if entry.is_dir(follow_symlinks=False):
                if path.count("/") >= MAX_DEPTH:
                    troubles.append(Trouble(Code.TOO_DEEP, f"{spelled(path)}/", f"over {MAX_DEPTH} folders deep"))
                else:
                    folders.append(f"{path}/")
            elif wanted(path) and entry.is_file(follow_symlinks=False):
                stat = entry.stat(follow_symlinks=False)
                yield Lead(self._source.name, self._location(path), self._stamp(stat))
        except OSError as error:
            troubles.append(Trouble(Code.UNREADABLE, spelled(path), error.strerror or ""))

    def _location(self, path: str) -> str:
        """The path as text that can be stored: bytes of a name that are not UTF-8 are spelled out."""
        if path.isprintable():
            return path
        location = spelled(path)
        self._odd_names[location] = path
        return location

    def _stamp(self, stat: os.stat_result) -> str:
        if stat.st_mtime_ns > self._settled_before:
            return ""
        return f"{stat.st_size}.{stat.st_mtime_ns}.{stat.st_ctime_ns}.{stat.st_ino}"


class _OpenFolder:
    """A folder held open; files come in path order, so the next one is mostly in the same."""

    def __init__(self, descriptor: int, below: str) -> None:
        self.descriptor = descriptor
        self.below = below

    def __del__(self) -> None:
        if self.descriptor >= 0:
            os.close(self.descriptor)


def _open_folder(root: str, below: str) -> _OpenFolder:
    """Opens step by step, so that no step can be a link that was put there after the listing."""
    flags = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC
    folder = _OpenFolder(os.open(root, flags), "")
    for name in filter(None, below.split("/")):
        folder = _OpenFolder(os.open(name, flags | os.O_NOFOLLOW, dir_fd=folder.descriptor), below)
    folder.below = below
    return folder


def read_document(name: str, lead: Lead, limit: int, now: datetime, folder: int | None = None) -> RawDocument:
    """The bytes of a file, relative to the open folder if one is given. Raises RejectedError, OSError."""
    descriptor = os.open(name, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOFOLLOW, dir_fd=folder)
    try:
        size = os.fstat(descriptor).st_size
        if size > limit:
            raise RejectedError(Code.TOO_LARGE, f"over {limit:,} bytes (limits.bytes of the source)")
        body = os.read(descriptor, size + 1)
    finally:
        os.close(descriptor)
    if len(body) > size:
        raise OSError(errno.EBUSY, "it grew while it was read; the next pass tries again")
    return RawDocument(lead.source, lead.location, lead.stamp, body, sha256(body).hexdigest(), now)


def spelled(path: str) -> str:
    """A path as text: a name with bytes that are not UTF-8 has them spelled out.

    It carries a mark of its own, because another file may really be called that.
    """
    return "/".join(map(_spelled_name, path.split("/")))


def _spelled_name(name: str) -> str:
    raw = os.fsencode(name)
    text = raw.decode("utf-8", "backslashreplace")
    return text if text == name else f"{text}~{sha256(raw).hexdigest()[:8]}"
