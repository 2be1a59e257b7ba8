"""uvicorn's server with connections of our own: bounded, watched, and taken one by one."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable
from typing import Any, cast

import uvicorn

from aggregator.daemon.connections import Bounds, Connections
from aggregator.daemon.listen import Acceptor
from aggregator.daemon.protocol import Protocol
from aggregator.model.config import Server

GRACE_SECONDS = 2
"""For answers under way when it is told to end."""
READ_BYTES = 16_384
"""Taken from a connection at once: what one client can have us hold before anything of it is judged."""
TICKS_A_SECOND = 10
"""Of uvicorn's main loop."""


class Serving(uvicorn.Server):
    """Serves an application until it is told to end.

    ``settings`` is asked again and again, so that edited limits hold at once; ``room``: connections that the process
    has descriptors for; ``now``: seconds of a clock that never goes back.
    """

    def __init__(
        self, app: Any, settings: Callable[[], Server], room: int, now: Callable[[], float] = time.monotonic
    ) -> None:
        super().__init__(
            uvicorn.Config(
                app,
                interface="asgi3",
                http="h11",
                ws="none",
                loop="asyncio",
                lifespan="off",
                log_config=None,
                access_log=False,
                proxy_headers=False,
                server_header=False,
                timeout_graceful_shutdown=GRACE_SECONDS,
            )
        )
        self._settings = settings
        self._room = room
        self._now = now
        self._buffer = bytearray(READ_BYTES)
        self.connections = Connections()
        """Those that are open now."""

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Takes connections from the sockets, where uvicorn would have asyncio do so."""
        await self.lifespan.startup()
        acceptors = [
            Acceptor(each, self.connections, self._bounds, self._protocol, self._now) for each in sockets or []
        ]
        # What uvicorn asks of them is ``close`` and ``wait_closed``.
        self.servers = cast(Any, acceptors)
        self.started = True

    async def on_tick(self, counter: int) -> bool:
        if counter % TICKS_A_SECOND == 0:
            self.watch()
        return await super().on_tick(counter)

    def watch(self) -> None:
        """Ends the connections that have kept us waiting too long."""
        now, settings = self._now(), self._settings()
        for connection in tuple(self.server_state.connections):
            cast(Protocol, connection).watch(now, settings)

    def _protocol(self) -> Protocol:
        return Protocol(
            self.connections,
            self._settings(),
            self._now,
            self._buffer,
            config=self.config,
            server_state=self.server_state,
            app_state=self.lifespan.state,
        )

    def _bounds(self) -> Bounds:
        settings = self._settings()
        return Bounds(min(settings.connections, self._room), settings.per_address, settings.trusted_proxies)
