"""Guarded connections: a name is looked up once, and the address that was checked is the one connected to.

This is the network backend of httpcore, on which httpx stands. A guard before the client would look a name up,
and the client again: the second answer may be another (DNS rebinding). Here there is no second look-up. TLS and
the Host header still go by the name.
"""

from __future__ import annotations

import queue
import select
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import httpcore

from aggregator.base.visible import printable
from aggregator.codes import Code
from aggregator.errors import CollectError
from aggregator.network.reach import literal, not_public

MOST_ADDRESSES = 8
"""Of one name; further ones are not tried."""


def look_up(host: str, port: int) -> list[str]:
    """IP addresses of a host by the system's resolver, best first. Raises OSError, UnicodeError."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(sockaddr[0]) for _, _, _, _, sockaddr in found))


def trusted() -> ssl.SSLContext:
    """The system's certificate authorities (an operator may have added one), and Mozilla's where it has few."""
    import certifi  # noqa: PLC0415 - needed with the first https address

    context = ssl.create_default_context()
    context.load_verify_locations(certifi.where())
    return context


@dataclass(frozen=True, slots=True)
class Network:
    """What connections are made with; tests put their own world here."""

    resolve: Callable[[str, int], Sequence[str]] = look_up
    dial: Callable[[tuple[str, int], float], socket.socket] = socket.create_connection
    """Connects to an IP address and port, within seconds. Raises OSError."""
    trust: Callable[[], ssl.SSLContext] = trusted


class Allowance(threading.local):
    """What the request that this thread makes may still cost. A connection may serve many threads, one by one."""

    def __init__(self) -> None:
        self.host = ""
        """Which is asked now."""
        self.seconds = 0.0
        self.until = 0.0
        """Of the monotonic clock."""
        self.bytes = 0
        """To be read from sockets, headers and framing included."""
        self.connected = False
        """Whether this request had to open its connection."""

    def begin(self, seconds: float) -> None:
        self.seconds = seconds
        self.until = time.monotonic() + seconds

    def next(self, host: str, size: int, waited: float) -> None:
        """For the next request of a chain, after ``waited`` seconds that do not count."""
        self.host = host
        self.bytes = size
        self.until += waited
        self.connected = False

    def left(self) -> float:
        """Seconds that are left. Raises CollectError ``timeout`` if there are none."""
        left = self.until - time.monotonic()
        if left <= 0:
            raise self.late()
        return left

    def late(self) -> CollectError:
        hint = "try again later; raise limits.download_seconds if the server is known to be slow"
        return CollectError(Code.TIMEOUT, f"{self.host}: no whole answer within {self.seconds:g} seconds", hint)

    def read(self, count: int) -> None:
        self.bytes -= count
        if self.bytes < 0:
            raise CollectError(
                Code.TOO_LARGE, "the answer is larger than allowed", "raise limits.download if it is meant to be"
            )

    @contextmanager
    def at_most(self, seconds: float) -> Iterator[None]:
        """For a part of the request that is not worth more time than this."""
        until = self.until
        self.until = min(until, time.monotonic() + seconds)
        try:
            yield
        finally:
            self.until = until


class Stream(httpcore.NetworkStream):
    """A connection whose every step is held to the allowance of the thread that uses it."""

    def __init__(self, sock: socket.socket, host: str, allowance: Allowance) -> None:
        self._sock = sock
        self._host = host
        self._allowance = allowance

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ARG002 - httpcore's signature
        """Raises CollectError ``timeout``, ``too-large``; httpcore.ReadError."""
        self._sock.settimeout(self._allowance.left())
        try:
            data = self._sock.recv(max_bytes)
        except TimeoutError as error:
            raise self._allowance.late() from error
        except OSError as error:
            raise httpcore.ReadError(_reason(error)) from error
        self._allowance.read(len(data))
        return data

    def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ARG002
        """Raises CollectError ``timeout``; httpcore.WriteError, after which httpcore still reads what was answered."""
        if not buffer:
            return
        self._sock.settimeout(self._allowance.left())
        try:
            self._sock.sendall(buffer)
        except TimeoutError as error:
            raise self._allowance.late() from error
        except OSError as error:
            raise httpcore.WriteError(_reason(error)) from error

    def close(self) -> None:
        self._sock.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ARG002
    ) -> Stream:
        """Raises CollectError ``tls``, ``timeout``."""
        host = server_hostname or self._host
        try:
            self._sock.settimeout(self._allowance.left())
            sock = ssl_context.wrap_socket(self._sock, server_hostname=host)
        except TimeoutError as error:
            self.close()
            raise self._allowance.late() from error
        except OSError as error:
            self.close()
            raise _tls(host, error) from error
        except BaseException:
            self.close()
            raise
        return Stream(sock, host, self._allowance)

    def get_extra_info(self, info: str) -> object:
        if info == "ssl_object":
            return self._sock if isinstance(self._sock, ssl.SSLSocket) else None
        if info == "socket":
            return self._sock
        return self._readable() if info == "is_readable" else None

    def _readable(self) -> bool:
        """Whether reading would not wait: with an idle connection, that the server has ended it."""
        if self._sock.fileno() < 0:
            return True
        poll = select.poll()
        poll.register(self._sock, select.POLLIN)
        return bool(poll.poll(0))


class GuardedBackend(httpcore.NetworkBackend):
    """Opens connections to the public internet, and to the one other host and port that it is told to trust."""

    def __init__(self, network: Network, allowance: Allowance, trusts: tuple[str, int] | None) -> None:
        self._network = network
        self._allowance = allowance
        self._trusts = trusts

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ARG002
        local_address: str | None = None,  # noqa: ARG002
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,  # noqa: ARG002
    ) -> Stream:
        """Raises CollectError ``private-address`` ``dns`` ``refused`` ``unreachable`` ``timeout``."""
        self._allowance.connected = True
        addresses = self._checked(host, port)
        for number, address in enumerate(addresses, 1):
            share = self._allowance.left() / (len(addresses) - number + 1)
            try:
                sock = self._network.dial((address, port), share)
            except OSError as error:
                if number < len(addresses):
                    continue
                raise _unconnected(f"{host} (at {address}, port {port})", error) from error
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            return Stream(sock, host, self._allowance)
        raise CollectError(Code.DNS, f"{host} has no address", "check the spelling of the host")

    def _checked(self, host: str, port: int) -> Sequence[str]:
        """The host's addresses. One of them that may not be reached is enough to refuse the host: which one is
        taken would be for its owner to choose."""
        addresses = [host] if literal(host) else self._resolved(host, port)
        if (host, port) == self._trusts:
            return addresses
        for address in addresses:
            require_public(host, address)
        return addresses

    def _resolved(self, host: str, port: int) -> Sequence[str]:
        """In a thread of its own, for the system's resolver knows no time limit."""
        answers: queue.SimpleQueue[Sequence[str] | Exception] = queue.SimpleQueue()

        def ask() -> None:
            try:
                answers.put(self._network.resolve(host, port))
            except (OSError, UnicodeError) as error:
                answers.put(error)

        threading.Thread(target=ask, name=f"look up {host}", daemon=True).start()
        try:
            answer = answers.get(timeout=self._allowance.left())
        except queue.Empty:
            raise self._allowance.late() from None
        if isinstance(answer, Exception):
            raise CollectError(
                Code.DNS, f"{host}: {_reason(answer)}", "check the spelling of the host, and the DNS here"
            )
        return answer[:MOST_ADDRESSES]


def require_public(host: str, address: str) -> None:
    """Raises CollectError ``private-address`` unless the IP address, which is the host's, is the internet's."""
    try:
        what = not_public(address)
    except ValueError:
        what = "no IP address"
    if what:
        at = "" if address == host else f" is at {address}, which"
        hint = "allow_private: true in the source that has this address as its url allows its scheme, host and port"
        raise CollectError(Code.PRIVATE_ADDRESS, f"{host}{at} is not on the public internet: {what}", hint)


def _unconnected(where: str, error: OSError) -> CollectError:
    if isinstance(error, ConnectionRefusedError):
        return CollectError(Code.REFUSED, f"{where} refuses connections", "check that its server runs")
    if isinstance(error, TimeoutError):
        return CollectError(Code.TIMEOUT, f"{where} does not answer", "check that its server runs")
    return CollectError(Code.UNREACHABLE, f"{where}: {_reason(error)}", "check the network here")


def _tls(host: str, error: OSError) -> CollectError:
    if isinstance(error, ssl.SSLCertVerificationError):
        reason = f"its certificate is not trusted: {error.verify_message}"
        return CollectError(
            Code.TLS,
            f"{host}: {printable(reason)}",
            "its operator must mend the certificate, or yours add its authority",
        )
    reason = (getattr(error, "reason", None) or _reason(error)).replace("_", " ").lower()
    return CollectError(Code.TLS, f"{host}: no secure connection: {reason}", "check the scheme and port of the address")


def _reason(error: Exception) -> str:
    return printable(getattr(error, "strerror", None) or str(error) or type(error).__name__)
