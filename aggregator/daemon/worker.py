"""The worker process: takes orders from the serving process, one pass at a time."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection
from types import FrameType

import structlog

from aggregator.errors import AggregatorError
from aggregator.model.config import Configuration
from aggregator.operations.reports import CollectReport
from aggregator.process.orphan import end_with_parent

LOG = structlog.get_logger()
NICENESS = 5


@dataclass(frozen=True, slots=True)
class Order:
    """Collect these sources by this configuration, then publish. No names: publish what is behind."""

    configuration: Configuration
    sources: tuple[str, ...]


def serve_orders(pipe: Connection, execute: Callable[[Order], CollectReport]) -> None:
    """Works until the other end closes.

    SIGTERM ends it at once: what was reported is stored, the rest is done again at the next start.
    """
    signal.signal(signal.SIGTERM, _end)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.nice(NICENESS)
    end_with_parent(signal.SIGTERM)
    with contextlib.suppress(EOFError, BrokenPipeError, ConnectionResetError):
        while True:
            order: Order = pipe.recv()
            pipe.send(_answer(order, execute))


def _answer(order: Order, execute: Callable[[Order], CollectReport]) -> CollectReport:
    try:
        return execute(order)
    except AggregatorError as error:
        return CollectReport((), problems=(f"{error} ({error.hint})" if error.hint else str(error),), stopped=True)
    except Exception as error:
        LOG.exception("pass failed", sources=order.sources)
        return CollectReport((), problems=(f"{type(error).__name__}: {error}",), stopped=True)


def _end(number: int, frame: FrameType | None) -> None:  # noqa: ARG001
    sys.exit(0)
