"""What collectors are made of."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from aggregator.model.config import Source
from aggregator.ports import Clock, Fetcher

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
