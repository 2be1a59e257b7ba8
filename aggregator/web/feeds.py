"""The feeds, on bare ASGI: the published files, straight from memory while they do not change.

A file may be replaced at any time; its inode, time and size say which bytes are on disk. The hot path is one ``stat``
and a few dictionary look-ups.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote

from starlette.types import Receive, Scope, Send

from aggregator.model.config import Configuration
from aggregator.site.catalog import public_address
from aggregator.site.encode import etag_of
from aggregator.site.outputs import Output, outputs
from aggregator.web.answer import ALLOW, METHODS, header_of, send_document
from aggregator.web.failure import failure
from aggregator.web.shelf import Document, Shelf

State = tuple[int, int, int]


class Feeds:
    """An ASGI application for ``/feeds/….…`` and ``/feeds.…``."""

    def __init__(self, current: Callable[[], Configuration], root: Path, shelf: Shelf) -> None:
        self._current = current
        self._root = root
        self._known: tuple[Configuration, dict[str, Output]] | None = None
        self._shelf = shelf

    def serves(self, path: str) -> bool:
        """Whether the configuration has a feed at this path."""
        return self._output(path, self._current()) is not None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path, configuration = scope["path"], self._current()
        if scope["method"] not in METHODS:
            await failure(configuration, path, 405, Allow=ALLOW)(scope, receive, send)
            return
        output, document = self._output(path, configuration), await self._document(path)
        if document is None or output is None:
            await failure(configuration, path, 503, Retry_After="30")(scope, receive, send)
            return
        await send_document(scope, send, self._shelf, document, _headers(output, scope, configuration))

    def _output(self, path: str, configuration: Configuration) -> Output | None:
        """What is at a path; the paths are worked out anew only when there is another configuration."""
        if self._known is None or self._known[0] is not configuration:
            self._known = (configuration, {output.path: output for output in outputs(configuration)})
        return self._known[1].get(path)

    async def _document(self, path: str) -> Document | None:
        """The bytes on disk now; None before they are first published."""
        file = self._root / path.lstrip("/")
        state = _state_of(file)
        return None if state is None else await self._shelf.made((path, state), lambda: _read(file))


def _headers(output: Output, scope: Scope, configuration: Configuration) -> dict[str, str]:
    address = public_address(configuration.site.base_url, output.path)
    headers = {
        "Content-Type": _media_type(output, scope),
        "Cache-Control": f"public, max-age={int(configuration.server.max_age.total_seconds())}",
        "Vary": "Accept-Encoding, Sec-Fetch-Dest",
        "Link": f'<{quote(address, safe=_URI)}>; rel="self"',
        "Access-Control-Allow-Origin": "*",
        "X-Content-Type-Options": "nosniff",
    }
    if output.is_feed:
        headers["Content-Security-Policy"] = "default-src 'none'; style-src 'self'; frame-ancestors 'none'"
    return headers


_URI = ":/?#[]@!$&'()*+,;=%~"


def _media_type(output: Output, scope: Scope) -> str:
    """Browsers that open a feed as a document get a type that they show; nothing else is asked about them."""
    shown = header_of(scope, b"sec-fetch-dest") == "document"
    return (shown and output.format.browser_type) or output.format.media_type


def _state_of(file: Path) -> State | None:
    try:
        found = os.stat(file)
    except FileNotFoundError:
        return None
    return found.st_ino, found.st_mtime_ns, found.st_size


def _read(file: Path) -> Document | None:
    try:
        with file.open("rb") as opened:
            found = os.fstat(opened.fileno())
            body = opened.read()
    except FileNotFoundError:
        return None
    return Document(etag_of(body), body, datetime.fromtimestamp(int(found.st_mtime), UTC))
