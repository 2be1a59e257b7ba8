"""The worker process: takes jobs from the serving process, and says every second that it lives."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from contextlib import closing, suppress
from types import FrameType

import structlog

from aggregator.daemon.messages import Beat, Work
from aggregator.errors import AggregatorError
from aggregator.flow.flow import STUCK, Flow
from aggregator.process.pipe import Pipe

LOG = structlog.get_logger()
NICENESS = 5
BEAT = 1.0
"""Seconds between two signs of life."""
UPKEEP = 3600.0
"""Seconds after which feeds are looked at although nothing was stored: waiting articles get their day."""


def work(pipe: Pipe, begin: Callable[[], Flow]) -> None:
    """Works until the other end closes, or the store cannot be used any more.

    SIGTERM ends it at once: what was reported is stored, the rest is done again after the next start.
    """
    signal.signal(signal.SIGTERM, _end)
    os.nice(NICENESS)
    try:
        with closing(begin()) as flow:
            # What the last worker left behind is published, or routed by new rules, before anything is stored.
            flow.publish()
            _Worker(pipe, flow).serve()
    except AggregatorError as error:
        line = f"{error} ({error.hint})" if error.hint else str(error)
        LOG.error("the worker cannot go on", error=line)
        pipe.send(Beat(problems=(line,)), BEAT)


class _Worker:
    """Takes orders in one thread and says that it lives in another: taking sources may wait for the database."""

    def __init__(self, pipe: Pipe, flow: Flow) -> None:
        self._pipe = pipe
        self._flow = flow
        self._taken = 0
        self._taking_since: float | None = None
        self._published = time.monotonic()
        self._done = threading.Event()

    def serve(self) -> None:
        """Until the other end closes. Raises what the store raises."""
        beating = threading.Thread(target=self._beat, name="beat", daemon=True)
        beating.start()
        try:
            while True:
                if self._pipe.poll(BEAT):
                    self._take(self._pipe.receive())
                self._flow.tend()
                if time.monotonic() - self._published > UPKEEP:
                    self._publish()
        finally:
            self._done.set()
            beating.join()

    def _take(self, order: Work) -> None:
        self._taking_since = time.monotonic()
        self._flow.add(order.jobs)
        if not order.jobs:
            self._publish()
        self._taking_since = None
        self._taken = order.number

    def _publish(self) -> None:
        self._published = time.monotonic()
        self._flow.publish()

    def _beat(self) -> None:
        with suppress(OSError):  # nobody listens any more: whoever takes orders hears of it, too
            while not self._done.wait(BEAT):
                since = self._taking_since
                stuck = self._flow.stuck()
                if since is not None and time.monotonic() - since > STUCK:
                    stuck = f"taking sources takes over {STUCK:g} s"
                published = self._flow.published
                problems = (*published.problems, *published.left_out)
                self._pipe.send(Beat(self._taken, self._flow.busy, stuck, problems), BEAT)


def _end(number: int, frame: FrameType | None) -> None:  # noqa: ARG001
    sys.exit(0)
