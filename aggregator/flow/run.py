"""A visit under way, and whether it keeps us waiting."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime

from aggregator.model.config import Source
from aggregator.model.document import Lead, RawDocument
from aggregator.model.running import Learned, Listing, Memory
from aggregator.ports import Collector

SLOW = 0.5
"""Seconds that a host may keep a visit waiting before the visit no longer keeps another host from its turn."""


@dataclass(slots=True)
class Run:
    """Written by the thread that visits; others read it."""

    source: Source
    began: float = field(default_factory=time.monotonic)
    brought: float = field(default_factory=time.monotonic)
    """When it last brought a batch, or had an answer."""
    asked: float | None = None
    """Since when it waits for what it asked for, or for its turn to ask; None: it works."""

    def is_slow(self, now: float) -> bool:
        """Whether it waits for somebody else."""
        asked = self.asked
        return asked is not None and now - asked > SLOW


class WatchedCollector:
    """A collector that notes in its run how long it waits for what it asks for."""

    def __init__(self, collector: Collector, run: Run) -> None:
        self._collector = collector
        self._run = run

    def leads(self, memory: Memory) -> Listing:
        """ports.Collector.leads."""
        with self._asking():
            return self._collector.leads(memory)

    def fetch(self, lead: Lead, now: datetime) -> RawDocument | None:
        """ports.Collector.fetch."""
        with self._asking():
            return self._collector.fetch(lead, now)

    def learned(self, complete: bool, again: Mapping[str, datetime]) -> Learned:
        """ports.Collector.learned."""
        return self._collector.learned(complete, again)

    def close(self) -> None:
        """ports.Collector.close."""
        self._collector.close()

    @contextmanager
    def _asking(self) -> Iterator[None]:
        self._run.asked = time.monotonic()
        try:
            yield
            self._run.brought = time.monotonic()
        finally:
            self._run.asked = None
