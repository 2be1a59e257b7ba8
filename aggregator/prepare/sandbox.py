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
import threading
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, fields, replace
from multiprocessing.connection import Connection
from operator import attrgetter
from typing import Any, TypeVar

from aggregator.errors import AggregatorError
from aggregator.model.article import Article, Prepared, Reading, Reason, Rejection, Subject, Verdict
from aggregator.model.config import Clean, Limits, Select, Source, Topic
from aggregator.model.document import RawDocument, Repair
from aggregator.process.orphan import end_with_parent

_T = TypeVar("_T")


def _compactly(value: type[_T]) -> None:
    """Has a dataclass pickled as a call of its class, five times faster than its own way by fields."""
    names = tuple(field.name for field in fields(value))  # type: ignore[arg-type]
    values = attrgetter(*names)
    copyreg.pickle(value, lambda instance: (value, values(instance)))


GROUP = 128
"""Documents sent at once: enough to spare the waiting, few enough to be read again one by one."""
HEAVY = 2_000_000
"""Bytes that end a group early."""
LARGE = 1_000_000
"""Bytes of a body that is sent by itself."""
MEMORY = 220 * 1024 * 1024
"""Bytes of data the process may hold."""
START_SECONDS = 60.0

for _type in (Clean, Limits, Prepared, RawDocument, Reason, Rejection, Repair, Select, Subject, Verdict):
    _compactly(_type)

_ARTICLE = tuple(field.name for field in fields(Article))
_BEFORE_TEXT, _AFTER_TEXT = (
    attrgetter(*_ARTICLE[: _ARTICLE.index("text")]),
    attrgetter(*_ARTICLE[_ARTICLE.index("text") + 1 :]),
)
# The plain text stays behind: its folded form goes along in the subject, and nobody stores it.
copyreg.pickle(Article, lambda article: (Article, (*_BEFORE_TEXT(article), "", *_AFTER_TEXT(article))))


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
        self._turn = threading.Lock()
        self._closed = False
        # The kernel takes a thread that ends for the child's parent; those who ask come and go.
        self._starter = ThreadPoolExecutor(1, "sandbox")

    def read(self, documents: Iterable[RawDocument], source: Source) -> Iterator[Reading]:
        """One reading a document, in order. Raises AggregatorError once it is closed."""
        for group in _groups(documents):
            answer = self._ask(group, source)
            if not isinstance(answer, Failure):
                yield from answer
                continue
            for document in group:
                yield from self._alone(document, source)

    def _alone(self, document: RawDocument, source: Source) -> list[Reading]:
        from aggregator.prepare.stages import rejection  # noqa: PLC0415 - the stages are loaded once there is a document

        answer = self._ask([document], source)
        if not isinstance(answer, Failure):
            return answer
        if document.body and document.hint is not None and document.hint.body.strip():
            # A page at fault must not cost the text that a feed gave.
            reason = f"{answer.code}: {answer.message}"
            digest = self._ask([replace(document, body=b"", missing=reason)], source)
            if not isinstance(digest, Failure):
                return digest
        return [rejection(document, answer.code, answer.message)]

    def _ask(self, group: list[RawDocument], source: Source) -> list[Reading] | Failure:
        """The readings of a group, or how it ended the process. Raises AggregatorError if none can be started."""
        with self._turn:
            return self._answer(group, source)

    def _answer(self, group: list[RawDocument], source: Source) -> list[Reading] | Failure:
        self._refuse_if_closed()
        pipe = self._pipe or self._start()
        try:
            if self._source != source:
                # What reads the bytes of strangers has no use for our secrets.
                pipe.send(replace(source, headers={}, auth_file=None, proxy=None))
                self._source = source
            _send(pipe, group)
            if pipe.poll(source.limits.seconds):
                readings: list[Reading] = pipe.recv()
                return readings
            failure = Failure("timeout", f"takes over {source.limits.seconds:g} s (limits.seconds of the source)")
        except (OSError, EOFError):
            failure = Failure("crashed", "the parsing process dies of it")
        self._end()
        # What ``close`` killed is no document's fault.
        self._refuse_if_closed()
        return failure

    def _refuse_if_closed(self) -> None:
        if self._closed:
            raise AggregatorError("the parsing process was ended")

    def _start(self) -> Connection:
        """Starts the process and waits until it is ready. A fault here is never a document's."""
        ours, theirs = socket.socketpair()
        command = [sys.executable, "-m", "aggregator.prepare.sandbox", str(theirs.fileno())]
        try:
            with theirs:
                self._child = self._starter.submit(_started, command, theirs.fileno()).result()
            if self._closed:
                # ``close`` may have come too early to see it.
                self._child.kill()
            self._pipe = Connection(ours.detach())
            self._pipe.send(self._topics)
            if self._pipe.poll(START_SECONDS) and self._pipe.recv() == "ready":
                return self._pipe
        except (OSError, EOFError) as error:
            reason = f": {error}" if str(error) else ""
        else:
            reason = f" within {START_SECONDS:g} s"
        finally:
            ours.close()
        self._end()
        self._refuse_if_closed()
        raise AggregatorError(f"the parsing process did not start{reason}", "its own message stands above this one")

    def _end(self) -> None:
        if self._pipe is not None:
            self._pipe.close()
        if self._child is not None:
            self._child.kill()
            self._child.wait()
        self._pipe = self._child = self._source = None

    def close(self) -> None:
        """Ends the process; it holds nothing worth waiting for. Whoever waits for it gets an AggregatorError."""
        self._closed = True
        if (child := self._child) is not None:
            child.kill()
        with self._turn:
            self._end()
        self._starter.shutdown()


def _send(pipe: Connection, group: list[RawDocument]) -> None:
    """A large body travels apart: put into one message with its document, it would stand in memory three times."""
    if len(group) == 1 and len(group[0].body) > LARGE:
        pipe.send(replace(group[0], body=b""))
        pipe.send_bytes(group[0].body)
    else:
        pipe.send(group)


def _started(command: Sequence[str], descriptor: int) -> subprocess.Popen[bytes]:
    return subprocess.Popen(command, pass_fds=[descriptor], stdin=subprocess.DEVNULL)


def _groups(documents: Iterable[RawDocument]) -> Iterator[list[RawDocument]]:
    group: list[RawDocument] = []
    weight = 0
    for document in documents:
        group.append(document)
        weight += len(document.body)
        # What comes from the network comes slowly, and must not wait for company.
        if len(group) == GROUP or weight > HEAVY or document.kind != "post":
            yield group
            group, weight = [], 0
    if group:
        yield group


def serve(pipe: Connection) -> None:
    """The child's life: topics first, then sources and groups of documents, until the parent is gone."""
    from aggregator.classify.compile import compile_topics  # noqa: PLC0415
    from aggregator.prepare.stages import preparer  # noqa: PLC0415

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
        if isinstance(message, RawDocument):
            message = [replace(message, body=pipe.recv_bytes())]
        pipe.send(prepare(message))


def main() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    end_with_parent(signal.SIGKILL)
    with contextlib.suppress(EOFError, BrokenPipeError, ConnectionResetError):
        serve(Connection(int(sys.argv[1])))


if __name__ == "__main__":
    main()
