"""One connection: uvicorn's HTTP/1.1 by h11, with time limits, bounded requests and answers that nobody has to hold."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable, Sequence
from contextlib import suppress
from http import HTTPStatus
from typing import Any

import h11
from uvicorn.protocols.http.flow_control import CLOSE_HEADER
from uvicorn.protocols.http.h11_impl import H11Protocol

from aggregator.daemon.connections import Connections, Place
from aggregator.daemon.framing import BODY_BYTES, Framing
from aggregator.model.config import Server

LEAST_RATE = 1_000
"""Bytes of an answer a second, over ``stall_time``: whoever takes less does not read."""
LINGER_SECONDS = 2.0
"""Closing while bytes come in resets the connection, and the client may never see why it was refused (RFC 9112
section 9.6): so long they are thrown away instead."""
LINGER_BYTES = 1_000_000
"""No more is thrown away."""
UNSENT_BYTES = 65_536
"""Of an answer within the kernel: more would be taken there of what nobody reads."""


class Protocol(H11Protocol, asyncio.BufferedProtocol):
    """From the acceptance of a connection to its end; ``watch`` ends it when a limit has passed."""

    place: Place

    def __init__(
        self, table: Connections, server: Server, now: Callable[[], float], buffer: bytearray, **uvicorn_needs: Any
    ) -> None:
        """``buffer``: bytes are taken into it, one connection at a time."""
        super().__init__(**uvicorn_needs)
        self.conn: Framing = Framing()
        self.timeout_keep_alive = int(server.idle_time.total_seconds())
        self._table = table
        self._now = now
        self._buffer = buffer
        self._owed: type | None = h11.IDLE
        """IDLE: a request; SEND_BODY: the rest of one; None: nothing."""
        self._owed_since: float | None = now()
        """None while an answered connection may be idle, which uvicorn bounds."""
        self._body_bytes = 0
        self._stalled: tuple[float, int] | None = None
        """When bytes of an answer could not be sent, and how many had been until then."""
        self._lingers_since: float | None = None
        self._thrown_away = 0
        self._ended = False

    def end(self) -> None:
        """Ends it at once, whatever it does."""
        self._ended = True
        if self in self.connections:
            self.transport.abort()

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        # Whatever the kernel does not take at once has us wait before the next piece is made.
        transport.set_write_buffer_limits(0)
        super().connection_made(transport)
        with suppress(AttributeError, OSError):  # not everywhere, and not needed for being right
            opened = transport.get_extra_info("socket")
            opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NOTSENT_LOWAT, UNSENT_BYTES)
        if self._ended:
            transport.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        self._table.leave(self.place)
        super().connection_lost(exc)

    def get_buffer(self, sizehint: int) -> bytearray:  # noqa: ARG002
        return self._buffer

    def buffer_updated(self, nbytes: int) -> None:
        if self._lingers_since is not None:
            self._thrown_away += nbytes
            if self._thrown_away > LINGER_BYTES:
                self.end()
            return
        if self._owed is h11.SEND_BODY:
            self._body_bytes += nbytes
            if self._body_bytes > BODY_BYTES:
                self._refuse(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
                return
        self.data_received(bytes(memoryview(self._buffer)[:nbytes]))

    def eof_received(self) -> bool:  # type: ignore[override]
        """A client that has asked and closes its side still gets its answer, and then the end."""
        if self._is_answering() and self._lingers_since is None:
            self.cycle.keep_alive = False
            return True
        return False

    def handle_events(self) -> None:
        super().handle_events()
        if self._lingers_since is None and self.conn.they_are_waiting_for_100_continue:
            # It may not send its body once it has another answer than 100; what follows would be taken for it.
            self.headers.append(CLOSE_HEADER)
        self._look()

    def on_response_complete(self) -> None:
        self._table.works(self.place)
        super().on_response_complete()
        self._look()

    def pause_writing(self) -> None:
        super().pause_writing()
        self._table.waits(self.place, self._now())

    def watch(self, now: float, server: Server) -> None:
        """Ends it if it has kept us waiting too long; a drip of bytes does not help it."""
        if self._lingers_since is not None:
            if now - self._lingers_since > LINGER_SECONDS:
                self.end()
        elif self._is_stalled(now, server.stall_time.total_seconds()):
            self.end()
        elif self._owed_since is not None and now - self._owed_since > server.request_time.total_seconds():
            if self._owed is h11.SEND_BODY or self.conn.has_begun:
                self._refuse(HTTPStatus.REQUEST_TIMEOUT)
            else:
                self.end()

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002
        """Called by uvicorn for what h11 or we refuse."""
        self._refuse(self.conn.refusal)

    def shutdown(self) -> None:
        if self._lingers_since is not None:
            self.end()
        else:
            super().shutdown()

    def _should_upgrade(self) -> bool:
        return False

    def _is_answering(self) -> bool:
        return self.cycle is not None and not self.cycle.response_complete

    def _look(self) -> None:
        """Notes what the client owes us, and since when."""
        state, now = self.conn.their_state, self._now()
        owed = state if state in {h11.IDLE, h11.SEND_BODY} else None
        if owed is not self._owed:
            self._owed, self._body_bytes = owed, 0
            self._owed_since = now if owed is h11.SEND_BODY else None
        if owed is h11.IDLE and self._owed_since is None and self.conn.has_begun:
            self._owed_since = now
        if owed is not None or self._lingers_since is not None or self.flow.write_paused:
            self._table.waits(self.place, now)
        else:
            self._table.works(self.place)

    def _is_stalled(self, now: float, seconds: float) -> bool:
        unsent = self.transport.get_write_buffer_size()
        sent = self.conn.sent - unsent
        if not unsent:
            self._stalled = None
        elif self._stalled is None:
            self._stalled = now, sent
        elif now - self._stalled[0] > seconds:
            since, before = self._stalled
            self._stalled = now, sent
            return sent - before < LEAST_RATE * (now - since)
        return False

    def _refuse(self, status: HTTPStatus) -> None:
        """Says why, where nothing was said yet, and closes."""
        self._unset_keepalive_if_required()
        answered = self._owed is h11.SEND_BODY and not self._is_answering()
        if self._is_answering():
            if self.cycle.response_started:
                self.end()
                return
            # The answer that is being made goes nowhere.
            self.cycle.disconnected = True
            self.cycle.message_event.set()
        self._lingers_since = self._now()
        self._table.waits(self.place, self._lingers_since)
        self.flow.resume_reading()
        if not answered:
            self.transport.write(_said(status, self.server_state.default_headers))
        self.transport.write_eof()


def _said(status: HTTPStatus, headers: Sequence[tuple[bytes, bytes]]) -> bytes:
    words = status.phrase.encode("ascii")
    head = [b"HTTP/1.1 %d %s" % (status, words), b"content-type: text/plain; charset=utf-8"]
    head += [b"%s: %s" % header for header in headers]
    head += [b"content-length: %d" % len(words), b"connection: close"]
    return b"\r\n".join([*head, b"", words])
