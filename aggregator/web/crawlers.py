"""robots.txt, the sitemap and the mark, at the places where crawlers and browsers look for them."""

from __future__ import annotations

from collections.abc import Callable

from starlette.concurrency import run_in_threadpool
from starlette.types import Receive, Scope, Send

from aggregator import __version__
from aggregator.model.config import Configuration
from aggregator.ports import Archive
from aggregator.site.assets import FAVICON, STATIC_TYPES, static_body
from aggregator.site.encode import etag_of
from aggregator.site.pages.crawlers import ROBOTS, is_sitemap, robots, sitemap
from aggregator.site.pages.page import Stored
from aggregator.web.answer import ALLOW, METHODS, held, send_document, send_not_modified
from aggregator.web.counting import CountsCache
from aggregator.web.failure import failure
from aggregator.web.shelf import Document, Shelf


class Crawlers:
    """An ASGI application for these paths."""

    def __init__(self, current: Callable[[], Configuration], archive: Archive, shelf: Shelf) -> None:
        self._current = current
        self._archive = archive
        self._counting = CountsCache(archive)
        self._shelf = shelf

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path, configuration = scope["path"], self._current()
        if scope["method"] not in METHODS:
            await failure(configuration, path, 405, Allow=ALLOW)(scope, receive, send)
        elif path == FAVICON:
            await self._send(scope, send, static_body("favicon.ico"), STATIC_TYPES["favicon.ico"])
        elif path == ROBOTS:
            await self._send(scope, send, robots(configuration).encode(), "text/plain; charset=utf-8")
        elif not is_sitemap(path):
            await failure(configuration, path, 404)(scope, receive, send)
        else:
            await self._sitemap(scope, receive, send, configuration)

    async def _sitemap(self, scope: Scope, receive: Receive, send: Send, configuration: Configuration) -> None:
        path, headers = scope["path"], _headers("application/xml; charset=utf-8")
        change = await run_in_threadpool(self._archive.change_number)
        tag = etag_of("\0".join((__version__, change, repr(configuration), path)).encode())
        if self._shelf.get(tag) and (confirmed := held(scope, tag)):
            await send_not_modified(send, confirmed, headers)
            return
        if self._shelf.is_overlent:
            await failure(configuration, path, 503, Retry_After="10")(scope, receive, send)
            return
        stored = Stored(self._archive, lambda: self._counting.at(change))

        def make() -> Document | None:
            written = sitemap(path, stored, configuration)
            return None if written is None else Document(tag, written.encode())

        document = await self._shelf.made(tag, make)
        if document is None:
            await failure(configuration, path, 404)(scope, receive, send)
            return
        await send_document(scope, send, self._shelf, document, headers)

    async def _send(self, scope: Scope, send: Send, body: bytes, media_type: str) -> None:
        await send_document(scope, send, self._shelf, Document(etag_of(body), body), _headers(media_type))


def _headers(media_type: str) -> dict[str, str]:
    return {
        "Content-Type": media_type,
        "Cache-Control": "public, max-age=3600",
        "Vary": "Accept-Encoding",
        "X-Content-Type-Options": "nosniff",
    }
