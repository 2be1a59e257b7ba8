"""The serving process: web, schedule, signals. The worker does the collecting."""

from __future__ import annotations

import signal
import socket
import threading
from collections.abc import Callable, Mapping
from types import FrameType
from typing import Any

import structlog
import uvicorn

from aggregator.daemon.dispatch import LocalDispatch
from aggregator.daemon.tick import Schedule, first_pulse, tick
from aggregator.errors import AggregatorError, ConfigurationError, UsageError
from aggregator.model.config import Configuration
from aggregator.ports import Agenda, Archive, Clock

LOG = structlog.get_logger()
GRACE_SECONDS = 2
"""For answers under way when the daemon is told to end."""


class Daemon:
    """Serves, and has due sources collected, until a signal ends it."""

    def __init__(
        self,
        configuration: Configuration,
        reload: Callable[[], Configuration],
        archive: Archive,
        agenda: Agenda,
        dispatch: LocalDispatch,
        clock: Clock,
    ) -> None:
        self._configuration = configuration
        self._reload = reload
        self._archive = archive
        self._agenda = agenda
        self._dispatch = dispatch
        self._clock = clock
        self._pulse = first_pulse(clock.now())
        self._taken_over = threading.Event()

    def current(self) -> Configuration:
        """The last good configuration."""
        return self._configuration

    def health(self) -> Mapping[str, object]:
        """For ``/healthz``: ``status`` is ``ok``, or ``degraded`` with the problems."""
        states = self._agenda.states()
        failing = sorted(state.name for state in states if state.error)
        problems = list(self._pulse.problems)
        return {
            "status": "degraded" if problems else "ok",
            "problems": problems,
            "last_pass": self._pulse.worked.isoformat(timespec="seconds").replace("+00:00", "Z"),
            "sources": len(states),
            "failing_sources": failing,
        }

    def serve(self, app: Any, listener: socket.socket) -> None:
        """Runs until SIGTERM or SIGINT; SIGHUP reads the configuration again."""
        schedule = Schedule(self._beat)
        server = uvicorn.Server(
            uvicorn.Config(
                app,
                log_config=None,
                access_log=False,
                lifespan="off",
                server_header=False,
                timeout_graceful_shutdown=GRACE_SECONDS,
            )
        )
        # uvicorn raises the signal that ended it once more when it is done; these let us end in good order.
        signal.signal(signal.SIGTERM, _heard)
        signal.signal(signal.SIGINT, _heard)
        signal.signal(signal.SIGHUP, self._on_hangup)
        schedule.start()
        try:
            server.run(sockets=[listener])
        finally:
            schedule.stop()
            self._dispatch.stop()

    def _beat(self) -> None:
        if self._taken_over.is_set():
            self._taken_over.clear()
            self._pulse = first_pulse(self._clock.now())
        self._pulse = tick(self._pulse, self._clock.now, self._configuration, self._agenda, self._dispatch)

    def _on_hangup(self, number: int, frame: FrameType | None) -> None:  # noqa: ARG002
        threading.Thread(target=self._take_over, name="reload", daemon=True).start()

    def _take_over(self) -> None:
        """Reads the configuration again; a faulty one is told of and not taken."""
        try:
            configuration = self._reload()
        except ConfigurationError as error:
            LOG.error("configuration not taken over", faults=[str(fault) for fault in error.faults])
        except AggregatorError as error:
            LOG.error("configuration not taken over", error=str(error))
        else:
            self._configuration = configuration
            self._taken_over.set()
            LOG.info("configuration taken over", sources=len(configuration.sources), topics=len(configuration.topics))


def _heard(number: int, frame: FrameType | None) -> None:
    """Takes the signal so that it does not end the process at once."""


def listen(host: str, port: int) -> socket.socket:
    """A bound socket; port 0 takes a free one. Raises UsageError if the address cannot be had."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(256)
    except (OSError, OverflowError) as error:
        listener.close()
        raise UsageError(f"cannot listen on {host}:{port}: {error}", "choose another --host or --port") from error
    listener.set_inheritable(False)
    return listener


def address_of(listener: socket.socket) -> str:
    """``http://host:port`` of a bound socket."""
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
