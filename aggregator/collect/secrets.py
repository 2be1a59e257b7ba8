"""What each process has to know to keep it to itself."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import asdict
from pathlib import Path

from aggregator.base.secrets import learn, of_address, of_configuration
from aggregator.collect.address.manner import manner_of
from aggregator.errors import CollectError
from aggregator.model.config import Configuration


def learn_secrets(configuration: Configuration, database: str) -> None:
    """What sources and the database are asked with is hidden from now on, wherever this process tells of it.

    ``database``: its address. A file with credentials that cannot be read is told of when its source is visited.
    """
    learn(of_address(database))
    for source in configuration.sources:
        learn(of_configuration(asdict(source)))
        if source.auth_file:
            with suppress(CollectError):
                # Whatever comes of it, it has learned what it read.
                manner_of(source, Path(configuration.folder))
