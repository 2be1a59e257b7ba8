"""A daemon and a command beside it must work by the same configuration, or each would undo the other's topics."""

from __future__ import annotations

import hashlib
import os
import signal
from pathlib import Path

from aggregator.errors import UsageError
from aggregator.lock import holder
from aggregator.model.config import Configuration


def signature(configuration: Configuration) -> str:
    """Where a configuration was read from, and a digest of it: the daemon's note in its lock file."""
    digest = hashlib.sha256(repr(configuration).encode()).hexdigest()[:16]
    return f"{Path(configuration.folder).resolve()}\t{digest}"


def agree(run_lock: Path, configuration: Configuration) -> None:
    """Has a daemon on the same data folder take over this configuration, if it was edited since.

    Raises UsageError if the daemon works by another folder, or cannot be told.
    """
    daemon = holder(run_lock)
    ours = signature(configuration)
    if daemon is None or not daemon.note or daemon.note == ours:
        return
    folder = daemon.note.partition("\t")[0]
    if folder != ours.partition("\t")[0]:
        message = f"the daemon on this data folder (process {daemon.process}) works by the configuration in {folder}"
        raise UsageError(message, "use that one with --config, or another --data folder")
    try:
        os.kill(daemon.process, signal.SIGHUP)
    except OSError as error:
        hint = f"as its user: kill -HUP {daemon.process}"
        raise UsageError("the configuration was edited, and the daemon does not know it yet", hint) from error
