"""The files under ``/static/``: style sheets and our mark; and the mark where browsers look for it unasked."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

STATIC_TYPES: Mapping[str, str] = {
    "site.css": "text/css; charset=utf-8",
    "feed.css": "text/css; charset=utf-8",
    "icon.svg": "image/svg+xml",
    "icon.png": "image/png",
    "logo.png": "image/png",
    "favicon.ico": "image/x-icon",
}
"""All files under ``/static/``, with their media types."""

FAVICON = "/favicon.ico"
"""The same as ``favicon.ico`` under ``/static/``."""


@cache
def static_body(name: str) -> bytes:
    """A file under ``/static/``. Raises FileNotFoundError."""
    return (files("aggregator.site") / "static" / name).read_bytes()


@cache
def static_mark(name: str) -> str:
    """Changes when the file does."""
    return hashlib.sha256(static_body(name)).hexdigest()[:8]
