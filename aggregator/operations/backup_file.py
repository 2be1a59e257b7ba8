"""A backup as one file: a ZIP archive of the database, the configuration, and an inventory that vouches for both.

Nothing in it is believed: not names, not sizes, not that it is whole.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, replace
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import IO, Any

from aggregator.errors import UsageError
from aggregator.model.backup import Contents, Inventory, Member

DATABASE = "database.sqlite3"
CONFIG = "config/"
INVENTORY = "inventory.json"
MOST_CONFIG = 200_000_000
"""Bytes of the configuration folder: what is larger is an archive of articles, and copied by its own means."""
MOST_FILES = 50_000
FRESH = ".aggregator-restored"
"""How a file of the configuration ends that waits beside the one it will replace; it is part of neither."""
_FORMAT = "aggregator-backup"
_VERSION = 1
_CHUNK = 1 << 20
_LARGEST_INVENTORY = 20_000_000
_DATABASE_FILE = b"SQLite format 3\0"
_DATABASE_LOGS = (b"\x37\x7f\x06\x82", b"\x37\x7f\x06\x83")
"""How a -wal begins (https://sqlite.org/fileformat2.html, section 4.1)."""
_ODD = re.compile(r"[\\\x00-\x1f\x7f\ud800-\udfff]")
_ANOTHER = "use one that `aggregator backup` wrote"
_BROKEN = (
    zipfile.BadZipFile,
    zipfile.LargeZipFile,
    zlib.error,
    NotImplementedError,
    EOFError,
    RuntimeError,
    ValueError,
    ArithmeticError,
    LookupError,
    MemoryError,
)
"""What an archive that is damaged, or made to be, has its reader raise."""


def write(file: Path, inventory: Inventory, sources: Mapping[str, Path]) -> Inventory:
    """Makes the archive at ``file``, which is not there yet, for its user's eyes only; answers the whole inventory.

    ``sources``: name in the archive to the file it is read from. Raises OSError.
    """
    members: dict[str, Member] = {}
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    with os.fdopen(descriptor, "wb") as raw:
        with zipfile.ZipFile(raw, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
            for name, path in sources.items():
                with path.open("rb") as read, archive.open(_entry(name), "w", force_zip64=True) as written:
                    members[name] = _copied(read, written)
            whole = replace(inventory, members=members)
            archive.writestr(_entry(INVENTORY), _told(whole))
        raw.flush()
        os.fsync(raw.fileno())
    return whole


def inventory_of(file: Path) -> Inventory:
    """What it says it holds; of that nothing is read. Raises UsageError with the reason if it is no backup."""
    with _opened(file) as archive:
        return _inventory(file, archive)


def verify(file: Path) -> Inventory:
    """Reads all of it once. Raises UsageError with the reason if it is no whole backup."""
    with _opened(file) as archive:
        inventory = _inventory(file, archive)
        for name, member in inventory.members.items():
            with archive.open(name) as read:
                _agree(file, name, member, _copied(read, None))
        return inventory


def extract(file: Path, folder: Path) -> Inventory:
    """Writes its files below ``folder``, which is empty, for their user's eyes only. Raises UsageError as `verify`."""
    with _opened(file) as archive:
        inventory = _inventory(file, archive)
        for name, member in inventory.members.items():
            target = folder / name
            target.parent.mkdir(parents=True, exist_ok=True)
            with archive.open(name) as read, target.open("xb") as written:
                os.fchmod(written.fileno(), 0o600)
                _agree(file, name, member, _copied(read, written))
                written.flush()
                os.fsync(written.fileno())
    return inventory


def is_backup(file: Path) -> bool:
    """Whether it says it is one, of whatever version: then a new one may take its place."""
    try:
        with file.open("rb") as raw, zipfile.ZipFile(raw) as archive:
            found = archive.getinfo(INVENTORY)
            told = json.loads(archive.read(found)) if found.file_size <= _LARGEST_INVENTORY else None
    except (OSError, RecursionError, *_BROKEN):
        return False
    return isinstance(told, dict) and told.get("format") == _FORMAT


def is_safe(name: str) -> bool:
    """Whether a member of this name stays below the folder it is written to."""
    path = PurePosixPath(name)
    plain = not path.is_absolute() and ".." not in path.parts and not _ODD.search(name)
    return plain and str(path) == name and (name == DATABASE or name.startswith(CONFIG))


@contextmanager
def _opened(file: Path) -> Iterator[zipfile.ZipFile]:
    try:
        if not file.is_file():
            what = "is no file" if file.exists() else "does not exist"
            raise UsageError(f"{file} {what}", "name a file that `aggregator backup` wrote")
        with file.open("rb") as raw:
            _recognize(file, raw.read(len(_DATABASE_FILE)))
            with zipfile.ZipFile(raw) as archive:
                yield archive
    except (OSError, RecursionError) as error:
        why = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise UsageError(f"{file} cannot be read: {why}", _ANOTHER) from error
    except _BROKEN as error:
        raise UsageError(f"{file} is no whole backup: it is cut off, damaged or of another kind", _ANOTHER) from error


def _recognize(file: Path, head: bytes) -> None:
    """Says what it is where that is none of an archive's beginnings."""
    if head == _DATABASE_FILE:
        cause = "is a database file that was copied, no backup: what stood in the '-wal' beside it is not in it"
        raise UsageError(f"{file} {cause}", f"{_ANOTHER}: that holds all of a database in use")
    if head.startswith(_DATABASE_LOGS):
        raise UsageError(f"{file} is the '-wal' of a database, no backup: it is worth nothing by itself", _ANOTHER)
    if not head:
        cause = "is empty, no backup: so is the file of a young database that is copied without the '-wal' beside it"
        raise UsageError(f"{file} {cause}", _ANOTHER)


def _inventory(file: Path, archive: zipfile.ZipFile) -> Inventory:
    found = archive.infolist()
    infos = {info.filename: info for info in found}
    if INVENTORY not in infos or infos[INVENTORY].file_size > _LARGEST_INVENTORY:
        raise UsageError(f"{file} is no backup: it has no inventory", _ANOTHER)
    inventory = _read(file, archive.read(INVENTORY))
    if unsafe := [name for name in infos if name != INVENTORY and not is_safe(name)]:
        raise UsageError(f"{file} is no backup: it holds {unsafe[0]!r}", _ANOTHER)
    if len(found) != len(infos) or {*infos} != {*inventory.members, INVENTORY} or DATABASE not in infos:
        raise UsageError(f"{file} is no whole backup: its files are not those of its inventory", _ANOTHER)
    for name, member in inventory.members.items():
        if infos[name].file_size != member.size:
            raise UsageError(f"{file} is no whole backup: {name} has another size", _ANOTHER)
    configured = inventory.size - inventory.members[DATABASE].size
    if configured > MOST_CONFIG or len(infos) > MOST_FILES + 2:
        raise UsageError(f"{file} is no backup: it holds more of a configuration than any that is written", _ANOTHER)
    return inventory


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name)
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.external_attr = 0o600 << 16
    return entry


def _told(inventory: Inventory) -> bytes:
    told = {"format": _FORMAT, "version": _VERSION, **asdict(inventory), "created": inventory.created.isoformat()}
    return json.dumps(told, indent=1).encode()


def _read(file: Path, body: bytes) -> Inventory:
    try:
        told: dict[str, Any] = json.loads(body)
        if told["format"] != _FORMAT:
            raise ValueError(told["format"])
        if told["version"] != _VERSION:
            raise UsageError(f"{file} was written by another version ({told['program']})", "install that version")
        return Inventory(
            datetime.fromisoformat(told["created"]).astimezone(UTC),
            str(told["program"]),
            Contents(str(told["contents"]["schema"]), dict(told["contents"]["counts"])),
            {str(name): Member(int(m["size"]), str(m["sha256"])) for name, m in told["members"].items()},
        )
    except (ValueError, LookupError, TypeError, AttributeError, ArithmeticError, RecursionError) as error:
        raise UsageError(f"{file} is no backup: its inventory cannot be read", _ANOTHER) from error


def _agree(file: Path, name: str, told: Member, found: Member) -> None:
    if found != told:
        raise UsageError(f"{file} is no whole backup: {name} was altered", _ANOTHER)


def _copied(read: IO[bytes], written: IO[bytes] | None) -> Member:
    digest, size = hashlib.sha256(), 0
    while chunk := read.read(_CHUNK):
        digest.update(chunk)
        size += len(chunk)
        if written is not None:
            written.write(chunk)
    return Member(size, digest.hexdigest())
