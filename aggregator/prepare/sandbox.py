"""A reader in a process of its own that may be killed: no document can stall or fell the daemon.

The parent sends documents in groups and gets their readings back. A group that takes longer than its
source's limit for one document, or that fells the process, is sent again one by one, each time to a
process that is known to live; the document that is alone when it happens again is at fault and is
rejected. So a full machine costs time, and never an article.

It keeps what a document costs from everybody else, not a document that takes the process over: answers are
unpickled. What keeps that one out are parsers that are kept up to date.
"""

from __future__ import annotations

import copyreg
import gc
import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields, replace
from operator import attrgetter
from typing import Any, TypeVar

from aggregator.codes import Code
from aggregator.errors import AggregatorError
from aggregator.model.article import Article, Prepared, Reading, Reason, Rejection, Subject, Verdict
from aggregator.model.config import Clean, Limits, Select, Source, Topic
from aggregator.model.document import RawDocument, Repair
from aggregator.model.trouble import Trouble
from aggregator.process.child import READY, Child, ChildError, serve
from aggregator.process.pipe import Pipe

_T = TypeVar("_T")


def _compactly(value: type[_T]) -> None:
    """Has a dataclass pickled as a call of its class, five times faster than its own way by fields."""
    names = tuple(field.name for field in fields(value))  # type: ignore[arg-type]
    values = attrgetter(*names)
    copyreg.pickle(value, lambda instance: (value, values(instance)))


LARGE = 1_000_000
"""Bytes of a body that is sent by itself."""
MEMORY = 220 * 1024 * 1024
"""Bytes of data the process may hold."""

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

    code: Code
    message: str


class SandboxedReader:
    """ports.Reader over child processes, each started when it is needed and kept until ``close``.

    Documents under suspicion are read one by one in a second process, so that nobody else waits for them.
    """

    def __init__(self, topics: Sequence[Topic]) -> None:
        self._parser = Parser(topics)
        self._suspects = Parser(topics)

    def read(self, documents: Sequence[RawDocument], source: Source) -> Iterable[list[Reading]]:
        """For each document its readings, as they come. Raises AggregatorError once it is closed."""
        answer = self._parser.ask(documents, source)
        if not isinstance(answer, Failure):
            return answer
        return (self._alone(document, source) for document in documents)

    def _alone(self, document: RawDocument, source: Source) -> list[Reading]:
        from aggregator.prepare.stages import rejection  # noqa: PLC0415 - the stages are loaded once there is a document

        answer = self._suspects.ask([document], source)
        if not isinstance(answer, Failure):
            return answer[0]
        if document.body and document.hint is not None and document.hint.body.strip():
            # A page at fault must not cost the text that a feed gave.
            trouble = Trouble(answer.code, "", answer.message)
            digest = self._suspects.ask([replace(document, body=b"", missing=trouble)], source)
            if not isinstance(digest, Failure):
                return digest[0]
        return [rejection(document, answer.code, answer.message)]

    def close(self) -> None:
        """Ends the processes; they hold nothing worth waiting for. Whoever waits for one gets an AggregatorError."""
        self._parser.close()
        self._suspects.close()


class Parser:
    """One such process. Whoever asks waits for whoever asked before."""

    def __init__(self, topics: Sequence[Topic]) -> None:
        self._topics = tuple(topics)
        self._child: Child | None = None
        self._source: Source | None = None
        self._turn = threading.Lock()
        self._closed = False

    def ask(self, documents: Sequence[RawDocument], source: Source) -> list[list[Reading]] | Failure:
        """The readings, or how the documents ended the process. Raises AggregatorError if none can be started."""
        with self._turn:
            child, seconds = self._started(), source.limits.seconds
            try:
                if self._source != source:
                    # What reads the bytes of strangers has no use for our secrets.
                    child.pipe.send(replace(source, headers={}, auth_file=None, proxy=None), seconds)
                    self._source = source
                return _answer(child, documents, seconds)
            except (ChildError, OSError) as error:
                self._end()
                # What ``close`` killed is no document's fault.
                self._refuse_if_closed()
                if isinstance(error, ChildError) and error.late:
                    return Failure(Code.TIMEOUT, f"takes over {seconds:g} s (limits.seconds of the source)")
                return Failure(Code.CRASHED, "the parsing process dies of it")

    def _started(self) -> Child:
        """The process, ready. A fault here is never a document's."""
        self._refuse_if_closed()
        if self._child is not None and not self._child.in_step:
            self._end()
        if self._child is None:
            try:
                self._child = Child("aggregator.prepare.sandbox")
                # ``close`` may have come too early to see it.
                self._refuse_if_closed()
                self._child.greet(self._topics)
            except ChildError as error:
                self._end()
                self._refuse_if_closed()
                hint = "its own message stands above this one"
                raise AggregatorError(f"the parsing process did not start: {error}", hint) from error
        return self._child

    def _refuse_if_closed(self) -> None:
        if self._closed:
            raise AggregatorError("the parsing process was ended")

    def _end(self) -> None:
        if self._child is not None:
            self._child.kill()
        self._child = self._source = None

    def close(self) -> None:
        """See SandboxedReader.close."""
        self._closed = True
        if (child := self._child) is not None:
            child.interrupt()
        with self._turn:
            self._end()


def _answer(child: Child, documents: Sequence[RawDocument], seconds: float) -> list[list[Reading]]:
    if len(documents) == 1 and len(documents[0].body) > LARGE:
        answer = child.ask(replace(documents[0], body=b""), seconds, documents[0].body)
    else:
        answer = child.ask(documents, seconds)
    if not isinstance(answer, list) or len(answer) != len(documents):
        child.kill()
        raise ChildError("its answer makes no sense")
    readings: list[list[Reading]] = answer
    return readings


def work(pipe: Pipe) -> None:
    """The child's life: topics first, then sources and groups of documents, until the parent is gone."""
    from aggregator.classify.compile import compile_topics  # noqa: PLC0415
    from aggregator.prepare.stages import preparer  # noqa: PLC0415

    classifier = compile_topics(pipe.receive())
    # An article leaves no cycles worth looking for; what is loaded by now stays.
    gc.freeze()
    gc.set_threshold(100_000)
    pipe.send(READY)
    prepare = None
    while True:
        message: Any = pipe.receive()
        if isinstance(message, Source):
            prepare = preparer(message, classifier)
            continue
        assert prepare is not None  # noqa: S101 - the parent's protocol
        if isinstance(message, RawDocument):
            message = [replace(message, body=bytes(pipe.receive_bytes()))]
        pipe.send(prepare(message))


if __name__ == "__main__":
    serve(work, memory=MEMORY)
