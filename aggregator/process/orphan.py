"""Processes that shall not outlive the one that started them."""

from __future__ import annotations

import ctypes
import signal
import sys

_PR_SET_PDEATHSIG = 1
"""prctl(2)."""


def end_with_parent(number: signal.Signals) -> None:
    """On Linux the kernel sends this process the signal when its parent dies, however that ends.

    Elsewhere nothing happens; then a process notices at its next read that nobody is there.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, number)
