"""A new state of a folder of files in place of the old one.

The new files wait in a folder of their own. Where the system can exchange two folders in one step (renameat2 with
RENAME_EXCHANGE, Linux), all that stays is linked beside them and the folders change places: whoever asks for a file
gets the old state or the new one, and whoever kills the program leaves one of them. Where it cannot (the folder is
where something is mounted, the folder around it is not ours to write, another system), each file is put in its
place in one step, in the order in which the files were made.
"""

from __future__ import annotations

import ctypes
import errno
import fcntl
import os
import shutil
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from aggregator.errors import InUseError
from aggregator.site.folder import Folder, file_name
from aggregator.site.manifest import NAME

STAGED = ".aggregator-next"
"""Where new files wait, in the folder; while folders are exchanged, beside it as ``.NAME.aggregator-next``."""
_AT_FDCWD = -100
_RENAME_EXCHANGE = 2


@dataclass(frozen=True, slots=True)
class Exchange:
    """A folder that this process alone exports to."""

    folder: Path
    staged: Path
    """Put the new files here."""
    _beside: Path
    _order: list[str] = field(default_factory=list)

    def at_once(self, dropped: Collection[str]) -> bool:
        """Puts the staged files into the folder and drops those at these public paths, in one step.

        Answers False where that cannot be done; nothing has changed then.
        """
        if Path.cwd().is_relative_to(self.folder):
            # Whoever called us would stand in a folder that is gone.
            return False
        try:
            _link_rest(self.folder, self.staged, {file_name(path) for path in dropped})
            self.staged.rename(self._beside)
        except OSError:
            return False
        try:
            _exchange(self._beside, self.folder)
        except OSError:
            self._beside.rename(self.staged)
            return False
        _flush(self.folder.parent)
        shutil.rmtree(self._beside)
        return True

    def one_by_one(self, paths: Sequence[str], dropped: Collection[str]) -> None:
        """The same in as many steps as there are files: what is staged at these public paths, in their order."""
        touched: set[Path] = set()
        for path in paths:
            target = self.folder / file_name(path)
            target.parent.mkdir(parents=True, exist_ok=True)
            (self.staged / file_name(path)).replace(target)
            touched.update(parent for parent in target.parents if parent.is_relative_to(self.folder))
        for parent in touched:
            _flush(parent)
        publisher = Folder(self.folder)
        for path in dropped:
            publisher.withdraw(path)


@contextmanager
def exchanging(folder: Path) -> Iterator[Exchange]:
    """Holds the folder, made if it is not there. What a killed process left staged is removed, before and after.

    Raises InUseError if another process exports to it, OSError.
    """
    folder = folder.resolve()
    descriptor = _held(folder)
    beside = folder.parent / f".{folder.name}{STAGED}"
    exchange = Exchange(folder, folder / STAGED, beside)
    try:
        _clear(exchange.staged, beside)
        yield exchange
    finally:
        _clear(exchange.staged, beside)
        os.close(descriptor)


def _clear(*leftovers: Path) -> None:
    for leftover in leftovers:
        if leftover.is_dir():
            shutil.rmtree(leftover)


def _held(folder: Path) -> int:
    """A descriptor of the folder, locked; once more where another process has just exchanged it."""
    while True:
        folder.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if os.path.samestat(os.fstat(descriptor), os.stat(folder)):
                return descriptor
        except BlockingIOError as error:
            os.close(descriptor)
            raise InUseError(f"another process exports to {folder}", "wait until it has ended") from error
        except FileNotFoundError:
            pass
        os.close(descriptor)


def _link_rest(old: Path, new: Path, dropped: Collection[str], within: str = "") -> None:
    """Gives ``new`` all files of ``old`` that it does not have, but for those that are dropped. Raises OSError."""
    new.mkdir(exist_ok=True)
    state = old.stat()
    with os.scandir(old) as found:
        entries = list(found)
    for entry in entries:
        name, target = within + entry.name, new / entry.name
        if name in {STAGED, NAME}:
            continue
        if entry.is_dir(follow_symlinks=False):
            _link_rest(Path(entry.path), target, dropped, f"{name}/")
        elif name not in dropped and not os.path.lexists(target):
            os.link(entry.path, target, follow_symlinks=False)
    if within and entries and not any(new.iterdir()):
        new.rmdir()
        return
    new.chmod(state.st_mode & 0o7777)
    if (new.stat().st_uid, new.stat().st_gid) != (state.st_uid, state.st_gid):
        os.chown(new, state.st_uid, state.st_gid)


def _exchange(one: Path, other: Path) -> None:
    """Raises OSError, also where the system has no such call."""
    call: Callable[..., int] | None = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    if call is None:
        raise OSError(errno.ENOSYS, os.strerror(errno.ENOSYS))
    if call(_AT_FDCWD, os.fsencode(one), _AT_FDCWD, os.fsencode(other), ctypes.c_uint(_RENAME_EXCHANGE)):
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()), str(other))


def _flush(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
