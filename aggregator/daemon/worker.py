"""The worker process: takes jobs from the serving process, and says every second that it lives."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from contextlib import closing
from types import FrameType

import structlog

from aggregator.daemon.messages import Beat, Work
from aggregator.errors import AggregatorError
from aggregator.flow.flow import Flow
from aggregator.process.pipe import Pipe

LOG = structlog.get_logger()
NICENESS = 5
BEAT = 1.0
"""Seconds between two signs of life."""


def work(pipe: Pipe, begin: Callable[[], Flow]) -> None:
    """Works until the other end closes, or the store cannot be used any more.

    SIGTERM ends it at once: what was reported is stored, the rest is done again after the next start.
    """
    signal.signal(signal.SIGTERM, _end)
    os.nice(NICENESS)
    try:
        with closing(begin()) as flow:
            _serve(pipe, flow)
    except AggregatorError as error:
        line = f"{error} ({error.hint})" if error.hint else str(error)
        LOG.error("the worker cannot go on", error=line)
        pipe.send(Beat(problems=(line,)), BEAT)


def _serve(pipe: Pipe, flow: Flow) -> None:
    taken = 0
    while True:
        if pipe.poll(BEAT):
            order: Work = pipe.receive()
            flow.add(order.jobs)
            if not order.jobs:
                flow.publish()
            taken = order.number
        flow.tend()
        published = flow.published
        problems = (*published.problems, *published.left_out)
        pipe.send(Beat(taken, flow.busy, flow.stuck(), problems))


def _end(number: int, frame: FrameType | None) -> None:  # noqa: ARG001
    sys.exit(0)
