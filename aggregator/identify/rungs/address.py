"""The same address is known, and the words speak for the same article."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import timedelta

from aggregator.base.canonical import address_key
from aggregator.identify.evidence import HINTED, goes_on, rewritten
from aggregator.identify.likeness import Pair, Standing, copy
from aggregator.identify.others import told_by_another
from aggregator.identify.rung import Context, Found, Key, Rung
from aggregator.model.article import ADDRESS, Identity, KnownArticle, Prepared

NAME = "address"
WHY = "rewritten at the same address"
COMPARED = 5
"""Articles of one address that a document is compared with."""
_FRONT_PAGE = re.compile(r"[a-z]+://[^/?#]*/*(?:\?)?(?:#.*)?", re.IGNORECASE)


def keys(document: Prepared) -> tuple[Key, ...]:
    url = document.article.url
    return ((ADDRESS, address_key(url)),) if url and _names_an_article(url) else ()


def decide(document: Prepared, found: Found, context: Context) -> Identity | None:
    articles = found.get(ADDRESS, ())
    own = [known for known in articles if known.place[0] == document.article.source]
    for known in articles[:COMPARED]:
        of_others = known.place[0] != document.article.source
        if of_others and (identity := told_by_another(known, document, NAME, context)):
            return identity
    for known in own[:COMPARED]:
        if _is_the_same(known, document, own, context):
            lost = context.standing(known) is not Standing.THERE or known.id in context.gone
            return rewritten(known, document, lost and document.lacking is None, NAME, WHY)
    return None


def _is_the_same(known: KnownArticle, document: Prepared, own: Sequence[KnownArticle], context: Context) -> bool:
    there = context.standing(known) is Standing.THERE
    if len(own) > 1 or (there and context.present is not None):
        # It is the address of a list, or two entries that stand side by side share it: it proves nothing.
        return there and copy(known, document) is not None
    if not goes_on(known, document, at_its_place=False):
        return False
    return not there or _is_no_other_issue(Pair(known, document))


def _is_no_other_issue(pair: Pair) -> bool:
    """Whether files with one address side by side are one article: a writer may give a bulletin that of its list."""
    return pair.same_instant or (pair.alike >= HINTED and (pair.apart == timedelta() or not pair.other_figures))


def _names_an_article(url: str) -> bool:
    """Whether an address can be one article's own: not a site's front page."""
    return not _FRONT_PAGE.fullmatch(url)


ADDRESS_RUNG = Rung(NAME, keys, decide)
