"""The machine's clock."""

from __future__ import annotations

import time
from datetime import UTC, datetime

_ELAPSED = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)
"""Linux has one that goes on during suspend (clock_gettime(2))."""


class SystemClock:
    """ports.Clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def elapsed(self) -> float:
        return time.clock_gettime(_ELAPSED)

    def wait(self, seconds: float) -> None:
        time.sleep(seconds)
