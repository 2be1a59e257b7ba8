"""Messages between two processes of ours; every wait for one has its limit, also within a message."""

from __future__ import annotations

import errno
import math
import pickle
import select
import socket
import struct
import time
from contextlib import suppress
from typing import Any

_LENGTH = struct.Struct("!Q")
MOST = 1 << 30
"""Bytes of a message: more are none that anybody sent."""


class Pipe:
    """One end of a pair of sockets. One thread at a time sends, and one receives; each keeps its own time."""

    def __init__(self, end: socket.socket) -> None:
        # A time limit of the socket would be one for both directions.
        end.setblocking(False)
        self._end = end

    @classmethod
    def of(cls, descriptor: int) -> Pipe:
        """The end that this process was started with."""
        return cls(socket.socket(fileno=descriptor))

    def send(self, message: object, seconds: float | None = None) -> None:
        """A value that can be pickled. Raises TimeoutError, OSError."""
        self.send_bytes(pickle.dumps(message, pickle.HIGHEST_PROTOCOL), seconds)

    def receive(self, seconds: float | None = None) -> Any:
        """The next value. Raises TimeoutError where it is not there whole in time, EOFError, OSError."""
        return pickle.loads(self.receive_bytes(seconds))  # noqa: S301 - from a process that we started

    def send_bytes(self, body: bytes, seconds: float | None = None) -> None:
        """Bytes as they are; the same errors."""
        until = _until(seconds)
        for part in (_LENGTH.pack(len(body)), body):
            rest = memoryview(part)
            while rest:
                try:
                    rest = rest[self._end.send(rest) :]
                except BlockingIOError:
                    self._wait(select.POLLOUT, until)

    def receive_bytes(self, seconds: float | None = None) -> bytearray:
        """What ``send_bytes`` sent; the same errors, and ValueError for what it cannot have sent."""
        until = _until(seconds)
        (length,) = _LENGTH.unpack(self._exactly(_LENGTH.size, until))
        if length > MOST:
            raise ValueError(f"a message of {length} bytes")
        return self._exactly(length, until)

    def poll(self, seconds: float) -> bool:
        """Whether a message begins within so long, or the other end has closed."""
        return self._is_ready(select.POLLIN, _until(seconds))

    def close(self) -> None:
        """Whoever waits here gets an EOFError or an OSError."""
        with suppress(OSError):
            self._end.shutdown(socket.SHUT_RDWR)
        self._end.close()

    def _exactly(self, length: int, until: float | None) -> bytearray:
        body = bytearray(length)
        rest = memoryview(body)
        while rest:
            try:
                taken = self._end.recv_into(rest)
            except BlockingIOError:
                self._wait(select.POLLIN, until)
                continue
            if not taken:
                raise EOFError
            rest = rest[taken:]
        return body

    def _wait(self, event: int, until: float | None) -> None:
        if not self._is_ready(event, until):
            raise TimeoutError

    def _is_ready(self, event: int, until: float | None) -> bool:
        if (descriptor := self._end.fileno()) < 0:
            raise OSError(errno.EBADF, "it was closed")
        poller = select.poll()
        poller.register(descriptor, event)
        left = None if until is None else max(0, math.ceil((until - time.monotonic()) * 1000))
        return bool(poller.poll(left))


def _until(seconds: float | None) -> float | None:
    return None if seconds is None else time.monotonic() + seconds
