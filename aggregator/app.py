"""Builds the parts of each process. The only importer of ``storage``; it decides nothing."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from multiprocessing.connection import Connection
from pathlib import Path

from aggregator.classify.router import TopicRouter
from aggregator.collect.tree import TreeCollector
from aggregator.daemon.dispatch import LocalDispatch
from aggregator.daemon.run import Daemon, address_of, listen
from aggregator.daemon.worker import Order, serve_orders
from aggregator.lock import exclusive
from aggregator.log import log_to_stderr
from aggregator.model.config import Configuration
from aggregator.operations.collect import collect
from aggregator.operations.reports import CollectReport, Progress, silent
from aggregator.places import Places
from aggregator.ports import Parts
from aggregator.sandbox import SandboxedReader
from aggregator.settings import load
from aggregator.site.folder import Folder
from aggregator.web.server import make_app
from storage import Storage, open_store


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def wait(self, seconds: float) -> None:
        time.sleep(seconds)


@contextmanager
def parts(places: Places, configuration: Configuration | None = None) -> Iterator[Parts]:
    """Everything a process works with; closed at the end. Reads the configuration if none is given."""
    configuration = configuration or load(places.config)
    with opened(places, configuration) as storage, using(storage, places, configuration) as built:
        yield built


@contextmanager
def opened(places: Places, configuration: Configuration) -> Iterator[Storage]:
    """The store of a set-up; closed at the end. Raises StoreError."""
    places.data.mkdir(parents=True, exist_ok=True)
    storage = open_store(places.database_url(configuration))
    try:
        yield storage
    finally:
        storage.close()


@contextmanager
def using(storage: Storage, places: Places, configuration: Configuration) -> Iterator[Parts]:
    """The parts over an open store."""
    clock = SystemClock()
    reader = SandboxedReader(configuration.topics)
    try:
        yield Parts(
            configuration=configuration,
            store=storage.store,
            archive=storage.archive,
            agenda=storage.agenda,
            publisher=Folder(places.site),
            clock=clock,
            reader=reader,
            collector=lambda _source: TreeCollector(Path(configuration.folder), clock.now()),
            router=TopicRouter(configuration.topics),
        )
    finally:
        reader.close()


def collect_pass(
    places: Places, names: tuple[str, ...] | None, built: Parts, progress: Progress, waiting: Callable[[str], None]
) -> CollectReport:
    """A pass under the data folder's pass lock; ``waiting`` is told which process holds it."""
    with exclusive(places.pass_lock, waiting):
        return collect(names, f"process {os.getpid()}", built, progress)


def run(places: Places, host: str | None, port: int | None, announce: Callable[[str, Configuration], None]) -> None:
    """The daemon, until a signal ends it. ``announce`` is told the address it serves at.

    Raises ConfigurationError, InUseError (another daemon on this data folder), UsageError (address taken).
    """
    configuration, clock = load(places.config), SystemClock()
    with exclusive(places.run_lock), opened(places, configuration) as storage:
        server = configuration.server
        listener = listen(host or server.host, server.port if port is None else port)
        storage.agenda.sync(configuration.sources, clock.now())
        dispatch = LocalDispatch(_worker_command(places))
        reload = lambda: load(places.config)  # noqa: E731
        daemon = Daemon(configuration, reload, storage.archive, storage.agenda, dispatch, clock)
        announce(address_of(listener), configuration)
        daemon.serve(make_app(daemon.current, storage.archive, places.site, daemon.health), listener)


def _worker_command(places: Places) -> list[str]:
    """Starts a worker process; the number of its socket comes last."""
    return [sys.executable, "-m", "aggregator.app", str(places.config), str(places.data), places.database or ""]


def _worker(config: str, data: str, database: str, descriptor: str) -> None:
    """The worker process. Its parts are kept until an order brings another configuration."""
    places = Places(Path(config), Path(data), database or None)
    log_to_stderr()
    with ExitStack() as stack:
        kept: list[Parts] = []

        def execute(order: Order) -> CollectReport:
            if not kept or kept[0].configuration != order.configuration:
                stack.close()
                kept[:] = [stack.enter_context(parts(places, order.configuration))]
            return collect_pass(places, order.sources, kept[0], silent, _no_word)

        serve_orders(Connection(int(descriptor)), execute)


def _no_word(holder: str) -> None:
    """Nobody watches the worker wait."""


if __name__ == "__main__":
    _worker(*sys.argv[1:])
