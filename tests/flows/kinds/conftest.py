"""A desk whose sources are on a loopback server."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from aggregator.model.config import Schedule
from aggregator.prepare.sandbox import SandboxedReader
from desk import BRIDGES, Desk
from loopback import Site, serve


@pytest.fixture(scope="session")
def reader() -> Iterator[SandboxedReader]:
    reader = SandboxedReader([BRIDGES])
    yield reader
    reader.close()


@pytest.fixture
def desk(tmp_path: Path, reader: SandboxedReader) -> Iterator[Desk]:
    desk = Desk(tmp_path, reader)
    # The clock moves by the pause between two requests alone.
    desk.schedule = Schedule(longest=timedelta(minutes=20))
    yield desk
    desk.close()


@pytest.fixture
def site() -> Iterator[Site]:
    with serve({}) as site:
        yield site
