"""The end of the rungs: no article with these words or this address is known."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from aggregator.identify.fingerprint import mint_id
from aggregator.model.article import Identity, Prepared

NAME = "none"


def new(document: Prepared, taken: Collection[UUID]) -> Identity:
    """An article of its own, with an id for good.

    ``taken``: ids of the articles that have, or had, the same words. One of them may have begun as this very
    document, and may say by now what another source makes of it: then the next id of this name is minted.
    """
    article, number = document.article, 0
    stated = article.published if article.date_kind == "stated" else None
    id_ = mint_id(article.source, document.content_hash, stated)
    while id_ in taken:
        number += 1
        id_ = mint_id(article.source, document.content_hash, stated, number)
    return Identity("new", id_, NAME, True, "no article with these words or this address")
