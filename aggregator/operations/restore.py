"""A backup takes the place of what is there, as a whole."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from aggregator.errors import StoreError, UsageError
from aggregator.model.backup import Contents, Inventory
from aggregator.operations import backup_file
from aggregator.operations.backup import flush, working_folder
from aggregator.operations.reports import Progress, RestoreReport, silent

_STAGED = ".aggregator-restore-"
_BESIDE = ("-wal", "-shm", "-journal")
"""What SQLite keeps beside its file."""


@dataclass(frozen=True, slots=True)
class RestoreRequest:
    """What is restored, and where to."""

    file: Path
    config: Path
    data: Path
    mark: Path
    """Is there while files are exchanged: nobody works with half of them."""
    keep_config: bool = False
    """Whether the configuration stays as it is."""


@dataclass(frozen=True, slots=True)
class Database:
    """What has to be known of databases to restore one."""

    place: Callable[[Path], Path]
    """Where it is, by a configuration folder."""
    examine: Callable[[Path], Contents]
    """What is in a file. Raises StoreError for one that is damaged or unknown."""
    settle: Callable[[Path], None]
    """Brings what stands beside a database into its file. Raises StoreError."""


def restore(request: RestoreRequest, database: Database, now: datetime, progress: Progress = silent) -> RestoreReport:
    """Unpacks and examines all of it first; then exchanges it. What was there is kept aside.

    Raises UsageError if the file is no whole backup or cannot be put there, StoreError, OSError; nothing has changed
    then. A death while files are exchanged leaves the mark, and the same command goes on.
    """
    inventory = backup_file.inventory_of(request.file)
    place = database.place(request.config).absolute()
    place.parent.mkdir(parents=True, exist_ok=True)
    request.data.mkdir(parents=True, exist_ok=True)
    _make_sure_of_room(inventory.size, place.parent)
    with working_folder(place.parent, _STAGED) as staged:
        progress("unpacking", 0, 0)
        if backup_file.extract(request.file, staged) != inventory:
            raise UsageError(f"{request.file} changed while it was read", "try again")
        progress("examining", 0, 0)
        _examine(request, database, staged, inventory)
        new = {} if request.keep_config else dict(_configured(staged / backup_file.CONFIG, request.config))
        if not request.keep_config:
            _refuse_elsewhere(database.place(staged / backup_file.CONFIG).absolute(), place)
        with _beside(new) as fresh:
            aside = _kept_aside(request, place, new, database, now)
            _exchange(request, fresh, staged / backup_file.DATABASE, place)
    return RestoreReport(
        file=str(request.file),
        created=inventory.created,
        articles=inventory.contents.counts.get("article", 0),
        files=0 if request.keep_config else len(inventory.members) - 1,
        aside=str(aside or ""),
    )


def _make_sure_of_room(size: int, folder: Path) -> None:
    free = shutil.disk_usage(folder).free
    if size > free:
        raise UsageError(f"the backup needs {size} bytes, {free} are free there", "make room, or use another disk")


def _examine(request: RestoreRequest, database: Database, staged: Path, inventory: Inventory) -> None:
    try:
        found = database.examine(staged / backup_file.DATABASE)
    except StoreError as error:
        # Where it was unpacked is nobody's business, and gone by then.
        told = str(error).replace(str(staged / backup_file.DATABASE), f"the database in {request.file}")
        raise StoreError(told, error.hint) from error
    if found != inventory.contents:
        raise UsageError(f"{request.file} is no whole backup: its database holds something else", "use another one")


def _refuse_elsewhere(then: Path, now: Path) -> None:
    """A configuration that comes from elsewhere may name a database that another set-up works with."""
    if then != now:
        raise UsageError(
            f"the configuration in the backup keeps its database at {then}, not {now}",
            f"where that is meant, add `--database sqlite:///{then}`; else restore with `--keep-config`",
        )


def _configured(new: Path, config: Path) -> Iterator[tuple[Path, Path]]:
    """The files that differ: where each will be, and where it is now. What the backup does not know stays."""
    for path in sorted(new.rglob("*")):
        target = config / path.relative_to(new)
        if not path.is_file() or (target.is_file() and target.read_bytes() == path.read_bytes()):
            continue
        if target.is_dir():
            raise UsageError(
                f"{target} is a folder, and a file in the backup", "move it, or restore with --keep-config"
            )
        yield target, path


@contextmanager
def _beside(files: Mapping[Path, Path]) -> Iterator[dict[Path, Path]]:
    """Copies of the new files beside those they will replace: what cannot be written there fails now."""
    fresh = {target: target.with_name(f".{target.name}{backup_file.FRESH}") for target in files}
    try:
        try:
            for target, copy in fresh.items():
                _write_beside(target, copy, files[target].read_bytes())
        except OSError as error:
            message = f"the configuration cannot be written: {error.filename}: {error.strerror}"
            raise UsageError(message, "make that folder writable, or add `--keep-config`") from error
        yield fresh
    finally:
        for copy in fresh.values():
            with suppress(OSError):  # its folder could not be made
                copy.unlink(missing_ok=True)


def _write_beside(target: Path, copy: Path, body: bytes) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    copy.unlink(missing_ok=True)
    descriptor = os.open(copy, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    with os.fdopen(descriptor, "wb") as written:
        written.write(body)
        if target.exists():
            os.fchmod(written.fileno(), target.stat().st_mode & 0o777)
        written.flush()
        os.fsync(written.fileno())


def _kept_aside(
    request: RestoreRequest, place: Path, new: Mapping[Path, Path], database: Database, now: datetime
) -> Path | None:
    """What will be replaced, in a folder of its own; None where nothing is there."""
    old = [target for target in new if target.exists()]
    if not place.exists() and not old:
        return None
    aside = _own_folder(request.data, f"before-restore-{now:%Y%m%dT%H%M%SZ}")
    if place.exists():
        _keep_database(place, aside, database.settle)
    for target in old:
        kept = aside / "config" / target.relative_to(request.config)
        kept.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(target, kept)
    flush(aside)
    return aside


def _own_folder(parent: Path, name: str) -> Path:
    number = 1
    while True:
        folder = parent / (name if number == 1 else f"{name}-{number}")
        with suppress(FileExistsError):
            folder.mkdir(mode=0o700)
            return folder
        number += 1


def _keep_database(place: Path, aside: Path, settle: Callable[[Path], None]) -> None:
    """One file holds all of it then, so that another one can take its place at once."""
    # Copied first: of a database that is damaged SQLite throws away what it cannot read.
    copies = [Path(shutil.copy2(f"{place}{ending}", aside)) for ending in _BESIDE if Path(f"{place}{ending}").exists()]
    if _is_settled(place, settle):
        for copy in copies:
            copy.unlink()
    try:
        os.link(place, aside / place.name)
    except OSError:
        shutil.copy2(place, aside)


def _is_settled(place: Path, settle: Callable[[Path], None]) -> bool:
    """False for one that is damaged, which is why somebody restores: each part of it is kept as it is."""
    try:
        settle(place)
    except StoreError:
        return False
    return True


def _exchange(request: RestoreRequest, fresh: Mapping[Path, Path], new: Path, place: Path) -> None:
    if place.exists():
        new.chmod(place.stat().st_mode & 0o777)
    request.mark.write_text(str(request.file.absolute()), encoding="utf-8", errors="surrogateescape")
    flush(request.mark.absolute().parent)
    for target, copy in fresh.items():
        copy.replace(target)
    for folder in {target.parent for target in fresh}:
        flush(folder)
    for ending in _BESIDE:
        Path(f"{place}{ending}").unlink(missing_ok=True)
    new.replace(place)
    flush(place.parent)
    request.mark.unlink()
    flush(request.mark.absolute().parent)
