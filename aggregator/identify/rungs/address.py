"""The same address is known, and the words speak for the same article."""

from __future__ import annotations

import re

from aggregator.identify.evidence import goes_on, rewritten, told_elsewhere
from aggregator.identify.rung import Context, Found, Key, Rung
from aggregator.model.article import ADDRESS, Identity, KnownArticle, Prepared

NAME = "address"
COMPARED = 5
"""Articles of one address that a document is compared with."""
_FRONT_PAGE = re.compile(r"[a-z]+://[^/?#]*/*(?:\?)?(?:#.*)?", re.IGNORECASE)


def keys(document: Prepared) -> tuple[Key, ...]:
    url = document.article.url
    return ((ADDRESS, url),) if url else ()


def decide(document: Prepared, found: Found, context: Context) -> Identity | None:
    articles = found.get(ADDRESS)
    if not articles or not _names_an_article(document.article.url):
        return None
    for known in articles[:COMPARED]:
        if identity := _compared(known, document, context):
            return identity
    return None


def _compared(known: KnownArticle, document: Prepared, context: Context) -> Identity | None:
    if known.place[0] != document.article.source:
        return told_elsewhere(known, document, NAME)
    if goes_on(known, document, at_its_place=False):
        provider = (known.id in context.gone or not known.alive) and document.lacking is None
        return rewritten(known, document, provider, NAME)
    return None


def _names_an_article(url: str | None) -> bool:
    """Whether an address can be one article's own: not a site's front page."""
    return bool(url) and not _FRONT_PAGE.fullmatch(url or "")


ADDRESS_RUNG = Rung(NAME, keys, decide)
