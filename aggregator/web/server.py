"""The server's application: feeds on bare ASGI in front, pages, static files and health behind."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount, Route
from starlette.types import ASGIApp, Receive, Scope, Send

from aggregator.model.config import Configuration
from aggregator.ports import Archive
from aggregator.web.crawlers import Crawlers
from aggregator.web.failure import failure
from aggregator.web.feeds import Feeds
from aggregator.web.health import Health
from aggregator.web.pages import Pages
from aggregator.web.shelf import Shelf
from aggregator.web.static import Static


def make_app(
    current: Callable[[], Configuration],
    archive: Archive,
    site_folder: Path,
    health: Callable[[], Mapping[str, object]],
) -> ASGIApp:
    """The ASGI application.

    ``current`` gives the configuration in force and is asked at each request; ``site_folder`` holds
    the published files; ``health`` is what ``/healthz`` says, and may block.
    """

    async def failed(request: Request, _error: Exception) -> Response:
        # Starlette raises the error again after this answer, so that the server logs it.
        return failure(current(), request.url.path, 500)

    shelf = Shelf(lambda: current().server.cache_megabytes * 1_000_000)
    crawlers = Crawlers(current, archive, shelf)
    behind = Starlette(
        routes=[
            Route("/healthz", Health(health).answer),
            Route("/static/{name}", Static(current, shelf)),
            Route("/robots.txt", crawlers),
            Route("/favicon.ico", crawlers),
            Route("/sitemap{part}", crawlers),
            Mount("/", Pages(current, archive, shelf)),
        ],
        exception_handlers={500: failed},
    )
    return _in_front(Feeds(current, site_folder, shelf), behind)


def _in_front(feeds: Feeds, behind: ASGIApp) -> ASGIApp:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        chosen: ASGIApp = feeds if scope["type"] == "http" and feeds.serves(scope["path"]) else behind
        await chosen(scope, receive, send)

    return app
