"""Bodies, taken up to a limit: bytes as sent and bytes unpacked, and never much more than that in memory."""

from __future__ import annotations

import zlib
from collections.abc import Iterable
from typing import BinaryIO

from aggregator.codes import Code
from aggregator.errors import CollectError

STEP = 65_536
"""Bytes unpacked at once, however much a piece would give."""
MOST_MEMBERS = 100
"""Parts of one gzip body (RFC 1952, section 2.2)."""
CRUMBS, CRUMB = 5_000, 64
"""After so many pieces of a body they must be of so many bytes on average."""
_GZIP = 31
_ZLIB = 15
_BARE = -15
_KNOWN = {"": None, "identity": None, "gzip": _GZIP, "x-gzip": _GZIP, "deflate": _ZLIB}


def take(pieces: Iterable[bytes], coding: str, limit: int, into: BinaryIO) -> None:
    """Writes a body, unpacked by its Content-Encoding (RFC 9110, section 8.4), to a file.

    Raises CollectError ``too-large`` over ``limit`` bytes, as sent or unpacked; ``bad-encoding`` for a coding that
    was not asked for, or data that is not what it says.
    """
    window = _window(coding)
    unpacker = _Unpacker(window, limit, into) if window is not None else None
    sent = 0
    for number, piece in enumerate(pieces, 1):
        sent += len(piece)
        if sent > limit:
            raise too_large(limit)
        if number > CRUMBS and sent < number * CRUMB:
            hint = "its server is at fault; tell its operator if it stays so"
            raise CollectError(Code.PROTOCOL, "the body comes in crumbs, which cost more than they are worth", hint)
        if unpacker is None:
            into.write(piece)
        else:
            unpacker.feed(piece)
    if unpacker is not None and sent:
        unpacker.finish()


def too_large(limit: int) -> CollectError:
    return CollectError(
        Code.TOO_LARGE, f"the body is larger than {limit} bytes", "raise limits.download if it is meant to be"
    )


def _window(coding: str) -> int | None:
    try:
        return _KNOWN[coding.strip().lower()]
    except KeyError:
        raise _bad(f"the body is packed as {coding[:40]!r}, which was not asked for") from None


def _bad(message: str) -> CollectError:
    return CollectError(Code.BAD_ENCODING, message, "its server is at fault; tell its operator if it stays so")


class _Unpacker:
    def __init__(self, window: int, limit: int, into: BinaryIO) -> None:
        self._window = window
        self._left = limit
        self._limit = limit
        self._into = into
        self._inflate: zlib._Decompress | None = None
        self._members = 0

    def feed(self, piece: bytes) -> None:
        while piece:
            if self._inflate is None:
                if self._members and (self._window != _GZIP or piece[0] != 0x1F):
                    return  # what follows the end is padding
                self._inflate = self._begin(piece)
            piece = self._advance(self._inflate, piece)

    def finish(self) -> None:
        """What zlib still holds back; a member that is not whole is an error."""
        while self._inflate is not None:
            before = self._left
            self._advance(self._inflate, b"")
            if self._inflate is not None and self._left == before:
                raise _bad("the packed body ends too early")

    def _begin(self, piece: bytes) -> zlib._Decompress:
        self._members += 1
        if self._members > MOST_MEMBERS:
            raise _bad(f"the packed body is of over {MOST_MEMBERS} parts")
        bare = self._window == _ZLIB and piece[0] & 0x0F != 8
        return zlib.decompressobj(_BARE if bare else self._window)

    def _advance(self, inflate: zlib._Decompress, piece: bytes) -> bytes:
        """Unpacks one step of the piece; the rest of it."""
        try:
            out = inflate.decompress(piece, STEP)
        except zlib.error as error:
            raise _bad(f"the packed body is damaged: {error}") from error
        self._left -= len(out)
        if self._left < 0:
            raise too_large(self._limit)
        self._into.write(out)
        if inflate.eof:
            self._inflate = None
            return inflate.unused_data
        return inflate.unconsumed_tail
