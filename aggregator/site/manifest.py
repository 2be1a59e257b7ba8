"""What exports wrote into a folder, so that a later one can take away what is no longer part of the site.

One line a file: the digest of its bytes, and its public path. A line is there before its file is; so
a killed export leaves nothing that nobody knows of. Only files with the noted bytes are ever taken
away: one that somebody else put there, or changed, stays.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from aggregator.model.reading import Rendering

NAME = ".aggregator-export"
_LINE = re.compile(r"([0-9a-f]{32}) (/[^\n]*)")


class Manifest:
    """The list in a folder of exported files."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / NAME
        text = self._file.read_text("utf-8", "replace") if self._file.exists() else ""
        # A line that a killed process wrote in part matches nothing.
        found = (_LINE.fullmatch(line) for line in text.split("\n"))
        self._noted = {(line[2], line[1]): None for line in found if line}
        self._torn = bool(text) and not text.endswith("\n")

    def note(self, renderings: Iterable[Rendering]) -> None:
        """Adds files that are about to be written. Raises OSError."""
        lines = [_line(rendering.path, rendering.etag) for rendering in renderings]
        if lines:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            with self._file.open("a", encoding="utf-8") as file:
                file.write("\n" * self._torn + "".join(lines))
            self._torn = False

    def left_behind(self, exported: Mapping[str, str]) -> Sequence[tuple[str, str]]:
        """Path and digest of what earlier exports noted at paths that this one did not write."""
        return [(path, etag) for path, etag in self._noted if path not in exported]

    def replace(self, exported: Mapping[str, str]) -> None:
        """Makes these the only lines: public path to digest. Raises OSError."""
        temporary = self._file.with_name(f"{NAME}.tmp")
        temporary.write_text("".join(_line(path, etag) for path, etag in exported.items()), "utf-8")
        os.replace(temporary, self._file)


def _line(path: str, etag: str) -> str:
    return f"{etag} {path}\n"
