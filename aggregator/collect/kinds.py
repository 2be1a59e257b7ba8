"""The kinds of sources. A new kind is one file with its ``Kind``, and one line here."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from aggregator.base.references import load
from aggregator.collect.address import FEED, PAGE, SITEMAP
from aggregator.collect.files import FILES
from aggregator.collect.git import GIT
from aggregator.collect.means import Means
from aggregator.model.config import Source
from aggregator.model.fetching import HostMemory
from aggregator.model.kinds import KINDS, Kind
from aggregator.ports import Clock, Collector, Fetcher

if TYPE_CHECKING:
    from aggregator.network.hosts import HostBook


__all__ = ["KINDS", "Collectors", "register"]


def register(*kinds: Kind) -> None:
    """From now on sources may be of these kinds."""
    KINDS.update({kind.name: kind for kind in kinds})


register(FILES, GIT, FEED, PAGE, SITEMAP)


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
        self._means = Means(folder, data, agent, clock, self._opened, recipe_of)
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
