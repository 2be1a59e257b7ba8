"""Bytes made small in little time, and back."""

from __future__ import annotations

import brotli

_QUALITY = 0
"""Feeds of 56 MB become 5.6 MB in 70 ms; with 1 they take 200 ms and 4.9 MB, by zlib at its fastest 160 and 5.1."""


def pack(body: bytes) -> bytes:
    return bytes(brotli.compress(body, quality=_QUALITY))


def unpack(packed: bytes) -> bytes:
    """Raises ValueError for what `pack` has not made."""
    try:
        return bytes(brotli.decompress(packed))
    except brotli.error as error:
        raise ValueError("these bytes were packed by somebody else") from error
