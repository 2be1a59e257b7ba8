"""Answers that are no document: errors as pages for people, and redirects to the right address."""

from __future__ import annotations

from collections.abc import Mapping

from starlette.responses import HTMLResponse

from aggregator.model.config import Configuration
from aggregator.site.pages.error import error_page
from aggregator.site.pages.route import language_of

GUARDS: Mapping[str, str] = {
    "Content-Security-Policy": (
        "default-src 'none'; img-src http: https: data:; media-src http: https:; style-src 'self'; script-src 'none'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
"""Sent with every page: nothing runs, nothing is framed, nobody learns where the reader came from."""


def failure(configuration: Configuration, path: str, status: int, **fields: str) -> HTMLResponse:
    """An error page in the language of the path. ``fields``: further headers, ``_`` for ``-``."""
    body = error_page(configuration, language_of(path, configuration), status)
    headers = {**GUARDS, "Cache-Control": "no-store" if status >= 500 else "public, max-age=60"}
    return HTMLResponse(body, status, headers | {name.replace("_", "-"): value for name, value in fields.items()})
