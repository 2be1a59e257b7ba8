"""What people see instead of a page."""

from __future__ import annotations

from aggregator.model.config import Configuration
from aggregator.site.catalog import Language
from aggregator.site.pages.frame import Frame
from aggregator.site.pages.page import Content
from aggregator.site.pages.registry import patterns
from aggregator.site.pages.templates import fill
from aggregator.site.words import Words


def error_page(configuration: Configuration, language: Language, status: int) -> str:
    """The HTML. ``status``: 404, 405, 410, 500 or 503."""
    words = Words(language)
    heading, text = words(f"error_{status}"), words(f"error_{status}_text")
    frame = Frame(configuration, patterns(), language)
    return fill("error.html", frame, Content({"status": status, "heading": heading, "text": text}))
