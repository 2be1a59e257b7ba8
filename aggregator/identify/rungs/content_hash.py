"""The same words are known from elsewhere."""

from __future__ import annotations

from datetime import timedelta

from aggregator.identify.evidence import another_notice, is_of_others, stated_apart, yearly
from aggregator.identify.rung import Context, Found, Key, Rung, here
from aggregator.model.article import HASH, LOCATION, Identity, KnownArticle, Prepared

NAME = "hash"


def keys(document: Prepared) -> tuple[Key, ...]:
    article = document.article
    place = (LOCATION, (article.source, article.location))
    if document.former_hash:
        return (HASH, document.content_hash), (HASH, document.former_hash), place
    return (HASH, document.content_hash), place


def decide(document: Prepared, found: Found, context: Context) -> Identity | None:
    at_its_place = here(found)
    for known in found[HASH]:
        # Of an article of others that says something else by now, these are words of the past.
        past = at_its_place is not None and known.id == at_its_place.id and is_of_others(at_its_place, document)
        another = yearly(known, document.article) or another_notice(known, document)
        if past or another or _is_another_page(known, document):
            continue
        if known.content_hash != document.former_hash:
            return Identity("same", known.id, NAME, False, "the same words")
        if document.digest not in context.by_bytes:
            return _read_formerly(known, document, context)
    return None


def _read_formerly(known: KnownArticle, document: Prepared, context: Context) -> Identity:
    """The article has the words with what an earlier version did not take for a lead-in, a digest or the title."""
    moved = known.id in context.gone and known.place[0] == document.article.source
    return Identity("revision" if moved else "same", known.id, NAME, False, "the same words, read by earlier rules")


def _is_another_page(known: KnownArticle, document: Prepared) -> bool:
    """Whether there are no words to go by, and title apart all differs: a broadcast has one title every day."""
    if document.subject.text or known.url is None or document.article.url is None:
        return False
    return known.url != document.article.url and stated_apart(known, document.article) != timedelta()


HASH_RUNG = Rung(NAME, keys, decide)
