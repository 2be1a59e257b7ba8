"""The process that reads a git repository. Everything of others' making is unpacked here; it may be killed.

Started by `collect.git` with the number of a socket; it gets one order, then answers requests until the
other end is closed.
"""

from __future__ import annotations

import contextlib
import logging
import resource
import signal
import sys
import time
from datetime import UTC, datetime
from multiprocessing.connection import Connection
from pathlib import Path
from typing import TYPE_CHECKING

from aggregator.collect.git.messages import Answer, Fault, Look, Order, Request
from aggregator.errors import CollectError, RejectedError
from aggregator.process.orphan import end_with_parent

if TYPE_CHECKING:
    from aggregator.collect.git.places import Folder, Mirror

MEMORY = 200 * 1024 * 1024
"""Bytes of data the process may hold."""


class _Clock:
    """ports.Clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def wait(self, seconds: float) -> None:
        time.sleep(seconds)


def place(order: Order) -> Folder | Mirror:
    """Where the repository is read. Raises ImportError where dulwich is not installed."""
    from aggregator.collect.git.places import Folder, Mirror  # noqa: PLC0415 - an extra

    if not order.url:
        return Folder(order)

    from aggregator.collect.git.http import Conversation  # noqa: PLC0415 - a folder needs no network
    from aggregator.network.client import HttpFetcher  # noqa: PLC0415

    fetcher = HttpFetcher(order.agent, _Clock())

    def converse(scratch: Path) -> Conversation:
        return Conversation(order, fetcher, scratch)

    return Mirror(order, converse)


def answer(place: Folder | Mirror, request: Request) -> Answer:
    """Never raises for anything that a repository or a server does."""
    try:
        return place.look() if isinstance(request, Look) else place.read(request.blob)
    except RejectedError as error:
        return Fault(error.code, str(error), lasting=True)
    except CollectError as error:
        visit = getattr(place, "visit", None)
        reply = visit.last if visit and visit.last and visit.last.status != 200 else None
        return Fault(error.code, str(error), error.hint, reply=reply)
    except MemoryError:
        message = f"takes over {MEMORY // 2**20} MB of memory to unpack"
        return Fault("memory", message, "is there a very large file in it?")


def serve(pipe: Connection) -> None:
    """The process's life: the order first, then requests."""
    order: Order = pipe.recv()
    try:
        there = place(order)
    except ImportError:
        hint = "pip install 'topic-feed-aggregator[git]'"
        pipe.send(Fault("no-git", "kind git needs dulwich, which is not installed", hint))
        return
    pipe.send("ready")
    while True:
        request: Request = pipe.recv()
        pipe.send(answer(there, request))


def main() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    end_with_parent(signal.SIGKILL)
    # What dulwich logs, the answers say.
    logging.disable()
    with contextlib.suppress(EOFError, BrokenPipeError, ConnectionResetError):
        serve(Connection(int(sys.argv[1])))


if __name__ == "__main__":
    main()
