"""A web server on a loopback port that plays what a test writes: answers, and every kind of misbehaviour.

    with serve({"/feed": Answer(200, {"ETag": '"1"'}, b"<rss/>")}) as site:
        fetcher.get(Ask(site.url("/feed"), Manner(origin=site.origin, allow_private=True)))
        site.routes["/feed"] = redirect("/other", 301)
        assert site.requests[-1].headers["if-none-match"] == '"1"'

A route is an Answer, a function of the request that gives one, or a Raw that writes to the connection as it likes.
"""

from __future__ import annotations

import socket
import ssl
import threading
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Answer:
    """Content-Length is added; so is what a header of several values (a tuple) needs."""

    status: int = 200
    headers: Mapping[str, str | tuple[str, ...]] = field(default_factory=dict)
    body: bytes = b""

    def head(self) -> bytes:
        lines = [f"HTTP/1.1 {self.status} As Told"]
        for name, values in self.headers.items():
            lines += [f"{name}: {value}" for value in ((values,) if isinstance(values, str) else values)]
        stated = {name.lower() for name in self.headers}
        if self.status not in {204, 304} and not stated & {"content-length", "transfer-encoding"}:
            lines.append(f"Content-Length: {len(self.body)}")
        return "\r\n".join([*lines, "", ""]).encode("utf-8")


@dataclass(frozen=True, slots=True)
class Asked:
    """A request as it came."""

    method: str
    target: str
    """Path and query."""
    headers: Mapping[str, str]
    """By lower-case name."""
    body: bytes = b""


class Line:
    """The connection, for what plays raw."""

    def __init__(self, connection: socket.socket, closing: threading.Event) -> None:
        self._connection = connection
        self._closing = closing

    def send(self, data: bytes) -> None:
        """Raises OSError once the client has gone."""
        self._connection.sendall(data)

    def pause(self, seconds: float) -> None:
        """Ends early, with ConnectionError, when the server is closed."""
        if self._closing.wait(seconds):
            raise ConnectionAbortedError


@dataclass(frozen=True, slots=True)
class Raw:
    """Plays on the connection, which is closed after it."""

    play: Callable[[Line], None]


Route = Answer | Raw | Callable[[Asked], Answer | Raw]


class Site:
    """What is served; routes may be changed while it runs. A path without a route is 404."""

    def __init__(self, routes: Mapping[str, Route], place: tuple[str, int], scheme: str) -> None:
        self.routes: dict[str, Route] = dict(routes)
        self.host, self.port = place
        self.scheme = scheme
        self.requests: list[Asked] = []
        self.connections = 0

    @property
    def origin(self) -> str:
        return f"{self.scheme}://{self.host}:{self.port}"

    def url(self, path: str = "/") -> str:
        return self.origin + path

    def asked(self, path: str) -> list[Asked]:
        """The requests for one path, whatever their query."""
        return [asked for asked in self.requests if asked.target.partition("?")[0] == path]

    def answer(self, asked: Asked) -> Answer | Raw:
        self.requests.append(asked)
        route = self.routes.get(asked.target) or self.routes.get(asked.target.partition("?")[0]) or Answer(404)
        return route if isinstance(route, (Answer, Raw)) else route(asked)


@contextmanager
def serve(routes: Mapping[str, Route], tls: ssl.SSLContext | None = None, host: str = "127.0.0.1") -> Iterator[Site]:
    """Serves until the block ends; then all connections are closed and all threads have ended.

    ``host``: another address of the loopback interface is another host to those who ask.
    """
    with socket.create_server((host, 0), backlog=64) as listener:
        site = Site(routes, listener.getsockname(), "https" if tls else "http")
        server = _Server(site, listener, tls)
        try:
            yield site
        finally:
            server.close()


class _Server:
    def __init__(self, site: Site, listener: socket.socket, tls: ssl.SSLContext | None) -> None:
        self._site = site
        self._listener = listener
        self._tls = tls
        self._closing = threading.Event()
        self._open: dict[threading.Thread, socket.socket] = {}
        self._accepting = threading.Thread(target=self._accept)
        self._accepting.start()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                connection, _ = self._listener.accept()
                self._site.connections += 1
                thread = threading.Thread(target=self._converse, args=(connection,))
                self._open[thread] = connection
                thread.start()

    def close(self) -> None:
        self._closing.set()
        self._listener.shutdown(socket.SHUT_RDWR)
        self._accepting.join()
        for thread, connection in list(self._open.items()):
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
            thread.join()

    def _converse(self, connection: socket.socket) -> None:
        with suppress(OSError), connection:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if self._tls is None:
                self._answer_all(connection)
            else:
                with self._tls.wrap_socket(connection, server_side=True) as wrapped:
                    self._open[threading.current_thread()] = wrapped
                    self._answer_all(wrapped)

    def _answer_all(self, connection: socket.socket) -> None:
        with connection.makefile("rb") as reader:
            if self._tls is None and reader.peek(1)[:1] == b"\x16":
                # The greeting of TLS, in which a line need not end.
                connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")
                return
            while (asked := _read(reader.readline, reader.read)) is not None:
                answer = self._site.answer(asked)
                if isinstance(answer, Raw):
                    answer.play(Line(connection, self._closing))
                    return
                connection.sendall(answer.head() + (b"" if asked.method == "HEAD" else answer.body))


def _read(line: Callable[[], bytes], read: Callable[[int], bytes]) -> Asked | None:
    parts = line().decode("latin-1").split()
    if len(parts) != 3:
        return None
    headers: dict[str, str] = {}
    while field_line := line().decode("latin-1").strip():
        name, _, value = field_line.partition(":")
        headers[name.lower()] = value.strip()
    return Asked(parts[0], parts[1], headers, read(int(headers.get("content-length", "0"))))


def redirect(to: str, status: int = 302, body: bytes = b"") -> Answer:
    return Answer(status, {"Location": to}, body)


def exactly(data: bytes) -> Raw:
    """Sends these bytes, whatever they are, and closes."""
    return Raw(lambda line: line.send(data))


def slow(head: bytes, drop: bytes, every: float = 0.02) -> Raw:
    """Sends ``head``, then a drop every so many seconds, for ever (slow loris)."""

    def play(line: Line) -> None:
        line.send(head)
        while True:
            line.pause(every)
            line.send(drop)

    return Raw(play)


def silent() -> Raw:
    """Never answers."""
    return slow(b"", b"", every=3600)


def endless(head: bytes, piece: bytes) -> Raw:
    """Sends ``head``, then pieces as fast as they are taken, for ever."""

    def play(line: Line) -> None:
        line.send(head)
        while True:
            line.send(piece)

    return Raw(play)


def gzip_bomb(size: int) -> Raw:
    """A gzip body of ``size`` zeros, about a thousandth of that as sent."""

    def play(line: Line) -> None:
        line.send(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nConnection: close\r\n\r\n")
        packer = zlib.compressobj(9, zlib.DEFLATED, 31)
        zeros = bytes(1_000_000)
        for _ in range(size // len(zeros)):
            line.send(packer.compress(zeros))
        line.send(packer.flush())

    return Raw(play)
