"""Every public path. Nothing else in the program spells one.

Pages exist in two languages: the site's own at ``/…``, the other one at ``/en/…`` or ``/zh/…``.
Feeds, the list of them and static files exist once, feeds in each format.
"""

from __future__ import annotations

from typing import Literal, get_args
from uuid import UUID

from aggregator.feeds.addresses import STYLE, absolute, entry_path, page_path
from aggregator.feeds.formats.atom import ATOM
from aggregator.feeds.formats.format import AnyFormat
from aggregator.feeds.formats.opml import OPML

Language = Literal["zh", "en"]
LANGUAGES: tuple[Language, ...] = get_args(Language)

__all__ = [
    "LANGUAGES",
    "STYLE",
    "Language",
    "absolute",
    "article_path",
    "feed_path",
    "index_path",
    "opml_path",
    "site_language",
    "static_path",
    "topic_path",
]


def site_language(tag: str) -> Language:
    """The page language for the configured language tag (BCP 47): English for ``en…``, else Chinese."""
    return "en" if tag.lower().replace("_", "-").split("-")[0] == "en" else "zh"


def index_path(lang: Language, default: Language = "zh") -> str:
    """Of the front page. ``default`` is the site's own language, here as below."""
    return _in_language("/", lang, default)


def topic_path(key: str, lang: Language, default: Language = "zh") -> str:
    """Of the page of a topic, of ``all`` or of ``none``."""
    return _in_language(page_path(key), lang, default)


def article_path(article: UUID | str, lang: Language, default: Language = "zh") -> str:
    """Of the page of one article."""
    return _in_language(entry_path(article), lang, default)


def feed_path(key: str, written: AnyFormat = ATOM) -> str:
    """Of the feed of a topic, or of ``all``, in a format."""
    return written.path(key)


def opml_path() -> str:
    """Of the list of all topic feeds, for readers to import."""
    return OPML.path()


def static_path(name: str) -> str:
    """Of a file that comes with the program: a style sheet, a picture."""
    return f"/static/{name}"


def _in_language(path: str, lang: Language, default: Language) -> str:
    return path if lang == default else f"/{lang}{path}"
