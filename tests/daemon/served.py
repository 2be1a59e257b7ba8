"""A server whose clock a test sets, and a client that sends what it likes."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TypeVar

from starlette.types import Receive, Scope, Send

from aggregator.daemon.listen import listen
from aggregator.daemon.serving import Serving
from aggregator.model.config import Server

LARGE = 50_000_000
PIECE = 65_536
_T = TypeVar("_T")


@dataclass
class Served:
    """A running server; ``go`` lets ``/held`` be answered."""

    address: tuple[str, int]
    settings: Server
    seconds: float = 0.0
    asked: list[str] = field(default_factory=list)
    sent: int = 0
    server: Serving = field(init=False)
    loop: asyncio.AbstractEventLoop = field(init=False)
    go: asyncio.Event = field(init=False)

    def connect(self, data: bytes = b"") -> socket.socket:
        """A connection on which something was sent. Whoever reads it waits until told, or until it is closed."""
        opened = socket.create_connection(self.address)
        opened.sendall(data)
        return opened

    def ask(self, data: bytes) -> bytes:
        """All that comes until the server closes."""
        with self.connect(data) as opened:
            return rest_of(opened)

    def passes(self, seconds: float) -> None:
        """So much time later the server looks for those that are late."""

        def later() -> None:
            self.seconds += seconds
            self.server.watch()

        self.on_loop(later)

    def on_loop(self, call: Callable[[], _T]) -> _T:
        """What a call gives, made between two steps of the server."""

        async def called() -> _T:
            return call()

        return asyncio.run_coroutine_threadsafe(called(), self.loop).result()

    async def app(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope["path"]
        self.asked.append(path)
        if path == "/held":
            await self.go.wait()
        body = b"!" * LARGE if path == "/large" else path.encode()
        if path == "/read":
            body = (await receive())["body"]
        headers = [(b"content-length", str(len(body)).encode())]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        for start in range(0, len(body), PIECE):
            await send({"type": "http.response.body", "body": body[start : start + PIECE], "more_body": True})
            self.sent = start
        await send({"type": "http.response.body", "body": b""})


def rest_of(opened: socket.socket) -> bytes:
    """What comes until the server closes; a connection that it resets is closed, too."""
    taken = b""
    try:
        while piece := opened.recv(65_536):
            taken += piece
    except ConnectionResetError:
        return taken
    return taken


def until_end_of(opened: socket.socket, mark: bytes) -> bytes:
    """What comes up to a mark."""
    taken = b""
    while not taken.endswith(mark):
        piece = opened.recv(1)
        assert piece, taken
        taken += piece
    return taken


@contextmanager
def served(settings: Server, room: int = 1_000) -> Iterator[Served]:
    with listen("127.0.0.1", 0) as listener:
        running = Served(listener.getsockname(), settings)
        running.server = Serving(running.app, lambda: running.settings, room, lambda: running.seconds)
        started = threading.Event()

        async def serve() -> None:
            running.loop, running.go = asyncio.get_running_loop(), asyncio.Event()
            running.loop.call_soon(started.set)
            await running.server.serve([listener])

        thread = threading.Thread(target=asyncio.run, args=(serve(),))
        thread.start()
        started.wait()
        try:
            yield running
        finally:
            running.server.should_exit = True
            thread.join()
