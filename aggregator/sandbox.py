"""A reader in a process of its own that may be killed: no document can stall or fell the daemon.

The parent sends documents in groups and gets their readings back. A group that takes longer than its
source's limit for one document, or that fells the process, is sent again one by one, each time to a
process that is known to live; the document that is alone when it happens again is at fault and is
rejected. So a full machine costs time, and never an article.
"""

from __future__ import annotations

import contextlib
import copyreg
import gc
import resource
import signal
import socket
import subprocess
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields
from itertools import islice
from multiprocessing.connection import Connection
from operator import attrgetter
from typing import Any, TypeVar

from aggregator.errors import AggregatorError
from aggregator.model.article import (
    Article,
    Prepared,
    RawDocument,
    Reading,
    Reason,
    Rejection,
    Repair,
    Subject,
    Verdict,
)
from aggregator.model.config import Source, Topic

_T = TypeVar("_T")


def _compactly(value: type[_T]) -> None:
    """Has a dataclass pickled as a call of its class, five times faster than its own way by fields."""
    names = tuple(field.name for field in fields(value))  # type: ignore[arg-type]
    values = attrgetter(*names)
    copyreg.pickle(value, lambda instance: (value, values(instance)))


GROUP = 32
"""Documents sent at once: enough to spare the waiting, few enough to be read again one by one."""
MEMORY = 768 * 1024 * 1024
"""Bytes of data the process may hold."""
START_SECONDS = 60.0

for _type in (Article, Prepared, RawDocument, Reason, Rejection, Repair, Subject, Verdict):
    _compactly(_type)


@dataclass(frozen=True, slots=True)
class Failure:
    """How documents ended the process that read them."""

    code: str
    message: str


class SandboxedReader:
    """ports.Reader over a child process, started at the first document and kept until ``close``."""

    def __init__(self, topics: Sequence[Topic]) -> None:
        self._topics = tuple(topics)
        self._child: subprocess.Popen[bytes] | None = None
        self._pipe: Connection | None = None
        self._source: Source | None = None

    def read(self, documents: Iterable[RawDocument], source: Source) -> Iterator[Reading]:
        """One reading a document, in order."""
        from aggregator.prepare import rejection  # noqa: PLC0415 - the stages are loaded once there is a document

        remaining = iter(documents)
        while group := list(islice(remaining, GROUP)):
            answer = self._ask(group, source)
            if not isinstance(answer, Failure):
                yield from answer
                continue
            for document in group:
                answer = self._ask([document], source)
                if isinstance(answer, Failure):
                    yield rejection(document, answer.code, answer.message)
                else:
                    yield from answer

    def _ask(self, group: list[RawDocument], source: Source) -> list[Reading] | Failure:
        """The readings of a group, or how it ended the process."""
        try:
            pipe = self._ready(source)
            pipe.send(group)
            if pipe.poll(source.limits.seconds):
                readings: list[Reading] = pipe.recv()
                return readings
            failure = Failure("timeout", f"takes over {source.limits.seconds:g} s (limits.seconds of the source)")
        except (OSError, EOFError):
            failure = Failure("crashed", "the parsing process dies of it")
        self._end()
        return failure

    def _ready(self, source: Source) -> Connection:
        if self._pipe is None:
            self._start()
        assert self._pipe is not None  # noqa: S101 - for the type checker
        if self._source != source:
            self._pipe.send(source)
            self._source = source
        return self._pipe

    def _start(self) -> None:
        ours, theirs = socket.socketpair()
        with theirs:
            self._child = subprocess.Popen(
                [sys.executable, "-m", "aggregator.sandbox", str(theirs.fileno())],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
            )
        self._pipe = Connection(ours.detach())
        self._pipe.send(self._topics)
        if not self._pipe.poll(START_SECONDS) or self._pipe.recv() != "ready":
            self._end()
            raise AggregatorError("the parsing process did not start", "its own message stands above this one")

    def _end(self) -> None:
        if self._pipe is not None:
            self._pipe.close()
        if self._child is not None:
            self._child.kill()
            self._child.wait()
        self._pipe = self._child = self._source = None

    def close(self) -> None:
        """Lets the process end by itself, and sees to it that it does."""
        if self._pipe is not None:
            self._pipe.close()
            self._pipe = None
        if self._child is not None:
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._child.wait(5)
        self._end()


def serve(pipe: Connection) -> None:
    """The child's life: topics first, then sources and groups of documents, until the parent is gone."""
    from aggregator.classify.compile import compile_topics  # noqa: PLC0415
    from aggregator.prepare import preparer  # noqa: PLC0415

    classifier = compile_topics(pipe.recv())
    # An article leaves no cycles worth looking for; what is loaded by now stays.
    gc.freeze()
    gc.set_threshold(100_000)
    pipe.send("ready")
    prepare = None
    while True:
        message: Any = pipe.recv()
        if isinstance(message, Source):
            prepare = preparer(message, classifier)
            continue
        assert prepare is not None  # noqa: S101 - the parent's protocol
        pipe.send(prepare(message))


def main() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with contextlib.suppress(EOFError, BrokenPipeError, ConnectionResetError):
        serve(Connection(int(sys.argv[1])))


if __name__ == "__main__":
    main()
