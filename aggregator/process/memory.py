"""How this process gives memory back that it no longer needs."""

from __future__ import annotations

import ctypes
import sys
from contextlib import suppress

_M_MMAP_THRESHOLD, _M_ARENA_MAX = -3, -8
"""mallopt(3)."""
_LARGE = 262_144
"""Bytes of what is given back to the system at once when it is freed."""


def give_back_memory() -> None:
    """Has large bodies freed for good, whichever thread took them.

    glibc keeps a heap for each thread and what was freed in it: eight feeds of 10 MB at once left 66 MB behind.
    Elsewhere nothing happens.
    """
    if sys.platform == "linux":
        with suppress(OSError, AttributeError):
            mallopt = ctypes.CDLL(None).mallopt
            mallopt(_M_ARENA_MAX, 1)
            mallopt(_M_MMAP_THRESHOLD, _LARGE)
