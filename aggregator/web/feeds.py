"""The feeds, on bare ASGI: the published files, straight from memory while they do not change.

A file may be replaced at any time; its inode, time and size say whether the bytes in memory are
still those on disk. The hot path is one ``stat`` and a few dictionary look-ups.
"""

from __future__ import annotations

import asyncio
import os
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.types import Receive, Scope, Send

from aggregator.model.config import Configuration
from aggregator.site.catalog import public_address
from aggregator.site.encode import etag_of
from aggregator.site.outputs import Output, outputs
from aggregator.web.answer import ALLOW, METHODS, Document, header_of, send_document
from aggregator.web.failure import failure

State = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class _Loaded:
    state: State
    document: Document


class Feeds:
    """An ASGI application for ``/feeds/….…`` and ``/feeds.…``."""

    def __init__(self, current: Callable[[], Configuration], root: Path) -> None:
        self._current = current
        self._root = root
        self._known: tuple[Configuration, dict[str, Output]] | None = None
        self._loaded: dict[str, _Loaded] = {}
        self._loading: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

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
        await send_document(scope, send, document, _headers(output, scope, configuration))

    def _output(self, path: str, configuration: Configuration) -> Output | None:
        """What is at a path; the paths are worked out anew only when there is another configuration."""
        if self._known is None or self._known[0] is not configuration:
            self._known = (configuration, {output.path: output for output in outputs(configuration)})
        return self._known[1].get(path)

    async def _document(self, path: str) -> Document | None:
        """The bytes on disk now; None before they are first published."""
        state = _state_of(self._file(path))
        if state is None:
            self._loaded.pop(path, None)
            return None
        loaded = self._loaded.get(path)
        if loaded is None or loaded.state != state:
            loaded = await self._load(path, state)
        return loaded.document if loaded else None

    async def _load(self, path: str, state: State) -> _Loaded | None:
        """Reads a file once, however many ask for it at the moment it changed."""
        async with self._loading[path]:
            loaded = self._loaded.get(path)
            if loaded is None or loaded.state != state:
                loaded = await run_in_threadpool(_read, self._file(path))
                if loaded is not None:
                    self._loaded[path] = loaded
            return loaded

    def _file(self, path: str) -> Path:
        return self._root / path.lstrip("/")


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
    return _state(found)


def _state(found: os.stat_result) -> State:
    return found.st_ino, found.st_mtime_ns, found.st_size


def _read(file: Path) -> _Loaded | None:
    try:
        with file.open("rb") as opened:
            found = os.fstat(opened.fileno())
            body = opened.read()
    except FileNotFoundError:
        return None
    modified = datetime.fromtimestamp(int(found.st_mtime), UTC)
    return _Loaded(_state(found), Document(etag_of(body), body, modified))
