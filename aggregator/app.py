"""Builds the parts of each process. The only importer of ``storage``; it decides nothing."""

from __future__ import annotations

import gc
import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from multiprocessing.connection import Connection
from pathlib import Path
from tempfile import TemporaryDirectory

from aggregator import __version__
from aggregator.classify.router import TopicRouter
from aggregator.collect.collectors import Collectors
from aggregator.daemon.dispatch.local import LocalDispatch
from aggregator.daemon.reload import agree, signature
from aggregator.daemon.run import Daemon, address_of, listen
from aggregator.daemon.worker import Order, serve_orders
from aggregator.model.config import Configuration
from aggregator.model.places import Places
from aggregator.network.agent import agent as user_agent
from aggregator.operations.collect import collect
from aggregator.operations.reports import CollectReport, Progress, silent
from aggregator.ports import Clock, Fetcher, Parts
from aggregator.prepare.sandbox import SandboxedReader
from aggregator.prepare.stages import recipe_of
from aggregator.process.lock import exclusive
from aggregator.process.log import log_to_stderr
from aggregator.process.memory import give_back_memory
from aggregator.settings.load import load
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
def parts(places: Places, configuration: Configuration | None = None, *, create: bool = True) -> Iterator[Parts]:
    """Everything a process works with; closed at the end. Reads the configuration if none is given.

    Without ``create`` it makes no folder and no database; where there is none yet, the store is an empty one.
    """
    configuration = configuration or load(places.config)
    with ExitStack() as stack:
        there = has_database(places, configuration)
        at = places if create or there else _passing(places, stack)
        storage = stack.enter_context(opened(at, configuration, create=create or not there))
        yield stack.enter_context(using(storage, places, configuration))


@contextmanager
def opened(places: Places, configuration: Configuration, *, create: bool = True) -> Iterator[Storage]:
    """The store of a set-up, made if it is not there unless ``create`` is False; closed at the end.

    Raises StoreError.
    """
    if create:
        places.data.mkdir(parents=True, exist_ok=True)
    storage = open_store(places.database_url(configuration), create=create)
    try:
        yield storage
    finally:
        storage.close()


def has_database(places: Places, configuration: Configuration) -> bool:
    """Whether something was ever stored there; True as well for an address that the store will refuse."""
    kind, _, file = places.database_url(configuration).partition(":///")
    return not kind.startswith("sqlite") or not file or Path(file.partition("?")[0]).is_file()


def _passing(places: Places, stack: ExitStack) -> Places:
    """Places whose data vanish with ``stack``."""
    data = Path(stack.enter_context(TemporaryDirectory(prefix="aggregator-")))
    return Places(places.config, data, f"sqlite:///{data / 'empty.sqlite3'}")


@contextmanager
def using(storage: Storage, places: Places, configuration: Configuration) -> Iterator[Parts]:
    """The parts over an open store."""
    clock = SystemClock()
    reader = SandboxedReader(configuration.topics)
    agent = user_agent(__version__, configuration.site.contact or configuration.site.base_url)
    collectors = Collectors(
        folder=Path(configuration.folder),
        data=places.data,
        clock=clock,
        agent=agent,
        open_fetcher=lambda: _fetcher(agent, clock),
        load_host=storage.agenda.host,
        recipe_of=recipe_of,
    )
    try:
        yield Parts(
            configuration=configuration,
            store=storage.store,
            archive=storage.archive,
            agenda=storage.agenda,
            publisher=Folder(places.site),
            clock=clock,
            reader=reader,
            collector=collectors,
            router=TopicRouter(configuration.topics),
        )
    finally:
        reader.close()
        collectors.close()


def _fetcher(agent: str, clock: Clock) -> Fetcher:
    from aggregator.network.client import HttpFetcher  # noqa: PLC0415 - only sources of the network need it

    return HttpFetcher(agent, clock)


def collect_pass(
    places: Places,
    names: tuple[str, ...] | None,
    built: Parts,
    progress: Progress,
    waiting: Callable[[str], None],
    accept_losses: bool = False,
) -> CollectReport:
    """A pass beside a daemon, if there is one; ``waiting`` is told which process has to end its pass first.

    Raises UsageError if the daemon works by another configuration.
    """
    agree(places.run_lock, built.configuration, places.database_url(built.configuration))
    return _pass(places, names, built, progress, waiting, accept_losses)


def _pass(
    places: Places,
    names: tuple[str, ...] | None,
    built: Parts,
    progress: Progress,
    waiting: Callable[[str], None],
    accept_losses: bool = False,
) -> CollectReport:
    # Articles leave no cycles worth looking for; looking for them costs a twentieth of a pass.
    gc.freeze()
    gc.set_threshold(50_000)
    give_back_memory()
    with exclusive(places.pass_lock, waiting):
        return collect(names, f"process {os.getpid()}", built, progress, accept_losses)


def run(places: Places, host: str | None, port: int | None, announce: Callable[[str, Configuration], None]) -> None:
    """The daemon, until a signal ends it. ``announce`` is told the address it serves at.

    Raises ConfigurationError, InUseError (another daemon on this data folder), UsageError (address taken).
    """
    configuration, clock = load(places.config), SystemClock()
    with exclusive(places.run_lock) as lock, opened(places, configuration) as storage:
        server = configuration.server
        listener = listen(host or server.host, server.port if port is None else port)
        storage.agenda.sync(configuration.sources, clock.now())
        dispatch = LocalDispatch(_worker_command(places))
        database = places.database_url(configuration)
        note = lambda read: lock.note(signature(read, database))  # noqa: E731
        daemon = Daemon(configuration, lambda: load(places.config), note, storage.agenda, dispatch, clock)
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
                kept.clear()
                stack.close()
                kept[:] = [stack.enter_context(parts(places, order.configuration))]
            return _pass(places, order.sources, kept[0], silent, _no_word)

        serve_orders(Connection(int(descriptor)), execute)


def _no_word(holder: str) -> None:
    """Nobody watches the worker wait."""


if __name__ == "__main__":
    _worker(*sys.argv[1:])
