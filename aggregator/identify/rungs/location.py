"""The place was read before: its article goes on, unless another one took the place."""

from __future__ import annotations

from aggregator.codes import Code
from aggregator.identify.dating import reissued
from aggregator.identify.evidence import goes_on, looks_alike, rewritten, yearly
from aggregator.identify.others import told_by_another
from aggregator.identify.rung import Context, Found, Key, Rung, here
from aggregator.model.article import HASH, LOCATION, Identity, KnownArticle, Prepared, Sighting

NAME = "location"


def keys(document: Prepared) -> tuple[Key, ...]:
    article = document.article
    place = (LOCATION, (article.source, article.location))
    if document.former_hash:
        return place, (HASH, document.content_hash), (HASH, document.former_hash)
    return place, (HASH, document.content_hash)


def decide(document: Prepared, found: Found, context: Context) -> Identity | None:
    known = here(found)
    if known is None:
        return None
    if context.outranks(document, known):
        return told_by_another(known, document, NAME, context)
    before, article = context.before(document), document.article
    # Only the place that its text is from corrects an article's date.
    own = known.place == (article.source, article.location)
    said_last = before is not None and before.content_hash == known.content_hash
    provider = own or (not known.alive and said_last and not context.is_of_others(known, document))
    another = reissued(known, article) if own else yearly(known, article)
    if known.content_hash == document.content_hash:
        return None if another else _same_words(known, document, provider)
    if known.content_hash == document.former_hash and not another:
        return Identity("revision" if provider else "same", known.id, NAME, False, "the same words, read by new rules")
    said_before = before is not None and before.content_hash in _hashes(document)
    if said_before and not context.is_of_others(known, document) and not another:
        return _same(known, "what this place said before; elsewhere it was rewritten")
    if any(other.id != known.id and not yearly(other, article) for other in found[HASH]):
        return None
    return _other_words(document, known, before, provider, context)


def _other_words(
    document: Prepared, known: KnownArticle, before: Sighting | None, provider: bool, context: Context
) -> Identity | None:
    recleaned = before is not None and before.digest == document.digest and before.recipe != context.recipe
    if _waits(document, known, before) and (recleaned or goes_on(known, document, at_its_place=True)):
        return Identity("same", known.id, NAME, False, "its page cannot be had; the text we hold says more", True)
    if recleaned:
        return Identity("revision" if provider else "same", known.id, NAME, False, "read again by new cleaning rules")
    if context.is_of_others(known, document):
        return told_by_another(known, document, NAME, context)
    if goes_on(known, document, at_its_place=True):
        return rewritten(known, document, provider, NAME, "rewritten at the same place")
    return None


def stays(document: Prepared, found: Found, context: Context) -> bool:
    """Whether the article of the document's place goes on there, or is another source's."""
    known, before = here(found), context.before(document)
    if known is None:
        return False
    same_bytes = before is not None and before.digest == document.digest
    same_words = not _hashes(document).isdisjoint({known.content_hash, before.content_hash if before else None})
    return (
        same_bytes or same_words or context.is_of_others(known, document) or goes_on(known, document, at_its_place=True)
    )


def _hashes(document: Prepared) -> set[str]:
    """Under which the words of a document are stored."""
    return {document.content_hash, document.former_hash or document.content_hash}


def _same_words(known: KnownArticle, document: Prepared, provider: bool) -> Identity:
    if provider and not looks_alike(known, document):
        return Identity("revision", known.id, NAME, False, "the same words, otherwise changed")
    return _same(known, "the same words at the same place")


def _same(known: KnownArticle, why: str) -> Identity:
    return Identity("same", known.id, NAME, False, why)


def _waits(document: Prepared, known: KnownArticle, before: Sighting | None) -> bool:
    """Whether a document that was read without its page has to wait for it: what is here was read with it."""
    had_page = before is None or before.trouble is None or before.trouble.code is not Code.FULL_TEXT
    return document.lacking is not None and had_page and len(known.text) > len(document.subject.text)


LOCATION_RUNG = Rung(NAME, keys, decide)
