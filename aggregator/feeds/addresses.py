"""The public paths that feeds themselves name: their own, their page, their articles, their style.

They carry no language: a feed links to the page in the site's own language. ``site.catalog`` builds
on them and knows all other paths.
"""

from __future__ import annotations

from urllib.parse import parse_qsl, urlsplit
from uuid import UUID

from aggregator.base.secrets import is_key
from aggregator.model.config import Configuration

FEEDS = "/feeds"
"""Where feeds are: each at ``/feeds/<key><suffix>``, and the list of them at ``/feeds<suffix>``."""

ALL = "all"
"""Key of the feed that holds the entries of every topic once."""

STYLE = "/static/feed.css"
"""What browsers show a feed with."""

ICON = "/static/icon.png"
"""Our mark, as wide as high (RFC 4287, section 4.2.5)."""

LOGO = "/static/logo.png"
"""The same, twice as wide as high (section 4.2.8)."""


def page_path(key: str) -> str:
    """Of the page that shows a feed's articles to people."""
    return f"/topics/{key}"


def subscribe_path(key: str) -> str:
    """Of the page that says how to subscribe to a feed."""
    return f"/subscribe/{key}"


def entry_path(article: UUID | str) -> str:
    """Of the page of one article."""
    return f"/articles/{article}"


def public_address(base_url: str, path: str) -> str:
    """The address of a public path; ``base_url`` may end in a path of its own."""
    return base_url.rstrip("/") + path


def page_address(configuration: Configuration, path: str) -> str:
    """The address of the page at a public path. Where pages are files it ends with a slash: each is a folder's index,
    and a server would redirect to that, by the scheme and port that it knows of itself."""
    return public_address(configuration.site.base_url, path + "/" * _is_folder(configuration, path))


def _is_folder(configuration: Configuration, path: str) -> bool:
    return configuration.hosting == "files" and not path.endswith("/")


def rooted(base_url: str, path: str) -> str:
    """The same without scheme and host: it holds under every name that the site is reached by."""
    return urlsplit(base_url).path.rstrip("/") + path


def is_public(address: str | None) -> bool:
    """Whether a web address may be shown to everybody: it holds no user, and no parameter that looks like a key."""
    if not is_web_address(address):
        return False
    parts = urlsplit(address or "")
    if "@" in parts.netloc:
        return False
    said = parse_qsl(f"{parts.query}&{parts.fragment}", keep_blank_values=True)
    return not any(is_key(name, value) for name, value in said)


def is_web_address(address: str | None) -> bool:
    """Whether a link may be published: absolute, http or https, no blank or control character."""
    if not address or not address.isprintable() or " " in address:
        return False
    try:
        parts = urlsplit(address)
        return parts.scheme in {"http", "https"} and bool(parts.hostname)
    except ValueError:  # an IPv6 host without its bracket
        return False
