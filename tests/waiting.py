"""Waiting for what will be so, for as long as a test may take; and a look at processes."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

_T = TypeVar("_T")


def until(condition: Callable[[], _T | None]) -> _T:
    """Asks again and again until the answer is yes."""
    pause = threading.Event()
    while not (answer := condition()):
        pause.wait(0.05)
    return answer


def state_of(pid: int) -> str:
    """The letter of proc(5): ``T`` is stopped, ``Z`` has ended; empty if there is none."""
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()[0]
    except OSError:
        return ""


def alive(pid: int) -> bool:
    return state_of(pid) not in {"", "Z"}


def below(pid: int) -> set[int]:
    """The processes that it started, and theirs."""
    found: set[int] = set()
    fresh = {pid}
    while fresh:
        # A child is listed with the thread that made it.
        lists = [path for each in fresh for path in Path(f"/proc/{each}/task").glob("*/children")]
        fresh = {int(child) for path in lists for child in _read(path).split()} - found
        found |= fresh
    return found


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="ascii")
    except OSError:
        # It has ended meanwhile.
        return ""


def command_of(pid: int) -> str:
    """Its command line; empty if it has ended."""
    return _read(Path(f"/proc/{pid}/cmdline")).replace("\0", " ")
