"""A desk in a little internet: names at public addresses lead to servers on loopback ports."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from aggregator.sandbox import SandboxedReader
from desk import BRIDGES, Desk
from fetch.world import World, trusting


@pytest.fixture(scope="session")
def reader() -> Iterator[SandboxedReader]:
    reader = SandboxedReader([BRIDGES])
    yield reader
    reader.close()


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def desk(tmp_path: Path, reader: SandboxedReader, world: World) -> Iterator[Desk]:
    desk = Desk(tmp_path, reader, world.network(trusting))
    yield desk
    desk.close()
