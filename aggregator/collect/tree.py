"""A folder of article files: looked at by stat first, read only where the stat changed."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from aggregator.collect.globs import matcher
from aggregator.errors import CollectError, RejectedError
from aggregator.model.article import Lead, RawDocument
from aggregator.model.config import Source
from aggregator.model.running import Listing, Memory

_SETTLED_NS = 2_000_000_000
"""A file written this shortly before it was looked at may change again within the same time stamp
(coarse clocks: FAT 2 s, NFS 1 s), so its stamp promises nothing."""


class TreeCollector:
    """Collector of ``kind: files``. One instance serves one pass."""

    def __init__(self, folder: Path, now: datetime) -> None:
        """``folder``: what relative source paths start at; ``now``: when the pass began."""
        self._folder = folder
        self._settled_before = int(now.timestamp() * 1e9) - _SETTLED_NS
        self._odd_names: dict[str, str] = {}
        self._source: Source | None = None
        self._root = ""

    def leads(self, source: Source, memory: Memory) -> Listing:  # noqa: ARG002 - a tree is cheap to list whole
        """Every wanted file below the source's path, in path order. Raises CollectError."""
        self._source = source
        self._root = root = self._find_root(source)
        wanted = matcher(source.include, source.exclude)
        try:
            leads = sorted(self._walk(source.name, root, "", wanted), key=lambda lead: lead.location)
        except OSError as error:
            raise CollectError("unreadable", f"{root}: {error.strerror}", _HINT) from error
        return Listing(tuple(leads), complete=True)

    def fetch(self, lead: Lead, now: datetime) -> RawDocument:
        """The file's bytes. Raises RejectedError over the limit, CollectError if it cannot be read."""
        assert self._source is not None, "leads() comes first"  # noqa: S101 - a programming error, not bad input
        path = os.path.join(self._root, self._odd_names.get(lead.location, lead.location))
        return read_document(path, lead, self._source.limits.bytes, now)

    def _find_root(self, source: Source) -> str:
        root = os.path.realpath(self._folder / source.path)
        if not os.path.isdir(root):
            raise CollectError("no-folder", f"{source.path}: there is no such folder at {root}", _HINT)
        return root

    def _walk(self, source: str, root: str, below: str, wanted: Callable[[str], bool]) -> Iterator[Lead]:
        with os.scandir(os.path.join(root, below)) as entries:
            for entry in entries:
                if entry.name.startswith("."):
                    continue
                path = f"{below}{entry.name}"
                if entry.is_symlink() and not _inside(root, entry.path):
                    continue
                if entry.is_dir(follow_symlinks=False):
                    yield from self._walk(source, root, f"{path}/", wanted)
                elif wanted(path) and entry.is_file():
                    yield Lead(source, self._location(path), self._stamp(entry.stat()))

    def _location(self, path: str) -> str:
        """The path as text that can be stored: bytes of a name that are not UTF-8 are spelled out."""
        if path.isprintable():
            return path
        location = os.fsencode(path).decode("utf-8", "backslashreplace")
        self._odd_names[location] = path
        return location

    def _stamp(self, stat: os.stat_result) -> str:
        if stat.st_mtime_ns > self._settled_before:
            return ""
        return f"{stat.st_size}.{stat.st_mtime_ns}.{stat.st_ctime_ns}.{stat.st_ino}"


def read_document(path: str, lead: Lead, limit: int, now: datetime) -> RawDocument:
    """The bytes of the file at ``path``. Raises RejectedError over ``limit`` bytes, CollectError."""
    try:
        with open(os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC), "rb", buffering=0) as file:
            body = file.read(limit + 1) or b""
    except OSError as error:
        raise CollectError("unreadable", f"{lead.location}: {error.strerror}", _HINT) from error
    if len(body) > limit:
        raise RejectedError("too-large", f"over {limit:,} bytes (limits.bytes of the source)")
    return RawDocument(lead.source, lead.location, lead.stamp, body, sha256(body).hexdigest(), now)


def _inside(root: str, link: str) -> bool:
    """Whether a symbolic link stays below the root: what others put into a folder must not publish our other files."""
    target = os.path.realpath(link)
    return target.startswith(root + os.sep)


_HINT = "is the disk mounted, and may this user read it?"
