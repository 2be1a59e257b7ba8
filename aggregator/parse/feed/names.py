"""The names of elements that feeds use, whatever prefix and case a document writes them in."""

from __future__ import annotations

import re
from functools import lru_cache

ATOM = "http://www.w3.org/2005/Atom"
XML_BASE = "{http://www.w3.org/XML/1998/namespace}base"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDF_ABOUT = f"{{{RDF}}}about"
RDF_RESOURCE = f"{{{RDF}}}resource"

_PREFIXES = {
    "w3.org/2005/atom": "atom",
    "purl.org/atom": "atom",
    "purl.org/atom/ns": "atom",
    "purl.org/echo": "atom",
    "purl.org/pie": "atom",
    "example.com/necho": "atom",
    "purl.org/rss/1.0": "",
    "purl.org/rss/1.0/modules/rss091": "",
    "purl.org/net/rss1.1": "",
    "blogs.law.harvard.edu/tech/rss": "",
    "cyber.harvard.edu/rss": "",
    "cyber.law.harvard.edu/rss": "",
    "w3.org/1999/02/22-rdf-syntax-ns": "rdf",
    "purl.org/rss/1.0/modules/content": "content",
    "purl.org/dc/elements/1.0": "dc",
    "purl.org/dc/elements/1.1": "dc",
    "purl.org/dc": "dc",
    "purl.org/dc/terms": "dcterms",
    "purl.org/rss/1.0/modules/syndication": "sy",
    "search.yahoo.com/mrss": "media",
    "search.yahoo.com/rss": "media",
    "video.search.yahoo.com/mrss": "media",
    "tools.search.yahoo.com/mrss": "media",
    "itunes.com/dtds/podcast-1.0": "itunes",
    "itunes.apple.com/dtds/podcast-1.0": "itunes",
    "example.com/dtds/podcast-1.0": "itunes",
    "google.com/schemas/play-podcasts/1.0": "itunes",
    "rssnamespace.org/feedburner/ext/1.0": "feedburner",
    "purl.org/atompub/tombstones/1.0": "at",
    "w3.org/1999/xhtml": "xhtml",
}
"""Namespaces as ``_plain`` leaves them."""
_FAMILIES = {
    "backend.userland.com/": "",
    "my.netscape.com/": "",
    "channel.netscape.com/": "",
    "prismstandard.org/": "prism",
}
"""Where all that begins so is one vocabulary, in many versions."""
COMMON = {
    "atom": ATOM,
    "a10": ATOM,
    "atom10": ATOM,
    "content": "http://purl.org/rss/1.0/modules/content/",
    "dc": "http://purl.org/dc/elements/1.1/",
    "dcterms": "http://purl.org/dc/terms/",
    "feedburner": "http://rssnamespace.org/feedburner/ext/1.0",
    "googleplay": "http://www.google.com/schemas/play-podcasts/1.0",
    "itunes": "http://www.itunes.com/dtds/podcast-1.0.dtd",
    "media": "http://search.yahoo.com/mrss/",
    "prism": "http://prismstandard.org/namespaces/basic/2.0/",
    "rdf": RDF,
    "sy": "http://purl.org/rss/1.0/modules/syndication/",
    "xhtml": "http://www.w3.org/1999/xhtml",
}
"""What a prefix stands for that a document uses without declaring it."""
_LONGEST = 200
_SCHEME = re.compile(r"https?://(?:www\.)?")


def _plain(namespace: str) -> str:
    """Without what its spellings differ in: scheme, ``www.``, case, what it ends in."""
    bare = _SCHEME.sub("", namespace.strip().lower(), count=1).rstrip("/#")
    return bare.removesuffix(".dtd")


@lru_cache(maxsize=1024)
def prefix_of(namespace: str) -> str:
    """The prefix that a namespace goes by here: empty for RSS and for none, ``other`` for one that feeds do not use."""
    plain = _plain(namespace)
    if not plain:
        return ""
    if plain in _PREFIXES:
        return _PREFIXES[plain]
    return next((prefix for start, prefix in _FAMILIES.items() if plain.startswith(start)), "other")


@lru_cache(maxsize=1024)
def _name(tag: str) -> str:
    namespace, _, local = tag[1:].partition("}") if tag[0] == "{" else ("", "", tag)
    prefix = prefix_of(namespace)
    return f"{prefix}:{local.lower()}" if prefix else local.lower()


def name_of(tag: object) -> str:
    """``prefix:name`` in lower case, without prefix for RSS; ``other:name`` in a namespace that feeds do not use.

    Empty for what is no element.
    """
    return _name(tag) if isinstance(tag, str) and len(tag) <= _LONGEST else ""


def local_name(tag: object) -> str:
    """Without its namespace, in lower case."""
    return tag.rpartition("}")[2].lower() if isinstance(tag, str) else ""
