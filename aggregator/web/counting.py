"""How many articles the topics hold, counted once for each change number of the archive."""

from __future__ import annotations

import threading
from collections.abc import Mapping

from aggregator.model.running import Counts
from aggregator.ports import Archive


class CountsCache:
    """Remembers the last counts: counting looks at every article, and most pages show some."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        self._last: tuple[str, Mapping[str, Counts]] | None = None
        self._lock = threading.Lock()

    def at(self, change: str) -> Mapping[str, Counts]:
        """The counts at a change number. Those who ask while they are being counted wait for the same answer."""
        with self._lock:
            if self._last is None or self._last[0] != change:
                self._last = (change, self._archive.topic_counts())
            return self._last[1]
