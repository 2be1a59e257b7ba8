"""The end of the rungs: no article with these words or this address is known."""

from __future__ import annotations

from aggregator.identify.fingerprint import mint_id
from aggregator.model.article import Identity, Prepared

NAME = "none"


def new(document: Prepared) -> Identity:
    """An article of its own, with an id for good."""
    article = document.article
    stated = article.published if article.date_kind == "stated" else None
    id_ = mint_id(article.source, document.content_hash, stated)
    return Identity("new", id_, NAME, True, "no article with these words or this address")
