"""Builds the parts of each process. The only importer of ``storage``; it decides nothing."""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory

from aggregator import __version__
from aggregator.classify.router import TopicRouter
from aggregator.collect.collectors import Collectors
from aggregator.collect.secrets import learn_secrets
from aggregator.daemon.dispatch.local import LocalDispatch
from aggregator.daemon.listen import address_of, listen
from aggregator.daemon.reload import agree, signature
from aggregator.daemon.run import Daemon
from aggregator.daemon.worker import work
from aggregator.errors import AggregatorError, InUseError
from aggregator.flow.flow import Flow, Listener
from aggregator.flow.log import log_visit
from aggregator.model.config import Configuration
from aggregator.model.places import Places
from aggregator.network.agent import agent as user_agent
from aggregator.operations.backup import BackupRequest
from aggregator.operations.backup import backup as write_backup
from aggregator.operations.collect import HOLDER as COLLECT
from aggregator.operations.reports import BackupReport, Progress, RestoreReport
from aggregator.operations.restore import Database, RestoreRequest
from aggregator.operations.restore import restore as put_back
from aggregator.operations.status import StatusRequest
from aggregator.ports import Agenda, Clock, Fetcher, Parts
from aggregator.prepare.sandbox import SandboxedReader
from aggregator.prepare.stages import recipe_of
from aggregator.process.child import READY, serve
from aggregator.process.clock import SystemClock
from aggregator.process.lock import exclusive, holder
from aggregator.process.log import log_to_stderr
from aggregator.process.memory import give_back_memory
from aggregator.process.pipe import Pipe
from aggregator.settings.load import load, salvage
from aggregator.site.folder import Folder
from aggregator.web.server import make_app
from storage import Storage, database_file, examine, open_store, settle, snapshot


@contextmanager
def parts(places: Places, configuration: Configuration | None = None, *, create: bool = True) -> Iterator[Parts]:
    """Everything a process works with; closed at the end. Reads the configuration if none is given.

    Without ``create`` it makes no folder and no database; where there is none yet, the store is an empty one.
    """
    configuration = configuration or load(places.config)
    with ExitStack() as stack:
        there = _has_database(places, configuration)
        at = places if create or there else _passing(places, stack)
        storage = stack.enter_context(opened(at, configuration, create=create or not there))
        yield stack.enter_context(using(storage, places, configuration))


@contextmanager
def opened(places: Places, configuration: Configuration, *, create: bool = True) -> Iterator[Storage]:
    """The store of a set-up, made if it is not there unless ``create`` is False; closed at the end.

    Raises StoreError.
    """
    learn_secrets(configuration, places.database_url(configuration))
    _refuse_half_restored(places)
    if create:
        places.data.mkdir(parents=True, exist_ok=True)
    storage = open_store(places.database_url(configuration), create=create)
    try:
        yield storage
    finally:
        storage.close()


@contextmanager
def salvaged(places: Places) -> Iterator[tuple[Parts, StatusRequest]]:
    """The parts of a set-up as far as its configuration is good, and what else there is to tell of it.

    What is stored can be seen while the configuration is faulty.
    """
    configuration, faults = salvage(places.config)
    database = places.database_url(configuration)
    if not _has_database(places, configuration):
        database += " (not there yet: `aggregator collect` makes it)"
    with parts(places, configuration, create=False) as built:
        yield built, StatusRequest(database, holder(places.run_lock) is not None, faults)


def _refuse_half_restored(places: Places) -> None:
    if places.restore_mark.exists():
        file = places.restore_mark.read_text(encoding="utf-8", errors="replace")
        raise AggregatorError(
            "a restore of this data folder was cut off",
            f"run it again: `aggregator restore {file}`; what was there is in {places.data}/before-restore-*",
        )


def _has_database(places: Places, configuration: Configuration) -> bool:
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
        kept=storage.agenda.kept,
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


@contextmanager
def collecting(
    places: Places, built: Parts, waiting: Callable[[str], None]
) -> Iterator[Callable[[], AbstractContextManager[object]]]:
    """The right to collect, beside a daemon if there is one; what it yields is held while files are replaced.

    ``waiting`` is told which other `collect` has to end first. Raises UsageError if the daemon works by another
    configuration.
    """
    agree(places.run_lock, built.configuration, places.database_url(built.configuration))
    _collect_little_garbage()
    with exclusive(places.collect_lock, waiting):
        _give_back(WORKER, places.worker_lock, built.agenda)
        yield lambda: exclusive(places.publish_lock, _no_word)


def _give_back(holder: str, lock: Path, agenda: Agenda) -> None:
    """Frees what ``holder`` took and did not finish, if it has died: then nobody holds its lock."""
    with suppress(InUseError), exclusive(lock):
        agenda.release(holder)


def _collect_little_garbage() -> None:
    """Articles leave no cycles worth looking for; looking for them costs a twentieth of all work."""
    gc.freeze()
    gc.set_threshold(50_000)
    give_back_memory()


def backup(places: Places, file: Path, kept: bool, progress: Progress) -> BackupReport:
    """Beside whatever else works with the data folder. ``kept``: with what is kept as it was fetched."""
    configuration, _ = salvage(places.config)
    url = places.database_url(configuration)
    learn_secrets(configuration, url)
    _refuse_half_restored(places)
    request = BackupRequest(file, places.config, places.data, places.backup_note)
    take = lambda target, told: snapshot(url, target, kept=kept, progress=told)  # noqa: E731
    with exclusive(places.backup_lock, _no_word):
        return write_backup(request, take, SystemClock().now(), progress)


def restore(places: Places, file: Path, keep_config: bool, progress: Progress) -> RestoreReport:
    """Raises InUseError while a daemon or `collect` works with the data folder."""
    request = RestoreRequest(file, places.config, places.data, places.restore_mark, keep_config=keep_config)
    database = Database(lambda config: _database_by(config, places), examine, settle)
    with ExitStack() as stack:
        for lock in (places.run_lock, places.collect_lock, places.worker_lock, places.backup_lock):
            stack.enter_context(exclusive(lock))
        return put_back(request, database, SystemClock().now(), progress)


def _database_by(config: Path, places: Places) -> Path:
    """Where the database is by a configuration that may be faulty, or not there."""
    configuration = salvage(config)[0] if config.is_dir() else Configuration(str(config))
    return database_file(places.database_url(configuration))


def run(
    places: Places, host: str | None, port: int | None, announce: Callable[[str, Configuration], None], level: int
) -> None:
    """The daemon, until a signal ends it. ``announce`` is told the address it serves at; ``level``: of the log.

    Raises ConfigurationError, InUseError (another daemon on this data folder), UsageError (address taken).
    """
    configuration, clock = load(places.config), SystemClock()
    with exclusive(places.run_lock) as lock, opened(places, configuration) as storage:
        server = configuration.server
        listener = listen(host or server.host, server.port if port is None else port)
        storage.agenda.sync(configuration.sources, clock.now())
        storage.agenda.release(WORKER)
        _give_back(COLLECT, places.collect_lock, storage.agenda)
        arguments = (str(places.config), str(places.data), places.database or "", str(level))
        dispatch = LocalDispatch("aggregator.app", arguments, lambda: storage.agenda.release(WORKER))
        database = places.database_url(configuration)
        note = lambda read: lock.note(signature(read, database))  # noqa: E731
        reload = lambda: load(places.config)  # noqa: E731
        daemon = Daemon(configuration, reload, note, storage.agenda, storage.store, dispatch, clock)
        announce(address_of(listener), configuration)
        daemon.serve(make_app(daemon.current, storage.archive, places.site, daemon.health), listener)


WORKER = "worker"
"""Who takes the sources for the daemon."""


def _worker(pipe: Pipe) -> None:
    """The worker process: told the configuration first, then given work."""
    config, data, database, level = sys.argv[-5:-1]
    places = Places(Path(config), Path(data), database or None)
    log_to_stderr(int(level))
    _collect_little_garbage()
    configuration: Configuration = pipe.receive()
    with exclusive(places.worker_lock, _no_word), parts(places, configuration) as built:
        pipe.send(READY)
        work(pipe, lambda: _flow(places, built))


def _flow(places: Places, built: Parts) -> Flow:
    built.agenda.sync(built.configuration.sources, built.clock.now())
    return Flow(built, WORKER, Listener(ended=log_visit), lambda: exclusive(places.publish_lock, _no_word))


def _no_word(holder: str) -> None:
    """Nobody watches it wait."""


if __name__ == "__main__":
    serve(_worker)
