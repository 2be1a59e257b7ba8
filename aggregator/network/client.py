"""The one guarded HTTP client, and the only door to httpx.

A request goes hop by hop: its address is taken apart, the host's turn is awaited, the connection is opened to
the address that was checked, the body is taken up to its limits; redirects begin anew. Importing this costs
0.1 s: do so when something is to be fetched.
"""

from __future__ import annotations

import logging
import ssl
import threading
import time
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from functools import lru_cache
from io import BytesIO
from typing import BinaryIO

import httpcore
import httpx

from aggregator.base.visible import printable
from aggregator.codes import Code
from aggregator.errors import CollectError
from aggregator.model.fetching import Ask, Reply
from aggregator.network import body as bodies
from aggregator.network.address import PORTS, Address, parse
from aggregator.network.connect import Allowance, GuardedBackend, Network
from aggregator.network.headers import received, to_send, trusted
from aggregator.network.proxy import proxy, require_public_target
from aggregator.network.redirects import Chain
from aggregator.network.turns import Turns
from aggregator.ports import Clock

MOST_CLIENTS = 32
"""Groups of connections that are kept, the least used go first."""
REDIRECT_GAP = 1.0
"""Seconds of pause before a request that a redirect leads to, at most."""
IDLE_CONNECTIONS = 8
IDLE_SECONDS = 15.0
DROPPED = 65_536
"""Bytes of a body that nobody wants, which are read so that the connection can serve again."""
DROPPING_SECONDS = 2.0
HEADERS_BYTES = 1_000_000
"""Beside the body: headers, and the framing of its pieces."""


@dataclass(frozen=True, slots=True)
class Payload:
    """What is sent beside an Ask."""

    method: str = "GET"
    body: bytes = b""
    headers: tuple[tuple[str, str], ...] = ()


class HttpFetcher:
    """ports.Fetcher over HTTP/1.1. Thread-safe.

    Only http and https to the public internet. ``Manner.allow_private`` opens ``Manner.origin`` (scheme, host and
    port) wherever it is, and nothing else. Redirects are followed here, each checked like the first address. With
    ``Manner.proxy`` the proxy looks names up, so only what it is asked for can be checked, not where that is.
    Cookies are not kept, no Referer is sent.
    """

    def __init__(self, agent: str, clock: Clock, network: Network = Network()) -> None:  # noqa: B008 - frozen
        self._agent = agent
        self._turns = Turns(clock)
        self._allowance = Allowance()
        self._clients = _Clients(network, self._allowance)

    def get(self, ask: Ask) -> Reply:
        """ports.Fetcher.get."""
        into = BytesIO()
        reply = self.stream(ask, into)
        return replace(reply, body=into.getvalue())

    def stream(self, ask: Ask, into: BinaryIO, call: Payload = Payload()) -> Reply:
        """The same with the body written to a file, and with any method; ``Reply.body`` is empty.

        Only the body of a 2xx answer is written; after an error there may be a part of it. The body of a request
        is sent again for 307 and 308 alone; another redirect of what is no GET is handed back as it is. The call's
        headers go to every host of the way: no secrets there. Raises as ``get``.
        """
        chain = Chain(parse(ask.url), call.method)
        self._allowance.begin(ask.seconds)
        with _explained(chain):
            while True:
                status, headers = self._hop(ask, chain.at, call, into, first=not chain.begun)
                if not chain.onward(status, headers.get("location", "")):
                    break
        return Reply(chain.at.url if chain.begun else ask.url, status, headers, b"", chain.moved)

    def close(self) -> None:
        """Ends all connections."""
        self._clients.close()

    def _hop(self, ask: Ask, at: Address, call: Payload, into: BinaryIO, first: bool) -> tuple[int, dict[str, str]]:
        """One request; status and headers of its answer."""
        inside = ask.manner.allow_private and trusted(ask, at)
        if ask.manner.proxy and not inside:
            require_public_target(at)
        asked = time.monotonic()
        # Where redirects lead, the source's own pause would only hold up those who ask there.
        gap = ask.manner.gap if first else min(ask.manner.gap, REDIRECT_GAP)
        with self._turns.turn(at.host, gap):
            self._allowance.next(at.host, ask.limit + ask.limit // 8 + HEADERS_BYTES, time.monotonic() - asked)
            with self._clients.lease(_Group.of(at, inside, ask.manner.proxy)) as client:
                fields = to_send(ask, at, self._agent, call.headers)
                request = httpx.Request(
                    call.method,
                    _spelled(at.origin),
                    headers=fields,
                    content=call.body or None,
                    extensions={"address": at},
                )
                response = self._begin(client, request)
                try:
                    return response.status_code, self._take(ask, response, into)
                finally:
                    response.close()

    def _begin(self, client: httpx.Client, request: httpx.Request) -> httpx.Response:
        """The answer up to its headers. A server may end an idle connection just as it is used again: then a GET
        is sent once more."""
        try:
            return client.send(request, stream=True)
        except (httpcore.NetworkError, httpcore.RemoteProtocolError):
            if self._allowance.connected or request.method != "GET":
                raise
        return client.send(request, stream=True)

    def _take(self, ask: Ask, response: httpx.Response, into: BinaryIO) -> dict[str, str]:
        status = response.status_code
        headers = received(response.extensions["fields"])
        length = int(headers.get("content-length") or 0)
        if not 200 <= status < 300 or status in {204, 205}:
            if length <= DROPPED or status == 304:  # whose Content-Length is that of a body not sent
                self._drop(response)
        elif length > ask.limit:
            raise bodies.too_large(ask.limit)
        else:
            bodies.take(response.iter_raw(), headers.get("content-encoding", ""), ask.limit, into)
        return headers

    def _drop(self, response: httpx.Response) -> None:
        """The status has said all; a body that breaks off or takes long only costs its connection."""
        size = 0
        harmless = (CollectError, httpcore.NetworkError, httpcore.ProtocolError)
        with suppress(*harmless), self._allowance.at_most(DROPPING_SECONDS):
            for piece in response.iter_raw():
                size += len(piece)
                if size > DROPPED:
                    break


@lru_cache(maxsize=512)
def _spelled(origin: str) -> httpx.URL:
    """httpx would take the address apart for every request."""
    return httpx.URL(origin)


@contextmanager
def _explained(chain: Chain) -> Iterator[None]:
    """Turns what httpcore and httpx raise into CollectError; what was to be sent, and may be secret, is not shown."""
    try:
        yield
    except httpcore.ProxyError as error:
        reason = printable(str(error))[:100]
        raise CollectError(Code.UNREACHABLE, f"{chain.at.host}: the proxy answers {reason}", "check proxy") from error
    except (httpcore.LocalProtocolError, httpx.InvalidURL):
        message = f"{chain.at.host}: the request cannot be written"
        raise CollectError(Code.PROTOCOL, message, "check headers, user_agent and auth_file of the source") from None
    except (httpcore.NetworkError, httpcore.ProtocolError) as error:
        reason = printable(str(error))[:200] or "the connection broke off"
        hint = "its server is at fault, or something between; tell its operator if it stays so"
        raise CollectError(Code.PROTOCOL, f"{chain.at.host}: no sound HTTP answer: {reason}", hint) from error


@dataclass(frozen=True, slots=True)
class _Group:
    """What connections may be shared by. A connection to a private address serves nobody but who may have it."""

    secure: bool
    trusts: Address | None
    proxy: str | None

    @classmethod
    def of(cls, at: Address, inside: bool, proxy: str | None) -> _Group:
        return cls(at.scheme == "https", replace(at, target="/") if inside else None, proxy)


@dataclass(slots=True)
class _Lease:
    client: httpx.Client
    users: int = 0


class _Clients:
    """One httpx.Client a group, MOST_CLIENTS of them."""

    def __init__(self, network: Network, allowance: Allowance) -> None:
        self._network = network
        self._allowance = allowance
        self._lock = threading.Lock()
        self._leases: OrderedDict[_Group, _Lease] = OrderedDict()
        self._context: ssl.SSLContext | None = None

    @contextmanager
    def lease(self, group: _Group) -> Iterator[httpx.Client]:
        lease = self._take(group)
        try:
            yield lease.client
        finally:
            with self._lock:
                lease.users -= 1

    def close(self) -> None:
        with self._lock:
            for lease in self._leases.values():
                lease.client.close()
            self._leases.clear()

    def _take(self, group: _Group) -> _Lease:
        with self._lock:
            lease = self._leases.get(group)
            if lease is None:
                self._retire()
                lease = self._leases[group] = _Lease(self._made(group))
            self._leases.move_to_end(group)
            lease.users += 1
            return lease

    def _retire(self) -> None:
        """Closes what was least used lately, of what nobody uses now."""
        idle = [group for group, lease in self._leases.items() if not lease.users]
        for group in idle[: max(0, len(self._leases) + 1 - MOST_CLIENTS)]:
            self._leases.pop(group).client.close()

    def _made(self, group: _Group) -> httpx.Client:
        # httpx would log every address it asks, and some hold keys.
        logging.getLogger("httpx").setLevel(logging.WARNING)
        return httpx.Client(transport=_Transport(self._pool(group)), trust_env=False, follow_redirects=False)

    def _pool(self, group: _Group) -> httpcore.ConnectionPool:
        through, auth = proxy(group.proxy) if group.proxy else (None, None)
        trusts = through or group.trusts
        if group.secure and self._context is None:
            self._context = self._network.trust()
        backend = GuardedBackend(self._network, self._allowance, (trusts.host, trusts.port) if trusts else None)
        return httpcore.ConnectionPool(
            ssl_context=self._context if group.secure else None,
            proxy=httpcore.Proxy(through.origin, auth) if through else None,
            max_connections=None,
            max_keepalive_connections=IDLE_CONNECTIONS,
            keepalive_expiry=IDLE_SECONDS,
            network_backend=backend,
        )


class _Transport(httpx.BaseTransport):
    """httpx's own transport takes no network backend; this one is the same line to httpcore, with ours.

    What was checked is what is asked: the address comes round httpx's own parser, as an extension. So do the header
    fields of the answer: httpx would keep cookies, read Location before our guard does, and unpack without limit.
    """

    def __init__(self, pool: httpcore.ConnectionPool) -> None:
        self._pool = pool

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        at: Address = request.extensions["address"]
        port = None if at.port == PORTS[at.scheme] else at.port
        place = httpcore.URL(scheme=at.scheme, host=at.host, port=port, target=at.target)
        asked = httpcore.Request(request.method, place, headers=request.headers.raw, content=request.stream)
        answer = self._pool.handle_request(asked)
        return httpx.Response(answer.status, stream=_Pieces(answer), extensions={"fields": answer.headers})

    def close(self) -> None:
        self._pool.close()


class _Pieces(httpx.SyncByteStream):
    def __init__(self, answer: httpcore.Response) -> None:
        self._answer = answer

    def __iter__(self) -> Iterator[bytes]:
        return self._answer.iter_stream()

    def close(self) -> None:
        self._answer.close()
