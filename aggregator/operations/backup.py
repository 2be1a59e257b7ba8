"""One file that holds all that cannot be made again: the database and the configuration."""

from __future__ import annotations

import glob
import json
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from aggregator import __version__
from aggregator.errors import AggregatorError, UsageError
from aggregator.model.backup import Contents, Inventory, LastBackup
from aggregator.operations import backup_file
from aggregator.operations.reports import BackupReport, Progress, silent

Snapshot = Callable[[Path, Callable[[int, int], None]], Contents]
"""Copies the database to a file that is not there yet, looks whether the copy is sound, and says what is in it."""


@dataclass(frozen=True, slots=True)
class BackupRequest:
    """What is backed up, and where to."""

    file: Path
    config: Path
    data: Path
    note: Path
    """Where the last one is remembered."""


def backup(request: BackupRequest, snapshot: Snapshot, now: datetime, progress: Progress = silent) -> BackupReport:
    """Writes the file, reads it again, and only then gives it its name: what was there is a whole one until then.

    Raises UsageError where something else has that name, AggregatorError where what is read is not what was written,
    StoreError, OSError.
    """
    file = request.file.resolve()
    _refuse_another(file)
    if not file.parent.is_dir():
        raise UsageError(f"there is no folder {file.parent}", "make it, or name another file")
    with working_folder(file.parent, f".{file.name}.aggregator-backup-") as folder:
        copy, made = folder / backup_file.DATABASE, folder / "backup"
        contents = snapshot(copy, lambda done, total: progress("copying the database", done, total))
        sources = {backup_file.DATABASE: copy, **dict(_configured(request, file, folder))}
        progress("packing", 0, 0)
        written = backup_file.write(made, Inventory(now, __version__, contents), sources)
        progress("verifying", 0, 0)
        _verify(made, written)
        size = made.stat().st_size
        _refuse_another(file)
        made.replace(file)
        flush(file.parent)
    remember(request.note, LastBackup(now, str(file)))
    return BackupReport(str(request.file), size, contents.counts.get("article", 0), len(sources) - 1)


def _refuse_another(file: Path) -> None:
    if os.path.lexists(file) and not (file.is_file() and backup_file.is_backup(file)):
        raise UsageError(f"{file} is there, and no whole backup, so it is not replaced", "name another file")


def _verify(made: Path, written: Inventory) -> None:
    try:
        same = backup_file.verify(made) == written
    except UsageError:
        same = False
    if not same:
        raise AggregatorError("what was written cannot be read again", "see whether the disk is sound; nothing changed")


def _configured(request: BackupRequest, target: Path, working: Path) -> Iterator[tuple[str, Path]]:
    """Every file of the configuration folder, credentials among them; raises UsageError for what is none."""
    total = number = 0
    apart = {request.data.resolve(), working}
    for path in sorted(request.config.rglob("*")):
        real = path.resolve()
        if not path.is_file() or apart & {*real.parents} or real == target or path.name.endswith(backup_file.FRESH):
            continue
        name = f"{backup_file.CONFIG}{path.relative_to(request.config).as_posix()}"
        if not backup_file.is_safe(name):
            raise UsageError(f"{path}: a backup cannot hold a file of this name", "rename it, or move it elsewhere")
        total, number = total + path.stat().st_size, number + 1
        if total > backup_file.MOST_CONFIG or number > backup_file.MOST_FILES:
            raise UsageError(
                f"the configuration folder {request.config} holds more than {backup_file.MOST_FILES} files, or more "
                f"than {backup_file.MOST_CONFIG} bytes",
                "keep articles in another folder, and copy that by its own means",
            )
        yield name, path


def remember(note: Path, last: LastBackup) -> None:
    """Where `last_backup` looks for it."""
    fresh = note.with_name(f".{note.name}.new")
    fresh.write_text(json.dumps({"at": last.at.isoformat(), "file": last.file}), encoding="utf-8")
    fresh.replace(note)


def last_backup(note: Path) -> LastBackup | None:
    """The last one that was verified (``Places.backup_note``); None where none is known of."""
    with suppress(OSError, ValueError, KeyError, TypeError, ArithmeticError):
        told = json.loads(note.read_text(encoding="utf-8"))
        return LastBackup(datetime.fromisoformat(told["at"]).astimezone(UTC), str(told["file"]))
    return None


@contextmanager
def working_folder(parent: Path, prefix: str) -> Iterator[Path]:
    """For this user alone, gone at the end. There is one at a time, so what another one left was killed with it."""
    for left in parent.glob(f"{glob.escape(prefix)}*"):
        if left.is_dir() and not left.is_symlink():
            shutil.rmtree(left)
    with TemporaryDirectory(prefix=prefix, dir=parent) as folder:
        yield Path(folder).resolve()


def flush(folder: Path) -> None:
    """What was renamed in a folder outlives a loss of power."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
