"""The kinds of sources: which collector serves which. A new kind is one file and one line here."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

from aggregator.collect.address.manner import manner_of
from aggregator.collect.files import TreeCollector
from aggregator.model.config import Source
from aggregator.model.fetching import HostMemory, Manner
from aggregator.network.hosts import HostBook
from aggregator.ports import Clock, Collector, Fetcher


class Collectors:
    """Makes collectors, each for one pass over one source. The way to the network is opened with the first one."""

    def __init__(
        self,
        folder: Path,
        data: Path,
        clock: Clock,
        agent: str,
        open_fetcher: Callable[[], Fetcher],
        load_host: Callable[[str], HostMemory],
        recipe_of: Callable[[Source], str],
    ) -> None:
        """``folder``: what relative paths of sources start at; ``data``: where mirrors of repositories are kept."""
        self._folder = folder
        self._data = data
        self._clock = clock
        self._agent = agent
        self._open_fetcher = open_fetcher
        self._load_host = load_host
        self._recipe_of = recipe_of
        self._network: tuple[Fetcher, HostBook] | None = None
        self._opening = threading.Lock()

    def __call__(self, source: Source) -> Collector:
        """Raises CollectError where it lacks what the source needs."""
        match source.kind:
            case "files":
                return TreeCollector(source, self._folder, self._clock.now())
            case "git":
                return self._git(source)
            case "feed" | "page" | "sitemap":
                return self._address(source)

    def close(self) -> None:
        if self._network is not None:
            self._network[0].close()
            self._network = None

    def _address(self, source: Source) -> Collector:
        from aggregator.collect.address.collector import AddressCollector  # noqa: PLC0415 - files need none of it

        with self._opening:
            if self._network is None:
                fetcher = self._open_fetcher()
                self._network = (fetcher, HostBook(fetcher, self._load_host, self._agent))
            fetcher, hosts = self._network
        manner, now = manner_of(source, self._folder), self._clock.now()
        return AddressCollector(source, manner, self._recipe_of(source), fetcher, hosts, now)

    def _git(self, source: Source) -> Collector:
        from aggregator.collect.git.collector import GitCollector, place_of  # noqa: PLC0415

        remote, _ = place_of(source.url, self._folder)
        manner, now = manner_of(source, self._folder) if remote else Manner(), self._clock.now()
        return GitCollector(source, self._folder, self._data / "git", self._agent, manner, now)
