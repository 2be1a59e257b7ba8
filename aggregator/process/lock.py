"""Locks on the data folder that end with their process, however it ends."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from aggregator.errors import AggregatorError, InUseError

TRIES = 5
PAUSE_SECONDS = 0.02
_OURS = 0o600
"""What a holder notes is its user's matter."""


@dataclass(frozen=True, slots=True)
class Holder:
    """Who holds a lock."""

    process: int
    note: str
    """What it wrote beside its number."""


@dataclass(frozen=True, slots=True)
class Holding:
    """A lock that this process holds."""

    descriptor: int

    def note(self, text: str) -> None:
        """Replaces what others read of the holder; one line."""
        os.ftruncate(self.descriptor, 0)
        os.pwrite(self.descriptor, f"{os.getpid()}\n{text}\n".encode(), 0)


@contextmanager
def exclusive(path: Path, waiting: Callable[[str], None] | None = None) -> Iterator[Holding]:
    """Holds the lock file ``path``.

    Raises InUseError if another process holds it, or with ``waiting`` tells that function who does and
    waits; AggregatorError if the file cannot be made.
    """
    descriptor = _opened(path)
    try:
        if not _taken(descriptor):
            other = _read(descriptor)
            if waiting is None:
                hint = "end that process first, or use another --data folder"
                raise InUseError(f"{path.parent} is in use by process {other.process}", hint)
            waiting(str(other.process))
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        holding = Holding(descriptor)
        holding.note("")
        yield holding
        os.ftruncate(descriptor, 0)
    finally:
        os.close(descriptor)


def holder(path: Path) -> Holder | None:
    """Who holds the lock file now; None if nobody does."""
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CLOEXEC)
    except OSError:
        return None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return _read(descriptor)
    finally:
        os.close(descriptor)
    return None


def _taken(descriptor: int) -> bool:
    """Takes the lock if it is free; who only looks holds it for an instant, so a few tries are made."""
    for _ in range(TRIES):
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            time.sleep(PAUSE_SECONDS)
        else:
            return True
    return False


def _opened(path: Path) -> int:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, _OURS)
        if os.fstat(descriptor).st_uid == os.geteuid():
            # It may be there already, and open to all.
            os.fchmod(descriptor, _OURS)
    except OSError as error:
        raise AggregatorError(
            f"cannot write {path}: {error.strerror}", "check the rights of the --data folder"
        ) from error
    return descriptor


def _read(descriptor: int) -> Holder:
    number, _, note = os.pread(descriptor, 4096, 0).decode("utf-8", "replace").partition("\n")
    return Holder(int(number) if number.isdecimal() else 0, note.strip())
