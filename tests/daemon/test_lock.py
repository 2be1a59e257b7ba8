"""Locks that end with their process."""

from __future__ import annotations

import multiprocessing
import os
import signal
from multiprocessing.connection import Connection
from pathlib import Path

import pytest

from aggregator.errors import InUseError
from aggregator.lock import exclusive, held


def hold(path: str, pipe: Connection) -> None:
    with exclusive(Path(path)):
        pipe.send("held")
        pipe.recv()


def test_a_second_holder_is_refused_and_told_who_holds_it(tmp_path: Path) -> None:
    lock = tmp_path / "run.lock"
    with exclusive(lock):
        assert held(lock)
        with pytest.raises(InUseError, match=str(os.getpid())), exclusive(lock):
            pass
    assert not held(lock)
    with exclusive(lock):
        pass


def test_a_killed_holder_holds_nothing(tmp_path: Path) -> None:
    lock = tmp_path / "collect.lock"
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=hold, args=(str(lock), theirs))
    process.start()
    assert ours.recv() == "held"
    assert held(lock)
    assert process.pid is not None
    os.kill(process.pid, signal.SIGKILL)
    told: list[str] = []
    with exclusive(lock, told.append):
        assert held(lock)
    process.join()


def test_no_lock_file_means_nobody(tmp_path: Path) -> None:
    assert not held(tmp_path / "none.lock")
