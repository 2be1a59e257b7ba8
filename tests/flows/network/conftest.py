"""A desk in a little internet: names at public addresses lead to servers on loopback ports."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import pytest

from aggregator.model.article import Reading
from aggregator.model.config import Source
from aggregator.model.document import RawDocument
from aggregator.ports import Reader
from aggregator.prepare.sandbox import SandboxedReader
from desk import BRIDGES, Desk
from network.world import World, trusting


class WatchedReader:
    """A reader that notes what it is given."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self.given: list[str] = []

    def read(self, documents: Sequence[RawDocument], source: Source) -> Iterable[Sequence[Reading]]:
        self.given += [document.location for document in documents]
        return self._reader.read(documents, source)

    def close(self) -> None:
        self._reader.close()


@pytest.fixture(scope="module")
def sandbox() -> Iterator[SandboxedReader]:
    """Ended with the module: other tests count the processes that are left."""
    reader = SandboxedReader([BRIDGES])
    yield reader
    reader.close()


@pytest.fixture
def reader(sandbox: SandboxedReader) -> WatchedReader:
    return WatchedReader(sandbox)


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def desk(tmp_path: Path, reader: WatchedReader, world: World) -> Iterator[Desk]:
    desk = Desk(tmp_path, reader, world.network(trusting))
    yield desk
    desk.close()
