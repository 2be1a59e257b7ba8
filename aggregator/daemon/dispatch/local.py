"""Hands orders to the worker process, starts it when there is work, ends it when there is none."""

from __future__ import annotations

import contextlib
import socket
import subprocess
import threading
from collections.abc import Sequence
from multiprocessing.connection import Connection

from aggregator.daemon.worker import Order
from aggregator.operations.reports import CollectReport

STOP_SECONDS = 2.0


class LocalDispatch:
    """One worker process on this machine. ``run`` is called from one thread at a time, ``stop`` from any."""

    def __init__(self, command: Sequence[str]) -> None:
        """``command`` starts the worker; the number of its socket is appended."""
        self._command = tuple(command)
        self._process: subprocess.Popen[bytes] | None = None
        self._pipe: Connection | None = None
        self._stopped = False
        self._guard = threading.Lock()

    def run(self, order: Order) -> CollectReport | None:
        """Has the order carried out; None if the worker died on the way, which is no failure after ``stop``."""
        with self._guard:
            if self._stopped:
                return CollectReport(())
            pipe = self._pipe or self._start()
        try:
            pipe.send(order)
            report: CollectReport = pipe.recv()
        except (OSError, EOFError):
            self.rest()
            return CollectReport(()) if self._stopped else None
        return report

    def rest(self) -> None:
        """Ends the worker; the next order starts another."""
        with self._guard:
            self._end()

    def stop(self) -> None:
        """Ends the worker for good; an order under way is given up, and done again after the next start."""
        with self._guard:
            self._stopped = True
            self._end()

    def _start(self) -> Connection:
        ours, theirs = socket.socketpair()
        with theirs:
            self._process = subprocess.Popen(
                [*self._command, str(theirs.fileno())], pass_fds=[theirs.fileno()], stdin=subprocess.DEVNULL
            )
        self._pipe = Connection(ours.detach())
        return self._pipe

    def _end(self) -> None:
        process, self._process = self._process, None
        pipe, self._pipe = self._pipe, None
        if process is not None:
            process.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(STOP_SECONDS)
            process.kill()
            process.wait()
        if pipe is not None:
            pipe.close()
