"""A repository of article files: every visit sees the newest commit, and reads the blobs that are new to it.

The parent decides how long anything may take; a process of its own (`collect.mirror`) does all that touches
the network or bytes of others.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from aggregator.codes import Code
from aggregator.collect.address.manner import manner_of
from aggregator.collect.git.messages import Files, GitFault, ListFiles, ReadFile, Repository, Request
from aggregator.errors import CollectError
from aggregator.model import fetching
from aggregator.model.config import ARTICLE_FILES, Source
from aggregator.model.document import Lead, RawDocument
from aggregator.model.fetching import Manner
from aggregator.model.running import Learned, Listing, Memory
from aggregator.network.answers import answer_of
from aggregator.process.child import Child, ChildError

if TYPE_CHECKING:
    from aggregator.collect.collectors import Means

UNPACK_SECONDS = 60.0
"""To unpack what was fetched and list it, beyond the time to fetch."""
READ_SECONDS = 20.0
"""To read one file."""
_SCHEME = re.compile(r"[^/]*?:")
"""Also of ``git@host:path``."""


def collect_git(source: Source, means: Means) -> GitCollector:
    """Raises CollectError ``auth-file``."""
    remote, _ = place_of(source.url, means.folder)
    manner = manner_of(source, means.folder) if remote else Manner()
    return GitCollector(source, means.folder, means.data / "git", means.agent, manner, means.clock.now())


class GitCollector:
    """Collector of ``kind: git``. One instance serves one visit to one source."""

    def __init__(
        self,
        source: Source,
        folder: Path,
        mirrors: Path,
        agent: str,
        manner: Manner,
        now: datetime,
        unpack_seconds: float = UNPACK_SECONDS,
    ) -> None:
        """``folder``: what relative addresses start at; ``mirrors``: where each repository of the network gets
        a folder of its source's name; ``agent``: our User-Agent; ``now``: when the visit began."""
        self._source = source
        self._folder = folder
        self._mirrors = mirrors
        self._agent = agent
        self._manner = manner
        self._now = now
        self._unpack = unpack_seconds
        self._child: Child | None = None
        self._remote = False
        self._answer: fetching.Answer | None = None

    def leads(self, memory: Memory) -> Listing:  # noqa: ARG002 - the plan knows which blobs are new
        """Every wanted file of the newest commit, its blob as stamp, in path order. Raises CollectError."""
        limits = self._source.limits
        files = self._ask(ListFiles(), limits.download_seconds + self._unpack)
        assert isinstance(files, Files)  # noqa: S101 - the child's protocol
        if files.reply is not None:
            # A repository has no freshness of its own: its server forbids all caching.
            self._answer = replace(answer_of(files.reply, self._now), fresh_until=None)
        leads = tuple(Lead(self._source.name, location, blob) for location, blob in files.files)
        return Listing(leads, complete=True, troubles=files.troubles, unseen=files.unseen)

    def fetch(self, lead: Lead, now: datetime) -> RawDocument:
        """The file's bytes. Raises RejectedError over the limit, CollectError if it cannot be read."""
        body = self._ask(ReadFile(lead.stamp), READ_SECONDS)
        assert isinstance(body, bytes)  # noqa: S101 - the child's protocol
        return RawDocument(lead.source, lead.location, lead.stamp, body, sha256(body).hexdigest(), now)

    def learned(self, complete: bool, again: object = None) -> Learned:  # noqa: ARG002 - a commit is listed whole
        """What the server answered. Blobs are stamps enough, and the mirror knows its commit."""
        return Learned(answer=self._answer)

    def close(self) -> None:
        """Ends the process; it holds nothing worth waiting for."""
        if self._child is not None:
            self._child.kill()
        self._child = None

    def _ask(self, request: Request, seconds: float) -> Files | bytes:
        """The process's answer. Raises the error it answers with; CollectError where it takes too long, or dies."""
        for child in (self._child, None):
            try:
                answer = (child or self._started()).ask(request, seconds)
            except ChildError as error:
                self._child = None
                if error.late:
                    hint = "raise limits.download_seconds of the source"
                    raise CollectError(Code.TIMEOUT, f"{self._source.name}: took over {seconds:g} s", hint) from error
                if child is None:
                    message = f"{self._source.name}: the process that reads the repository dies of it"
                    raise CollectError(Code.CRASHED, message, "its own message stands above this one") from error
                # It had done other work before, and may have died of that.
                continue
            if isinstance(answer, GitFault):
                self._hear(answer)
                raise answer.error()
            assert isinstance(answer, (Files, bytes))  # noqa: S101 - the child's protocol
            return answer
        raise AssertionError("the second turn answers or raises")

    def _hear(self, fault: GitFault) -> None:
        """Notes what the server said, where it was asked at all."""
        if fault.reply is not None:
            self._answer = answer_of(fault.reply, self._now)
        elif self._remote and not fault.lasting:
            self._answer = fetching.Answer(error=fault.code)

    def _started(self) -> Child:
        """Starts the process and waits until it is ready. Raises CollectError."""
        repository = self._repository()
        try:
            child = Child("aggregator.collect.git.reader")
            greeting = child.greet(repository)
        except ChildError as error:
            hint = "its own message stands above this one"
            raise CollectError(Code.CRASHED, "the process that reads repositories did not start", hint) from error
        if isinstance(greeting, GitFault):
            child.kill()
            raise greeting.error()
        self._child = child
        return child

    def _repository(self) -> Repository:
        source = self._source
        url, folder = place_of(source.url, self._folder)
        self._remote = bool(url)
        return Repository(
            name=source.name,
            url=url,
            folder=str(self._mirrors / source.name if url else folder),
            branch=source.branch,
            include=source.include or ARTICLE_FILES,
            exclude=source.exclude,
            limit=source.limits.bytes,
            references=source.limits.download,
            seconds=source.limits.download_seconds,
            # A fetch is one conversation of up to three requests; nobody gains by a pause in the middle.
            manner=replace(self._manner, gap=0.0),
            agent=self._agent,
        )


def place_of(address: str, folder: Path) -> tuple[str, Path]:
    """An http or https address, or ``""`` and a folder of this machine; relative ones start at ``folder``.

    Raises CollectError for every other scheme.
    """
    beginning = _SCHEME.match(address)
    if beginning is None:
        return "", folder / address
    try:
        parts = urlsplit(address)
        scheme, host = parts.scheme, parts.hostname
    except ValueError:
        scheme = ""
    if scheme == "file" and parts.netloc in {"", "localhost"}:
        return "", Path(unquote(parts.path))
    if scheme not in {"http", "https"} or not host:
        message = f"{beginning[0]}… is no address that a repository is read from"
        raise CollectError(Code.BAD_ADDRESS, message, "use https://, http://, file:// or a folder")
    if "@" in parts.netloc:
        raise CollectError(Code.BAD_ADDRESS, "the address holds a name or a password", "put them into `auth_file`")
    return address.rstrip("/"), folder
