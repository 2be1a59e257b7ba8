"""How many files and connections this process may have open at once."""

from __future__ import annotations

import resource
from contextlib import suppress

RESERVE = 256
"""For all but connections: the store's (three files a connection of the database), the log, feed files, the worker."""


def raise_limit() -> int:
    """Raises the soft limit of open files to the hard one where that is allowed; the limit from now on.

    getrlimit(2), RLIMIT_NOFILE; no limit at all is told as the largest number that the kernel knows.
    """
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != hard:
        # macOS refuses more than its own bound, and no harm is done then.
        with suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
            soft = hard
    return 2**31 if soft == resource.RLIM_INFINITY else soft


def left_for_connections(limit: int) -> int:
    """How many of the descriptors connections may have: what the reserve leaves, half at least, one in any case."""
    return max(limit - RESERVE, limit // 2, 1)
