"""Every public path that is not a page's, and how a page's path becomes that of a language.

Pages exist in two languages: the site's own at ``/…``, the other one at ``/en/…`` or ``/zh/…``; each
file in ``site.pages`` says the path of its page. Feeds, the list of them and static files exist once, feeds in each
format.
"""

from __future__ import annotations

from typing import Literal, get_args

from aggregator.feeds.addresses import STYLE, public_address
from aggregator.feeds.formats.atom import ATOM
from aggregator.feeds.formats.format import AnyFormat
from aggregator.feeds.formats.opml import OPML

Language = Literal["zh", "en"]
LANGUAGES: tuple[Language, ...] = get_args(Language)

__all__ = [
    "LANGUAGES",
    "STYLE",
    "Language",
    "feed_path",
    "in_language",
    "opml_path",
    "public_address",
    "site_language",
    "static_path",
]


def site_language(tag: str) -> Language:
    """The page language for the configured language tag (BCP 47): English for ``en…``, else Chinese."""
    return "en" if tag.lower().replace("_", "-").split("-")[0] == "en" else "zh"


def in_language(path: str, language: Language, default: Language) -> str:
    """Where a page is in a language. ``path``: where it is in ``default``, the site's own."""
    return path if language == default else f"/{language}{path}"


def feed_path(key: str, written: AnyFormat = ATOM) -> str:
    """Of the feed of a topic, or of ``all``, in a format."""
    return written.path(key)


def opml_path() -> str:
    """Of the list of all topic feeds, for readers to import."""
    return OPML.path()


def static_path(name: str) -> str:
    """Of a file that comes with the program: a style sheet, a picture."""
    return f"/static/{name}"
