"""The same words are known from elsewhere."""

from __future__ import annotations

from datetime import timedelta

from aggregator.base.canonical import is_same_address
from aggregator.identify.evidence import another_notice, stated_apart, yearly
from aggregator.identify.others import taken_over
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
        another = yearly(known, document.article) or another_notice(known, document)
        if another or _is_another_page(known, document):
            continue
        if context.outranks(document, known):
            return taken_over(known, document, NAME)
        here_before = at_its_place is not None and known.id == at_its_place.id
        if _says_else(known, document) and (
            context.are_both_own(document, known) or (here_before and context.is_of_others(known, document))
        ):
            continue
        if known.content_hash != document.former_hash:
            return Identity("same", known.id, NAME, False, "the same words")
        if document.digest not in context.by_bytes:
            return _read_formerly(known, document, context)
    return None


def _says_else(known: KnownArticle, document: Prepared) -> bool:
    """Whether these are words of the article's past."""
    return known.content_hash not in {document.content_hash, document.former_hash}


def _read_formerly(known: KnownArticle, document: Prepared, context: Context) -> Identity:
    """The article has the words with what an earlier version did not take for a lead-in, a digest or the title."""
    moved = known.id in context.gone and known.place[0] == document.article.source
    return Identity("revision" if moved else "same", known.id, NAME, False, "the same words, read by earlier rules")


def _is_another_page(known: KnownArticle, document: Prepared) -> bool:
    """Whether there are no words to go by, and title apart all differs: a broadcast has one title every day."""
    if document.subject.text or known.url is None or document.article.url is None:
        return False
    return not is_same_address(known.url, document.article.url) and stated_apart(known, document.article) != timedelta()


HASH_RUNG = Rung(NAME, keys, decide)
