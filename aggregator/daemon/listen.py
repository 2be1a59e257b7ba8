"""The socket that is served, and how connections are taken from it."""

from __future__ import annotations

import asyncio
import errno
import socket
from collections.abc import Callable

import structlog

from aggregator.daemon.connections import Arrival, Bounds, Connections
from aggregator.daemon.protocol import Protocol
from aggregator.errors import UsageError

LOG = structlog.get_logger()
BACKLOG = 2048
"""Connections that the kernel holds until they are taken."""
AT_ONCE = 16
"""Connections taken before those that are there have their turn again."""
PAUSE_SECONDS = 0.25
"""Until the next try when nothing more can be taken; what is at hand then is waiting in the kernel."""
_EXHAUSTED = frozenset({errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM})


def listen(host: str, port: int) -> socket.socket:
    """A bound socket; port 0 takes a free one. Raises UsageError if the address cannot be had."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # asyncio sets TCP_NODELAY only where the protocol is named; without it an answer waits for an acknowledgement.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(BACKLOG)
    except (OSError, OverflowError) as error:
        listener.close()
        raise UsageError(f"cannot listen on {host}:{port}: {error}", "choose another --host or --port") from error
    listener.set_inheritable(False)
    return listener


def address_of(listener: socket.socket) -> str:
    """``http://host:port`` of a bound socket."""
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


class Acceptor:
    """Takes connections from a listening socket, as many as there may be.

    asyncio's own loop takes all there are, and where descriptors are short it tries, and tells of it, hundreds of times
    a second. Here some that keep us waiting are ended; where none does, the rest waits in the kernel for a moment.
    """

    def __init__(
        self,
        listener: socket.socket,
        table: Connections,
        bounds: Callable[[], Bounds],
        make: Callable[[], Protocol],
        now: Callable[[], float],
    ) -> None:
        """Begins at once, on the running loop."""
        self._listener = listener
        self._table = table
        self._bounds = bounds
        self._make = make
        self._now = now
        self._loop = asyncio.get_running_loop()
        self._again: asyncio.TimerHandle | None = None
        self._opening: set[asyncio.Task[object]] = set()
        listener.setblocking(False)
        self._resume()

    def close(self) -> None:
        """Takes no more."""
        self._loop.remove_reader(self._listener)
        if self._again is not None:
            self._again.cancel()

    async def wait_closed(self) -> None:
        """Until all that were taken are open."""
        await asyncio.gather(*self._opening, return_exceptions=True)

    def _resume(self) -> None:
        self._again = None
        self._loop.add_reader(self._listener, self._take)

    def _pause(self) -> None:
        self._loop.remove_reader(self._listener)
        self._again = self._loop.call_later(PAUSE_SECONDS, self._resume)

    def _take(self) -> None:
        for _ in range(AT_ONCE):
            bounds = self._bounds()
            if not self._table.has_room(bounds):
                LOG.warning("no more connections are taken: all are at work", connections=bounds.most)
                self._pause()
                return
            try:
                connection, (host, *_) = self._listener.accept()
            except (BlockingIOError, InterruptedError, ConnectionAbortedError):
                return
            except OSError as error:
                if error.errno not in _EXHAUSTED:
                    raise
                LOG.warning("no more connections are taken: descriptors are short", error=error.strerror)
                if not sum(self._table.end_one() for _ in range(AT_ONCE)):
                    self._pause()
                return
            self._enter(connection, host, bounds)

    def _enter(self, connection: socket.socket, host: str, bounds: Bounds) -> None:
        protocol = self._make()
        arrival, place = self._table.enter(host, protocol.end, self._now(), bounds)
        if place is None:
            LOG.warning("a connection was refused: its address has as many as it may", per_address=bounds.per_address)
            connection.close()
            return
        if arrival is Arrival.INSTEAD:
            LOG.warning("a connection that kept us waiting was ended for a new one", connections=bounds.most)
        protocol.place = place
        connection.setblocking(False)
        opening = self._loop.create_task(self._open(protocol, connection))
        self._opening.add(opening)
        opening.add_done_callback(self._opening.discard)

    async def _open(self, protocol: Protocol, connection: socket.socket) -> None:
        try:
            await self._loop.connect_accepted_socket(lambda: protocol, connection)
        except OSError:
            # It went before it was there.
            self._table.leave(protocol.place)
            connection.close()
