"""The serving process: web, schedule, signals. The worker does the collecting."""

from __future__ import annotations

import signal
import socket
import threading
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from types import FrameType
from typing import Any

import structlog

from aggregator.daemon.dispatch import Dispatch
from aggregator.daemon.serving import Serving
from aggregator.daemon.tick import Ticker, first_pulse, read, tick
from aggregator.errors import AggregatorError, ConfigurationError
from aggregator.model.alarm import in_a_line
from aggregator.model.config import Configuration
from aggregator.operations.status import alarms_of
from aggregator.ports import Agenda, Clock, Store
from aggregator.process.descriptors import left_for_connections, raise_limit

LOG = structlog.get_logger()


class Daemon:
    """Serves, and has due sources collected, until a signal ends it."""

    def __init__(
        self,
        configuration: Configuration,
        reload: Callable[[], Configuration],
        note: Callable[[Configuration], None],
        agenda: Agenda,
        store: Store,
        dispatch: Dispatch,
        clock: Clock,
    ) -> None:
        """From here on SIGHUP reads the configuration again; ``note`` is told which was read last."""
        self._configuration = configuration
        self._reload = reload
        self._note = note
        self._agenda = agenda
        self._store = store
        self._dispatch = dispatch
        self._clock = clock
        self._pulse = first_pulse(read(clock))
        self._taken_over = threading.Event()
        self._reloading = threading.Lock()
        self._faults: tuple[str, ...] = ()
        """Of an edited configuration that was not taken over."""
        self._server: Serving | None = None
        self._ending = False
        # uvicorn has handlers of its own while it runs, and raises the signal that ended it once more when it
        # is done: ours serve before, so that none is lost, and after, so that we end in good order.
        signal.signal(signal.SIGTERM, self._on_end)
        signal.signal(signal.SIGINT, self._on_end)
        signal.signal(signal.SIGHUP, self._on_hangup)
        note(configuration)

    def current(self) -> Configuration:
        """The last good configuration."""
        return self._configuration

    def health(self) -> Mapping[str, object]:
        """For ``/healthz``: ``status`` is ``ok``, or ``degraded`` with the problems; alarms with their codes, too."""
        collected = {source.name: source for source in self._configuration.sources if source.enabled}
        states = [state for state in self._agenda.states() if state.name in collected]
        now = self._clock.now()
        alarms = {s.name: alarms_of(s, collected[s.name], now) for s in states}
        told = {s.name: s.error or in_a_line(alarms[s.name]) for s in states}
        sources = [f"source {name}: {words}" for name, words in told.items() if words]
        problems = [*self._faults, *self._dispatch.problems()]
        return {
            "status": "degraded" if problems or sources else "ok",
            "problems": [*problems, *sources],
            "last_pass": max((_written(state.last_run) for state in states if state.last_run), default=None),
            "sources": len(states),
            "alarms": [
                {"source": name, "code": alarm.code, "detail": alarm.detail}
                for name, raised in alarms.items()
                for alarm in raised
            ],
        }

    def serve(self, app: Any, listener: socket.socket) -> None:
        """Runs until SIGTERM or SIGINT; SIGHUP reads the configuration again."""
        schedule = Ticker(self._beat)
        server = Serving(app, lambda: self._configuration.server, left_for_connections(raise_limit()))
        self._server = server
        server.should_exit = self._ending
        schedule.start()
        try:
            server.run(sockets=[listener])
        finally:
            schedule.stop()
            self._dispatch.stop()

    def _beat(self) -> None:
        if self._taken_over.is_set():
            self._taken_over.clear()
            self._pulse = first_pulse(read(self._clock))
        reading = read(self._clock)
        self._pulse = tick(self._pulse, reading, self._configuration, self._agenda, self._store, self._dispatch)

    def _on_end(self, number: int, frame: FrameType | None) -> None:  # noqa: ARG002
        self._ending = True
        if self._server is not None:
            self._server.should_exit = True

    def _on_hangup(self, number: int, frame: FrameType | None) -> None:  # noqa: ARG002
        threading.Thread(target=self._take_over, name="reload", daemon=True).start()

    def _take_over(self) -> None:
        """Reads the configuration again; a faulty one is told of and not taken."""
        with self._reloading:
            try:
                configuration = self._reload()
            except ConfigurationError as error:
                self._faults = tuple(map(str, error.faults))
                LOG.error("configuration not taken over", faults=self._faults)
            except AggregatorError as error:
                self._faults = (str(error),)
                LOG.error("configuration not taken over", error=str(error))
            else:
                self._faults = ()
                before, self._configuration = self._configuration, self._without_what_needs_a_restart(configuration)
                self._note(configuration)
                self._taken_over.set()
                LOG.info("configuration taken over", **_differences(before, configuration))

    def _without_what_needs_a_restart(self, configuration: Configuration) -> Configuration:
        old = self._configuration
        before = (old.storage.url, old.server.host, old.server.port)
        if (configuration.storage.url, configuration.server.host, configuration.server.port) != before:
            LOG.warning("storage.url, server.host and server.port change only with a restart")
        server = replace(configuration.server, host=old.server.host, port=old.server.port)
        storage = replace(configuration.storage, url=old.storage.url)
        return replace(configuration, storage=storage, server=server)


def _differences(before: Configuration, after: Configuration) -> dict[str, str]:
    """Sources and topics that came (+), went (-) and are others now (~)."""
    words = {}
    kinds: tuple[tuple[str, Mapping[str, object], Mapping[str, object]], ...] = (
        ("sources", {each.name: each for each in before.sources}, {each.name: each for each in after.sources}),
        ("topics", {each.slug: each for each in before.topics}, {each.slug: each for each in after.topics}),
    )
    for kind, old, new in kinds:
        came, went = sorted(new.keys() - old.keys()), sorted(old.keys() - new.keys())
        edited = sorted(name for name in new.keys() & old.keys() if new[name] != old[name])
        changes = [*(f"+{name}" for name in came), *(f"-{name}" for name in went), *(f"~{name}" for name in edited)]
        words[kind] = " ".join(changes) or f"the same {len(new)}"
    return words


def _written(instant: datetime) -> str:
    return instant.isoformat(timespec="seconds").replace("+00:00", "Z")
