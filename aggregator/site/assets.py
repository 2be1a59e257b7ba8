"""The files under ``/static/``: style sheets and the icon."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

STATIC_TYPES: Mapping[str, str] = {
    "site.css": "text/css; charset=utf-8",
    "feed.css": "text/css; charset=utf-8",
    "icon.svg": "image/svg+xml",
}
"""All files under ``/static/``, with their media types."""


@cache
def static_body(name: str) -> bytes:
    """A file under ``/static/``. Raises FileNotFoundError."""
    return (files("aggregator.site") / "static" / name).read_bytes()


@cache
def static_mark(name: str) -> str:
    """Changes when the file does."""
    return hashlib.sha256(static_body(name)).hexdigest()[:8]
