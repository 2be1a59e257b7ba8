"""What is sent instead of the plain bytes: content codings, and which one a client asked for."""

from __future__ import annotations

import gzip
import hashlib
import re
from collections.abc import Mapping
from typing import Literal

import brotli

Coding = Literal["gzip", "br", "identity"]

_PREFERRED: tuple[Coding, ...] = ("br", "gzip", "identity")
"""The smallest first."""
_BROTLI_QUALITY = 5
"""A little smaller than gzip in about the same time; the best one takes a hundred times as long."""
_ALIASES = {"x-gzip": "gzip"}
_MEMBER = re.compile(r"\s*([!#$%&'*+.^_`|~0-9A-Za-z-]+)\s*(?:;\s*[qQ]=(0(?:\.\d{0,3})?|1(?:\.0{0,3})?)\s*)?", re.ASCII)


def etag_of(body: bytes) -> str:
    """The opaque part of the entity tag of the plain bytes: 128 bits of their SHA-256, hexadecimal."""
    return hashlib.sha256(body).hexdigest()[:32]


def encode(body: bytes, coding: Coding) -> bytes:
    """The bytes in a content coding (RFC 9110, section 8.4.1); same bytes in, same bytes out."""
    if coding == "gzip":
        # The header's time would make each call give other bytes.
        return gzip.compress(body, compresslevel=6, mtime=0)
    if coding == "br":
        return bytes(brotli.compress(body, quality=_BROTLI_QUALITY))
    return body


def negotiate(accept_encoding: str | None) -> Coding:
    """The coding to send, by the request's ``Accept-Encoding`` (RFC 9110, section 12.5.3).

    The highest weight wins, then the smaller bytes. ``identity`` where nothing was asked for, and
    where nothing that we have is acceptable: an answer serves better than 406. A member that breaks
    the grammar counts as not there.
    """
    weights = _weights(accept_encoding or "")
    acceptable = [coding for coding in _PREFERRED if _weight(coding, weights) > 0]
    # Of equals, max takes the first.
    return max(acceptable, key=lambda coding: _weight(coding, weights), default="identity")


def _weights(header: str) -> Mapping[str, float]:
    members = (_MEMBER.fullmatch(member) for member in header.split(","))
    found = [(member[1].lower(), float(member[2] or 1)) for member in members if member]
    return {_ALIASES.get(name, name): weight for name, weight in found}


def _weight(coding: Coding, weights: Mapping[str, float]) -> float:
    if coding in weights:
        return weights[coding]
    if coding == "identity":
        # Acceptable unless excluded, but after all that was asked for: the least weight that can be is 0.001.
        return 0.0 if weights.get("*") == 0 else 0.0001
    return weights.get("*", 0.0)
