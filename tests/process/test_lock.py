"""Locks that end with their process."""

from __future__ import annotations

import multiprocessing
import os
import signal
import stat
from multiprocessing.connection import Connection
from pathlib import Path

import pytest

from aggregator.errors import AggregatorError, InUseError
from aggregator.process.lock import Holder, exclusive, holder


def hold(path: str, pipe: Connection) -> None:
    with exclusive(Path(path)):
        pipe.send("held")
        pipe.recv()


def test_a_second_holder_is_refused_and_told_who_holds_it(tmp_path: Path) -> None:
    lock = tmp_path / "run.lock"
    with exclusive(lock):
        assert holder(lock)
        with pytest.raises(InUseError, match=str(os.getpid())), exclusive(lock):
            pass
    assert holder(lock) is None
    with exclusive(lock):
        pass


def test_a_killed_holder_holds_nothing(tmp_path: Path) -> None:
    lock = tmp_path / "collect.lock"
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=hold, args=(str(lock), theirs))
    process.start()
    assert ours.recv() == "held"
    assert holder(lock)
    assert process.pid is not None
    os.kill(process.pid, signal.SIGKILL)
    told: list[str] = []
    with exclusive(lock, told.append):
        assert holder(lock)
    process.join()


def test_no_lock_file_means_nobody(tmp_path: Path) -> None:
    assert holder(tmp_path / "none.lock") is None


def test_the_holder_leaves_a_note(tmp_path: Path) -> None:
    lock = tmp_path / "run.lock"
    with exclusive(lock) as holding:
        assert holder(lock) == Holder(os.getpid(), "")
        holding.note("/etc/aggregator 1a2b")
        assert holder(lock) == Holder(os.getpid(), "/etc/aggregator 1a2b")
        holding.note("short")
        assert holder(lock) == Holder(os.getpid(), "short")


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x", encoding="utf-8")
    with pytest.raises(AggregatorError, match="cannot write"), exclusive(tmp_path / "file" / "run.lock"):
        pass


@pytest.mark.parametrize("mode", [None, 0o644, 0o666], ids=lambda mode: "no file before" if mode is None else oct(mode))
def test_only_its_user_can_read_what_the_holder_notes(tmp_path: Path, mode: int | None) -> None:
    """Also where an earlier version, or a careless umask, had left the file open to all."""
    lock = tmp_path / "run.lock"
    if mode is not None:
        lock.touch()
        lock.chmod(mode)
    before = os.umask(0)
    try:
        with exclusive(lock) as holding:
            holding.note("note")
            assert stat.S_IMODE(lock.stat().st_mode) == 0o600
    finally:
        os.umask(before)
