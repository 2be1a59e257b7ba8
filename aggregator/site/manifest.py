"""What exports wrote into a folder: what a later one need not make again, and may take away.

One line a file: the digest of its bytes, the mark of what they were made from, their number, the time of the file in
seconds, and its public path. A file whose number of bytes and time are the noted ones is not read. A first line holds
the mark of the whole site. Only files with the noted bytes are ever taken away: one that somebody else put there, or
changed, stays.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from aggregator.model.reading import Rendering
from aggregator.site.encode import etag_of
from aggregator.site.folder import file_name

NAME = ".aggregator-export"
_UNKNOWN = "-"
_WHOLE = re.compile(r"site ([0-9a-f]{16})")
_LINE = re.compile(r"([0-9a-f]{32}) (?:([0-9a-f]{16}|-) ([0-9]+) (-?[0-9]+) )?(/[^\n]*)")


@dataclass(frozen=True, slots=True)
class Noted:
    """A file as it was written."""

    path: str
    """Its public path."""
    etag: str
    mark: str = ""
    """Of all that its bytes depend on; empty: nobody can say."""
    size: int = -1
    """Bytes; less than zero in lists of earlier versions, whose files have to be read."""
    modified: int = 0
    """Seconds since 1970."""


def noted(rendering: Rendering, mark: str) -> Noted:
    modified = int(rendering.modified.timestamp())
    return Noted(rendering.path, rendering.etag, mark, len(rendering.body), modified)


class Manifest:
    """The list in a folder of exported files."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._file = folder, folder / NAME
        text = self._file.read_text("utf-8", "replace") if self._file.exists() else ""
        lines = text.split("\n")
        found = _WHOLE.fullmatch(lines[0])
        self.site = found[1] if found else ""
        """The mark of the whole site; empty if an export has not come to its end."""
        # A line that a killed process wrote in part matches nothing.
        self._noted = [_read(line) for line in map(_LINE.fullmatch, lines) if line]
        self._at = {line.path: line for line in self._noted}
        self._torn = bool(text) and not text.endswith("\n")

    def __len__(self) -> int:
        return len(self._at)

    def at(self, path: str) -> Noted | None:
        """What was noted last of the file at a public path."""
        return self._at.get(path)

    def is_whole(self) -> bool:
        """Whether every file is as it was written."""
        return all(map(self.is_untouched, self._at.values()))

    def is_untouched(self, line: Noted) -> bool:
        """Whether the file has the noted number of bytes and time; then it has the noted bytes."""
        try:
            state = os.stat(f"{self._folder}/{file_name(line.path)}")
        except (OSError, ValueError):
            return False
        return state.st_size == line.size and state.st_mtime_ns // 1_000_000_000 == line.modified

    def left_behind(self, exported: Mapping[str, Noted]) -> list[str]:
        """Paths that this export did not write, and whose files are as one of the earlier ones wrote them."""
        paths = dict.fromkeys(line.path for line in self._noted if line.path not in exported)
        return [path for path in paths if self.is_ours(path)]

    def is_ours(self, path: str) -> bool:
        """Whether the file at a path has bytes that an export noted for it."""
        last = self._at.get(path)
        if last is not None and self.is_untouched(last):
            return True
        try:
            etag = etag_of((self._folder / file_name(path)).read_bytes())
        except (OSError, ValueError):
            return False
        return any((line.path, line.etag) == (path, etag) for line in self._noted)

    def note(self, lines: Iterable[Noted]) -> None:
        """Adds files that are about to be written one by one: a killed export leaves none that nobody knows of."""
        written = "".join(map(_written, lines))
        if written:
            with self._file.open("a", encoding="utf-8") as file:
                file.write("\n" * self._torn + written)
            self._torn = False


def write_manifest(folder: Path, site: str, exported: Iterable[Noted]) -> None:
    """Makes these the only lines. Raises OSError."""
    temporary = folder / f"{NAME}.tmp"
    first = f"site {site}\n" if site else "\n"
    temporary.write_text(first + "".join(map(_written, exported)), "utf-8")
    temporary.replace(folder / NAME)


def _read(line: re.Match[str]) -> Noted:
    etag, mark, size, modified, path = line.groups()
    if mark is None:
        return Noted(path, etag)
    return Noted(path, etag, mark.removesuffix(_UNKNOWN), int(size), int(modified))


def _written(line: Noted) -> str:
    return f"{line.etag} {line.mark or _UNKNOWN} {line.size} {line.modified} {line.path}\n"
