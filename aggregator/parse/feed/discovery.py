"""The feed of a page: what its ``<link rel="alternate">`` elements name (the RSS board's autodiscovery)."""

from __future__ import annotations

import re

from aggregator.base.links import web_address

_TYPES = ("application/atom+xml", "application/rss+xml", "application/feed+json", "application/rdf+xml")
"""Of feeds, best first."""
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)|<(script|style)\b.*?(?:</\1|\Z)", re.DOTALL | re.IGNORECASE)
_LINK = re.compile(r"<(?:link|base)\s[^<>]{1,2000}>", re.IGNORECASE)
_OF_COMMENTS = re.compile(r"comment|reply|replies|评论|評論|留言|回复", re.IGNORECASE)
_HEAD = 500_000
"""Characters that are looked through."""
_MOST = 200


def feeds_of_page(text: str, url: str) -> tuple[str, ...]:
    """Absolute addresses of the feeds that a page names, best first; feeds of comments come last."""
    from bs4 import BeautifulSoup  # noqa: PLC0415 - few sources name a page

    # Only single tags are parsed: parsers can be made to take minutes for a page.
    tags = _LINK.findall(_COMMENT.sub("", text[:_HEAD]))[:_MOST]
    base, ranked = url, list[tuple[bool, int, int, str]]()
    for element in BeautifulSoup("".join(tags), "html.parser").find_all(["link", "base"]):
        said = {name: " ".join(value) if isinstance(value, list) else value for name, value in element.attrs.items()}
        if element.name == "base":
            base = web_address(said.get("href", ""), url) or base
        kind = said.get("type", "").partition(";")[0].strip().lower()
        if "alternate" not in said.get("rel", "").lower().split() or kind not in _TYPES:
            continue
        address = web_address(said.get("href", ""), base)
        if address and address != url:
            is_comments = bool(_OF_COMMENTS.search(f"{said.get('title', '')} {address}"))
            ranked.append((is_comments, _TYPES.index(kind), len(ranked), address))
    return tuple(dict.fromkeys(address for *_, address in sorted(ranked)))
