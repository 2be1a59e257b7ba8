"""How much work a call is, counted and not timed: the same on every machine, however busy it is.

What is counted are the calls of functions, Python's and C's alike. What one call does inside C, a regular
expression or a parser, is not seen: there tests show the bound that keeps it small instead.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import FrameType


def calls(work: Callable[[], object]) -> int:
    """The calls of functions that ``work`` makes in this thread; what it raises is raised on."""
    count = 0

    def note(_frame: FrameType, event: str, _argument: object) -> None:
        nonlocal count
        count += event in {"call", "c_call"}

    before = sys.getprofile()
    sys.setprofile(note)
    try:
        work()
    finally:
        sys.setprofile(before)
    return count
