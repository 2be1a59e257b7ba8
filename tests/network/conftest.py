"""A fetcher whose pauses take no time, by itself or in a little internet."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest

from aggregator.errors import CollectError
from aggregator.model.fetching import Ask, Manner, Reply
from aggregator.network.client import HttpFetcher
from fakes import StoppedClock
from loopback import Site
from network.world import World, trusting


@dataclass
class Wanderer:
    """A fetcher in a little internet."""

    world: World = field(default_factory=World)
    clock: StoppedClock = field(default_factory=StoppedClock)

    def __post_init__(self) -> None:
        self.fetcher = HttpFetcher("aggregator/0", self.clock, self.world.network(trusting))

    def get(self, ask: Ask | str) -> Reply:
        return self.fetcher.get(Ask(ask) if isinstance(ask, str) else ask)

    def fault(self, ask: Ask | str) -> CollectError:
        """What is raised; it says what to do, in one line."""
        with pytest.raises(CollectError) as caught:
            self.get(ask)
        assert caught.value.hint
        assert "\n" not in f"{caught.value}{caught.value.hint}"
        return caught.value

    def code(self, ask: Ask | str) -> str:
        return self.fault(ask).code


@pytest.fixture
def wanderer() -> Iterator[Wanderer]:
    wanderer = Wanderer()
    yield wanderer
    wanderer.fetcher.close()


def inside(site: Site, path: str = "/", **ask: object) -> Ask:
    """An Ask for a site at its loopback address, as an operator would allow it."""
    return Ask(site.url(path), Manner(origin=site.origin, allow_private=True), **ask)  # type: ignore[arg-type]
