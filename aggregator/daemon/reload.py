"""A daemon and a command beside it must work by the same configuration, or each would undo the other's topics."""

from __future__ import annotations

import hashlib
import os
import signal
import socket
import time
from pathlib import Path

from aggregator.errors import UsageError
from aggregator.model.config import Configuration
from aggregator.process.lock import holder

TRIES = 100
PAUSE_SECONDS = 0.05
"""Between two looks whether the daemon has taken the files over; where it never does, its log says why."""


def signature(configuration: Configuration, database: str) -> str:
    """The daemon's note in its lock file: machine, configuration folder, digests of the files and the database.

    The address of a database may hold a password.
    """
    # What may be secret is named, because a source does not show it.
    told = (configuration, [(source.headers, source.proxy) for source in configuration.sources])
    folder = str(Path(configuration.folder).resolve())
    return "\t".join((socket.gethostname(), folder, _digest(repr(told)), _digest(database)))


def agree(run_lock: Path, configuration: Configuration, database: str) -> None:
    """Has a daemon on the same data folder take over this configuration, if it was edited since.

    Raises UsageError if the daemon works by another folder or database, or cannot be told.
    """
    daemon = holder(run_lock)
    ours = signature(configuration, database)
    if daemon is None or not daemon.note or daemon.note == ours:
        return
    theirs = daemon.note.split("\t")
    for what, told, asked in zip(
        ("machine", "configuration", "digest", "database"), theirs, ours.split("\t"), strict=False
    ):
        if told != asked and what != "digest":
            named = f": {told}" if what != "database" else ""
            message = f"the daemon on this data folder (process {daemon.process}) has another {what}{named}"
            raise UsageError(message, "use the same, restart the daemon, or use another --data folder")
    try:
        os.kill(daemon.process, signal.SIGHUP)
    except OSError as error:
        hint = f"as its user: kill -HUP {daemon.process}"
        raise UsageError("the configuration was edited, and the daemon does not know it yet", hint) from error
    for _ in range(TRIES):
        now = holder(run_lock)
        if now is None or now.note == ours:
            return
        time.sleep(PAUSE_SECONDS)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "backslashreplace")).hexdigest()[:16]
