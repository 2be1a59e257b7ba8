"""The names of elements that feeds use, whatever prefix and case a document writes them in."""

from __future__ import annotations

from functools import lru_cache

ATOM = "http://www.w3.org/2005/Atom"
XML_BASE = "{http://www.w3.org/XML/1998/namespace}base"
RDF_ABOUT = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}about"
XHTML = "http://www.w3.org/1999/xhtml"

_PREFIXES = {
    "http://www.w3.org/2005/Atom": "atom",
    "http://purl.org/atom/ns#": "atom",
    "http://purl.org/rss/1.0/": "",
    "http://my.netscape.com/rdf/simple/0.9/": "",
    "http://channel.netscape.com/rdf/simple/0.9/": "",
    "http://backend.userland.com/rss2": "",
    "http://blogs.law.harvard.edu/tech/rss": "",
    "http://www.w3.org/1999/02/22-rdf-syntax-ns#": "rdf",
    "http://purl.org/rss/1.0/modules/content/": "content",
    "http://purl.org/dc/elements/1.1/": "dc",
    "http://purl.org/dc/terms/": "dcterms",
    "http://purl.org/rss/1.0/modules/syndication/": "sy",
    "http://search.yahoo.com/mrss/": "media",
    "http://search.yahoo.com/mrss": "media",
    "http://www.itunes.com/dtds/podcast-1.0.dtd": "itunes",
    "http://rssnamespace.org/feedburner/ext/1.0": "feedburner",
    "http://purl.org/atompub/tombstones/1.0": "at",
    XHTML: "xhtml",
}
_LONGEST = 200


@lru_cache(maxsize=1024)
def _name(tag: str) -> str:
    namespace, _, local = tag[1:].partition("}") if tag[0] == "{" else ("", "", tag)
    prefix = _PREFIXES.get(namespace, "other")
    if not namespace or not prefix:
        return local.lower()
    return f"{prefix}:{local.lower()}"


def name_of(tag: object) -> str:
    """``prefix:name`` in lower case, without prefix for RSS; ``other:name`` in a namespace that feeds do not use.

    Empty for what is no element.
    """
    return _name(tag) if isinstance(tag, str) and len(tag) <= _LONGEST else ""


def local_name(tag: object) -> str:
    """Without its namespace, in lower case."""
    return tag.rpartition("}")[2].lower() if isinstance(tag, str) else ""
