"""Makes the collector of a source, of whatever kind it is."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from aggregator.base.references import load
from aggregator.model.config import Source
from aggregator.model.document import DocumentKind, Fetched
from aggregator.model.fetching import HostMemory
from aggregator.ports import Clock, Collector, Fetcher

if TYPE_CHECKING:
    from aggregator.network.hosts import HostBook


@dataclass(frozen=True, slots=True)
class Means:
    """What collectors are made of, beside their source."""

    folder: Path
    """What relative paths of sources start at."""
    data: Path
    """Where a kind may keep a folder of its own."""
    agent: str
    """Our User-Agent."""
    clock: Clock
    network: Callable[[], tuple[Fetcher, HostBook]]
    """The way to the network, opened with the first call."""
    recipe_of: Callable[[Source], str]
    kept: Callable[[str, DocumentKind, str], Fetched | None]
    """What is kept of a source's document of that kind and location, as it was fetched."""


class Collectors:
    """Makes collectors, each for one visit to one source. The way to the network is opened with the first one."""

    def __init__(
        self,
        folder: Path,
        data: Path,
        clock: Clock,
        agent: str,
        open_fetcher: Callable[[], Fetcher],
        load_host: Callable[[str], HostMemory],
        recipe_of: Callable[[Source], str],
        kept: Callable[[str, DocumentKind, str], Fetched | None],
    ) -> None:
        """``folder``: what relative paths of sources start at; ``data``: where mirrors of repositories are kept."""
        self._means = Means(folder, data, agent, clock, self._opened, recipe_of, kept)
        self._open_fetcher = open_fetcher
        self._load_host = load_host
        self._network: tuple[Fetcher, HostBook] | None = None
        self._opening = threading.Lock()

    def __call__(self, source: Source) -> Collector:
        """Raises CollectError where it lacks what the source needs."""
        collector: Collector = load(source.traits.collector)(source, self._means)
        return collector

    def close(self) -> None:
        if self._network is not None:
            self._network[0].close()
            self._network = None

    def _opened(self) -> tuple[Fetcher, HostBook]:
        from aggregator.network.hosts import HostBook  # noqa: PLC0415 - files need none of it

        with self._opening:
            if self._network is None:
                fetcher = self._open_fetcher()
                self._network = (fetcher, HostBook(fetcher, self._load_host, self._means.agent))
            return self._network
