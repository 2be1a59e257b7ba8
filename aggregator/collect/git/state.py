"""What a mirror says of itself: it is believed only while every file it names is there, whole.

The file is written last, so a process that dies at any moment leaves the state before, or none.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from aggregator.collect.git.messages import Repository

MOST_PACKS = 100
"""Each fetch adds one; after so many the mirror is fetched anew, which also frees what nobody needs any more."""
_NAME = "state.json"


@dataclass(frozen=True, slots=True)
class State:
    """A mirror as it was after its last fetch."""

    url: str
    limit: int
    """Bytes of a file; larger ones were not fetched."""
    commit: str = ""
    shallow: frozenset[str] = frozenset()
    """Commits whose parents were left out."""
    packs: Mapping[str, int] = field(default_factory=dict)
    """Size of each file below ``objects/pack``."""

    def serves(self, repository: Repository) -> bool:
        """Whether it is of that very repository, and lacks none of the files wanted of it."""
        return self.url == repository.url and self.limit == repository.limit and len(self.packs) <= 2 * MOST_PACKS


def load(folder: Path) -> State | None:
    """What was saved; None where nothing that makes sense was."""
    try:
        told = json.loads((folder / _NAME).read_bytes())
        shallow = frozenset(map(str, told["shallow"]))
        packs = {str(name): int(size) for name, size in told["packs"].items()}
        return State(str(told["url"]), int(told["limit"]), str(told["commit"]), shallow, packs)
    except (OSError, ValueError, TypeError, LookupError, AttributeError):
        return None


def save(folder: Path, state: State) -> None:
    """Replaces the file, at once and for good; ``packs`` become those that are there."""
    packs = {entry.name: entry.stat().st_size for entry in os.scandir(folder / "objects" / "pack")}
    shallow = sorted(state.shallow)
    told = {"url": state.url, "limit": state.limit, "commit": state.commit, "shallow": shallow, "packs": packs}
    fresh = folder / f"{_NAME}.new"
    with fresh.open("w", encoding="ascii") as file:
        json.dump(told, file, indent=1)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(folder / _NAME)


def intact(folder: Path, state: State) -> bool:
    """Whether all packs are there with their sizes. What a process left behind that died is removed."""
    objects = folder / "objects"
    packs = objects / "pack"
    try:
        for leftover in [
            *objects.glob("tmp_pack_*"),
            *(path for path in packs.iterdir() if path.name not in state.packs),
        ]:
            leftover.unlink()
        return all((packs / name).stat().st_size == size for name, size in state.packs.items())
    except OSError:
        return False


def wipe(folder: Path) -> None:
    """Removes a mirror; its word first. Raises OSError."""
    (folder / _NAME).unlink(missing_ok=True)
    if folder.exists():
        shutil.rmtree(folder)
