"""The process that reads a git repository. Everything of others' making is unpacked here; it may be killed.

Started by `collect.git` with the number of a socket; it is told which repository to read, then answers
requests until the other end is closed.
"""

from __future__ import annotations

import logging
from pathlib import Path
from typing import TYPE_CHECKING

from aggregator.codes import Code
from aggregator.collect.git.messages import Answer, GitFault, ListFiles, Repository, Request
from aggregator.errors import CollectError, RejectedError
from aggregator.process.child import READY, serve
from aggregator.process.clock import SystemClock
from aggregator.process.pipe import Pipe

if TYPE_CHECKING:
    from aggregator.collect.git.places import LocalRepository, Mirror

MEMORY = 200 * 1024 * 1024
"""Bytes of data the process may hold."""


def place(repository: Repository) -> LocalRepository | Mirror:
    """Where the repository is read. Raises ImportError where dulwich is not installed."""
    from aggregator.collect.git.places import LocalRepository, Mirror  # noqa: PLC0415 - an extra

    if not repository.url:
        return LocalRepository(repository)

    from aggregator.collect.git.http import Conversation  # noqa: PLC0415 - a folder needs no network
    from aggregator.network.client import HttpFetcher  # noqa: PLC0415

    fetcher = HttpFetcher(repository.agent, SystemClock())

    def converse(scratch: Path) -> Conversation:
        return Conversation(repository, fetcher, scratch)

    return Mirror(repository, converse)


def answer(place: LocalRepository | Mirror, request: Request) -> Answer:
    """Never raises for anything that a repository or a server does."""
    try:
        return place.list() if isinstance(request, ListFiles) else place.read(request.blob)
    except RejectedError as error:
        return GitFault(error.code, str(error), lasting=True)
    except CollectError as error:
        visit = getattr(place, "visit", None)
        reply = visit.last if visit and visit.last and visit.last.status != 200 else None
        return GitFault(error.code, str(error), error.hint, reply=reply)
    except MemoryError:
        message = f"takes over {MEMORY // 2**20} MB of memory to unpack"
        return GitFault(Code.MEMORY, message, "is there a very large file in it?")


def work(pipe: Pipe) -> None:
    """The process's life: which repository first, then requests."""
    # What dulwich logs, the answers say.
    logging.disable()
    repository: Repository = pipe.receive()
    try:
        there = place(repository)
    except ImportError:
        hint = "pip install 'topic-feed-aggregator[git]'"
        pipe.send(GitFault(Code.NO_GIT, "kind git needs dulwich, which is not installed", hint))
        return
    pipe.send(READY)
    while True:
        request: Request = pipe.receive()
        pipe.send(answer(there, request))


if __name__ == "__main__":
    serve(work, memory=MEMORY)
