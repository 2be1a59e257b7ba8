"""The answer to a request for a document: 200 or 304, with its headers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from starlette.types import Scope, Send

from aggregator.site.encode import Coding, negotiate
from aggregator.web.conditional import held_tag, http_date, unmodified_since
from aggregator.web.shelf import Document, Shelf

METHODS = ("GET", "HEAD")
ALLOW = ", ".join(METHODS)

PIECE_BYTES = 65_536
"""Of a body, sent at once: what is held for a client that does not take it."""

Header = tuple[bytes, bytes]


def header_of(scope: Scope, name: bytes) -> str | None:
    """A request header; several lines of it are one list (RFC 9110 section 5.3)."""
    values = [value.decode("latin-1") for key, value in scope["headers"] if key == name]
    return ", ".join(values) if values else None


def headers_of(fields: Mapping[str, str]) -> list[Header]:
    return [(name.lower().encode("ascii"), value.encode("latin-1", "replace")) for name, value in fields.items()]


def tags_of(tag: str, coding: Coding) -> list[str]:
    """The strong tags of a document: that of the chosen coding first, for it is the likeliest to be held."""
    codings: Sequence[Coding] = ("identity", "gzip", "br")
    return [coded_tag(tag, coding), *(coded_tag(tag, other) for other in codings if other != coding)]


def coded_tag(tag: str, coding: Coding) -> str:
    return tag if coding == "identity" else f"{tag}-{coding}"


def coding_for(scope: Scope) -> Coding:
    return negotiate(header_of(scope, b"accept-encoding"))


def held(scope: Scope, tag: str, modified: datetime | None = None) -> str | None:
    """The tag to confirm with a 304, or None if the client needs the body.

    With ``If-None-Match``, ``If-Modified-Since`` counts for nothing (RFC 9110 section 13.1.3). The
    tag that the client holds is the one confirmed, so that its cache finds what to refresh.
    """
    tags = tags_of(tag, coding_for(scope))
    if (named := header_of(scope, b"if-none-match")) is not None:
        return held_tag(named, tags)
    since = header_of(scope, b"if-modified-since")
    return tags[0] if since and modified and unmodified_since(since, modified) else None


async def send_document(scope: Scope, send: Send, shelf: Shelf, document: Document, fields: Mapping[str, str]) -> None:
    """Answers GET and HEAD; ``fields`` are the headers that 200 and 304 share."""
    shared = dict(fields)
    if document.modified:
        shared["Last-Modified"] = http_date(document.modified)
    if confirmed := held(scope, document.tag, document.modified):
        await send_not_modified(send, confirmed, shared)
        return
    coding = coding_for(scope)
    body = await shelf.coded(document, coding)
    shared["ETag"] = f'"{coded_tag(document.tag, coding)}"'
    shared["Content-Length"] = str(len(body))
    if coding != "identity":
        shared["Content-Encoding"] = coding
    with shelf.lending(document):
        await _send(send, 200, shared, b"" if scope["method"] == "HEAD" else body)


async def send_not_modified(send: Send, confirmed: str, fields: Mapping[str, str]) -> None:
    """A 304: no body, and none of the headers that describe one (RFC 9110 section 15.4.5)."""
    shared = {name: value for name, value in fields.items() if name != "Content-Type"}
    await _send(send, 304, {**shared, "ETag": f'"{confirmed}"'}, b"")


async def _send(send: Send, status: int, fields: Mapping[str, str], body: bytes) -> None:
    await send({"type": "http.response.start", "status": status, "headers": headers_of(fields)})
    for start in range(0, max(len(body), 1), PIECE_BYTES):
        more = start + PIECE_BYTES < len(body)
        await send({"type": "http.response.body", "body": body[start : start + PIECE_BYTES], "more_body": more})
