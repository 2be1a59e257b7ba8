"""The style sheets and the icon."""

from __future__ import annotations

from collections.abc import Callable

from starlette.types import Receive, Scope, Send

from aggregator.model.config import Configuration
from aggregator.site.assets import STATIC_TYPES, static_body, static_mark
from aggregator.site.encode import etag_of
from aggregator.web.answer import ALLOW, METHODS, send_document
from aggregator.web.failure import failure
from aggregator.web.shelf import Document, Shelf


class Static:
    """An ASGI application for ``/static/{name}``."""

    def __init__(self, current: Callable[[], Configuration], shelf: Shelf) -> None:
        self._current = current
        self._shelf = shelf

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        name = scope["path_params"]["name"]
        if name not in STATIC_TYPES:
            await failure(self._current(), scope["path"], 404)(scope, receive, send)
            return
        if scope["method"] not in METHODS:
            await failure(self._current(), scope["path"], 405, Allow=ALLOW)(scope, receive, send)
            return
        # An address with the mark of these very bytes never means others.
        marked = scope["query_string"] == f"v={static_mark(name)}".encode()
        headers = {
            "Content-Type": STATIC_TYPES[name],
            "Cache-Control": "public, max-age=31536000, immutable" if marked else "public, max-age=3600",
            "Vary": "Accept-Encoding",
            "X-Content-Type-Options": "nosniff",
        }
        document = await self._shelf.made(("static", name), lambda: _document(name))
        await send_document(scope, send, self._shelf, document, headers)


def _document(name: str) -> Document:
    body = static_body(name)
    return Document(etag_of(body), body)
