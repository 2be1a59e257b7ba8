"""Media attached to an article: what of them may be published."""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import urlsplit

from aggregator.base.links import absolute
from aggregator.model.document import Enclosure

MOST = 20
"""Of one article."""
_LARGEST = 1 << 50
"""Bytes; a larger length is a mistake, and more than some readers can count."""
_TYPE = re.compile(r"[a-z0-9][a-z0-9!#$&^_.+-]{0,62}/[a-z0-9][a-z0-9!#$&^_.+-]{0,62}")
"""RFC 6838, section 4.2, somewhat shorter."""
_BY_ENDING = {
    "aac": "audio/aac",
    "epub": "application/epub+zip",
    "flac": "audio/flac",
    "m4a": "audio/mp4",
    "m4v": "video/mp4",
    "mov": "video/quicktime",
    "mp3": "audio/mpeg",
    "mp4": "video/mp4",
    "oga": "audio/ogg",
    "ogg": "audio/ogg",
    "ogv": "video/ogg",
    "opus": "audio/ogg",
    "pdf": "application/pdf",
    "wav": "audio/wav",
    "webm": "video/webm",
    "zip": "application/zip",
}
"""Players go by the type, so one that was not stated is told from the address where that leaves no doubt."""


def publishable(stated: Iterable[Enclosure], base: str | None) -> tuple[Enclosure, ...]:
    """The first MOST with an http or https address, made absolute against ``base``; each address once."""
    found: dict[str, Enclosure] = {}
    for enclosure in stated:
        url = absolute(enclosure.url, base)
        if url and url not in found:
            found[url] = Enclosure(url, _type(enclosure.type, url), _length(enclosure.length))
            if len(found) == MOST:
                break
    return tuple(found.values())


def _type(stated: str, url: str) -> str:
    """Without parameters, in small letters; empty where nobody knows it."""
    media_type = stated.partition(";")[0].strip().lower()
    if _TYPE.fullmatch(media_type):
        return media_type
    return _BY_ENDING.get(_path(url).rpartition(".")[2].lower(), "")


def _path(url: str) -> str:
    try:
        return urlsplit(url).path
    except ValueError:
        # A host in brackets that is no IPv6 address.
        return ""


def _length(stated: int | None) -> int | None:
    return stated if stated is not None and 0 < stated < _LARGEST else None
