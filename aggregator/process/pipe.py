"""Messages between two processes of ours; every wait for one has its limit, also within a message."""

from __future__ import annotations

import pickle
import select
import socket
import struct
import time
from typing import Any

_LENGTH = struct.Struct("!Q")


class Pipe:
    """One end of a pair of sockets. One thread at a time sends, and one receives."""

    def __init__(self, end: socket.socket) -> None:
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
        self._end.settimeout(seconds)
        self._end.sendall(_LENGTH.pack(len(body)))
        self._end.sendall(body)

    def receive_bytes(self, seconds: float | None = None) -> bytearray:
        """What ``send_bytes`` sent; the same errors."""
        until = None if seconds is None else time.monotonic() + seconds
        (length,) = _LENGTH.unpack(self._exactly(_LENGTH.size, until))
        return self._exactly(length, until)

    def poll(self, seconds: float) -> bool:
        """Whether a message begins within so long, or the other end has closed."""
        readable, _, _ = select.select([self._end], [], [], seconds)
        return bool(readable)

    def close(self) -> None:
        self._end.close()

    def _exactly(self, length: int, until: float | None) -> bytearray:
        body = bytearray(length)
        view, done = memoryview(body), 0
        while done < length:
            self._end.settimeout(None if until is None else _left(until))
            taken = self._end.recv_into(view[done:])
            if not taken:
                raise EOFError
            done += taken
        return body


def _left(until: float) -> float:
    left = until - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left
