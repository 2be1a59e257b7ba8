"""The pages over HTTP: rendered in a thread, kept while nothing that they show may have changed."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from urllib.parse import parse_qs

from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse, Response
from starlette.types import Receive, Scope, Send

from aggregator import __version__
from aggregator.feeds.addresses import rooted
from aggregator.model.config import Configuration
from aggregator.ports import Archive
from aggregator.site.encode import etag_of
from aggregator.site.pages.page import Absence, Stored
from aggregator.site.pages.registry import read_page, resolve
from aggregator.site.pages.route import Route
from aggregator.web.answer import ALLOW, METHODS, header_of, held, send_document, send_not_modified
from aggregator.web.counting import CountsCache
from aggregator.web.failure import GUARDS, failure
from aggregator.web.shelf import Document, Shelf

HEADERS: Mapping[str, str] = {
    **GUARDS,
    "Content-Type": "text/html; charset=utf-8",
    # Short: pages change with every article, and asking again is cheap.
    "Cache-Control": "public, max-age=60",
    "Vary": "Accept-Encoding",
}


class Pages:
    """An ASGI application for every page."""

    def __init__(self, current: Callable[[], Configuration], archive: Archive, shelf: Shelf) -> None:
        self._current = current
        self._archive = archive
        self._counting = CountsCache(archive)
        self._known: tuple[Configuration, str] | None = None
        self._shelf = shelf

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path, configuration = scope["path"], self._current()
        found, number = resolve(path, configuration), page_number(scope["query_string"])
        if found is None or number is None:
            await missing(configuration, path)(scope, receive, send)
            return
        if scope["method"] not in METHODS:
            await failure(configuration, path, 405, Allow=ALLOW)(scope, receive, send)
            return
        change = await run_in_threadpool(self._archive.change_number)
        tag = _tag(change, self._digest(configuration), path, str(number))
        # Only who was given the tag can name it, so the page exists; ``*`` does not prove that.
        if (confirmed := held(scope, tag)) and header_of(scope, b"if-none-match") != "*":
            await send_not_modified(send, confirmed, HEADERS)
            return
        if self._shelf.is_overlent:
            await failure(configuration, path, 503, Retry_After="10")(scope, receive, send)
            return
        document = await self._document(configuration, replace(found, number=number), change, tag)
        if isinstance(document, Absence):
            await failure(configuration, path, document)(scope, receive, send)
            return
        await send_document(scope, send, self._shelf, document, HEADERS)

    async def _document(self, configuration: Configuration, route: Route, change: str, tag: str) -> Document | Absence:
        stored = Stored(self._archive, lambda: self._counting.at(change))

        def make() -> Document | Absence:
            html = read_page(stored, configuration, route)
            return html if isinstance(html, Absence) else Document(tag, html.encode())

        return await self._shelf.made(tag, make)

    def _digest(self, configuration: Configuration) -> str:
        """A digest of the configuration; worked out anew only when there is another one."""
        if self._known is None or self._known[0] is not configuration:
            self._known = (configuration, _tag(repr(configuration)))
        return self._known[1]


def page_number(query: bytes) -> int | None:
    """The page asked for by ``?page=``, 1 without; None where it is no number as we write them."""
    values = parse_qs(query.decode("latin-1"), keep_blank_values=True).get("page", ["1"])
    number = values[-1]
    return int(number) if re.fullmatch(r"[1-9][0-9]{0,5}", number) else None


def missing(configuration: Configuration, path: str) -> Response:
    """A redirect to the page that was meant but for its last slash; else a 404 page."""
    for meant in (path.rstrip("/"), path + "/"):
        if meant != path and resolve(meant, configuration):
            return RedirectResponse(rooted(configuration.site.base_url, meant), 308)
    return failure(configuration, path, 404)


def _tag(*parts: str) -> str:
    return etag_of("\0".join((__version__, *parts)).encode())
