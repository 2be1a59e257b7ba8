"""git's smart HTTP protocol over our own guarded client. In the child alone: it imports dulwich."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO, Protocol

from dulwich.client import AbstractHttpGitClient
from dulwich.object_store import ObjectStoreGraphWalker
from dulwich.objects import ObjectID
from dulwich.protocol import CAPABILITY_PACKFILE_URIS
from dulwich.refs import Ref

from aggregator.codes import Code
from aggregator.collect.git.messages import Repository
from aggregator.errors import CollectError
from aggregator.model.fetching import Ask, Reply
from aggregator.network.client import Payload

MOST_PACKED = 500_000_000
"""Bytes of one answer; it goes to disk, not to memory."""
_REFERENCES = "/info/refs?service=git-upload-pack"


Choice = Callable[[Mapping[Ref, ObjectID]], str]
"""Which commit is wanted of the branches' newest ones; empty for none."""


class Transport(Protocol):
    """What is needed of the guarded client."""

    def stream(self, ask: Ask, into: BinaryIO, call: Payload = ..., /) -> Reply:
        """As ports.Fetcher.get, with the body of a 2xx written to ``into``."""


class Conversation:
    """One visit to a repository's server, within one time limit."""

    def __init__(self, repository: Repository, transport: Transport, scratch: Path) -> None:
        """``scratch``: a folder for answers while they are read."""
        self.first: Reply | None = None
        """The first answer; its addresses are those of the repository, its body is empty."""
        self.last: Reply | None = None
        self._repository = repository
        self._client = _Client(repository.url, self._request)
        self._transport = transport
        self._scratch = scratch
        self._until = time.monotonic() + repository.seconds

    def fetch(self, choose: Choice, have: str, shallow: frozenset[str], into: BinaryIO) -> frozenset[str]:
        """Has the server pack the chosen commit without its history and without files over the limit.

        ``have`` is a commit whose files the server need not send again, or empty. Answers the commits whose
        parents were left out. Raises CollectError, and whatever dulwich does with what it cannot read.
        """

        def determine_wants(refs: Mapping[Ref, ObjectID], depth: int | None = None) -> list[ObjectID]:  # noqa: ARG001
            wanted = choose(refs)
            return [ObjectID(wanted.encode())] if wanted else []

        known = ObjectStoreGraphWalker(
            [ObjectID(have.encode())] if have else [], lambda _: [], shallow={ObjectID(sha.encode()) for sha in shallow}
        )
        result = self._client.fetch_pack(
            "",
            determine_wants,
            known,
            into.write,
            depth=1,
            ref_prefix=[b"HEAD", b"refs/heads/"],
            filter_spec=b"blob:limit=%d" % (self._repository.limit + 1),
        )
        if result.object_format not in {None, "sha1"}:
            message = f"{self._repository.name}: its objects are named by {result.object_format}"
            raise CollectError(Code.OBJECT_FORMAT, message, "only SHA-1 repositories can be read from the network")
        return frozenset(sha.decode("ascii") for sha in result.new_shallow or ())

    def _request(self, url: str, headers: Mapping[str, str], body: bytes | None) -> _Response:
        left = self._until - time.monotonic()
        if left <= 0:
            raise CollectError(Code.TIMEOUT, f"{self._repository.name}: over {self._repository.seconds:g} s", _SLOW)
        limit = self._repository.references if body is None else MOST_PACKED
        accept = headers.get("Accept", "*/*")
        ask = Ask(url, self._repository.manner, accept=accept, limit=limit, seconds=left)
        further = tuple((name, value) for name, value in headers.items() if name in _FURTHER)
        call = Payload("GET" if body is None else "POST", body or b"", further)
        answer = tempfile.TemporaryFile(dir=self._scratch)  # noqa: SIM115 - closed with the response
        try:
            reply = self._transport.stream(ask, answer, call)
            self._take(reply)
        except BaseException:
            answer.close()
            raise
        answer.seek(0)
        return _Response(answer, reply, url)

    def _take(self, reply: Reply) -> None:
        """Raises CollectError for an answer that is not git's."""
        bare = replace(reply, url=_repository(reply.url), moved=reply.moved and _repository(reply.moved), body=b"")
        self.first, self.last = self.first or bare, bare
        name = self._repository.name
        if reply.status in {404, 410}:
            raise CollectError(Code.NOT_A_REPOSITORY, f"{name}: the server answers {reply.status}", _PRIVATE)
        if reply.status != 200:
            hint = _CREDENTIALS if reply.status in {401, 403} else ""
            raise CollectError(Code.http(reply.status), f"{name}: the server answers {reply.status}", hint)
        if not reply.headers.get("content-type", "").startswith("application/x-git-"):
            message = f"{self._repository.name}: what is there does not speak git's protocol"
            raise CollectError(Code.NOT_A_REPOSITORY, message, "is it the address that `git clone` takes?")


_FURTHER = frozenset({"Content-Type", "Git-Protocol"})
_SLOW = "raise limits.download_seconds of the source; the first visit fetches every file"
_PRIVATE = "is the address misspelt, or the repository private (`auth_file`)?"
_CREDENTIALS = "does it want credentials (`auth_file`)?"


class _Response:
    """What dulwich wants to know of an answer."""

    def __init__(self, body: BinaryIO, reply: Reply, asked: str) -> None:
        self.body = body
        self.status = reply.status
        self.content_type = reply.headers.get("content-type")
        self.redirect_location = reply.url if reply.url != asked else ""

    def close(self) -> None:
        self.body.close()


class _Client(AbstractHttpGitClient):
    """dulwich's protocol; the requests are ours."""

    def __init__(self, url: str, request: Callable[[str, Mapping[str, str], bytes | None], _Response]) -> None:
        super().__init__(url)
        self._request = request
        # Addresses in the middle of an answer, to fetch parts of it from elsewhere: not needed.
        self._fetch_capabilities.discard(CAPABILITY_PACKFILE_URIS)

    def _http_request(  # type: ignore[override]  # the response is typed as urllib3's
        self,
        url: str,
        headers: dict[str, str] | None = None,
        data: bytes | Iterator[bytes] | None = None,
        raise_for_status: bool = True,  # noqa: ARG002 - any status but 200 is an error here
    ) -> tuple[_Response, Callable[[int], bytes]]:
        body = data if data is None or isinstance(data, bytes) else b"".join(data)
        response = self._request(url, headers or {}, body)
        return response, response.body.read


def _repository(url: str) -> str:
    """The address of the repository that a request was about."""
    return url.removesuffix(_REFERENCES)
