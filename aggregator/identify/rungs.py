"""Which article a document is: the rungs, tried in order, each with its evidence.

1. **location**: the place was read before; its article goes on, unless another one took the place.
2. **hash**: the same words are known from elsewhere.
3. **address**: the same address is known, and the words speak for the same article.
4. **none**: it is new.

Only the source that an article's text came from may change it. What another source says of the same
article is noted as a further place; if it says other words, it is an article of its own.

Of one version the longer text counts. So what a feed says of a page that cannot be had now does not replace
the text that was read in that page before.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from datetime import timedelta
from itertools import islice
from typing import Literal
from uuid import UUID

from aggregator.identify.fingerprint import mint_id, skeleton
from aggregator.model.article import NO_PAGE, Article, Identity, KnownArticle, Prepared, Sighting

YEARLY = timedelta(days=180)
"""Equal words with stated dates further apart than this are two articles: a yearly notice."""
NEAR_DATES = timedelta(days=2)
ALIKE = 0.5
"""Share of the shorter text's runs of characters that two texts of one article have in common: of pairs, where
both are of one source."""
RUN = 5
"""Characters in a run where the sources differ: a text with all pairs in it would pass for any article."""
HINTED = 0.2
"""The same where the address or the date speaks for it too."""
SAYS_MORE = 1.5
"""A text of another source that is so many times longer is worth having beside the one we hold."""
COMPARED = 5
"""Articles of one address that a document is compared with."""
READ = 4_000
"""Characters of a text that are compared: a batch of hostile ones must not hold up the other writers."""
_FRONT_PAGE = re.compile(r"[a-z]+://[^/?#]*/*(?:\?)?(?:#.*)?", re.IGNORECASE)
_PICTURE_QUERY = re.compile(r"""(<img\b[^>]*?\bsrc="[^"?]*)\?[^"]*""")


def resolve(
    document: Prepared,
    here: KnownArticle | None,
    same_words: Iterable[KnownArticle],
    same_address: Iterable[KnownArticle],
    before: Sighting | None,
    recipe: str,
    gone: Collection[UUID] = (),
) -> Identity:
    """The identity of one document.

    ``here`` is the article last seen at its location, ``before`` the sighting there; the others
    are what the store holds with the same content hash and the same address. ``recipe`` is the
    digest of the rules it was read by now, ``gone`` the articles that lost a place in this pass.
    """
    if here is not None:
        found = _at_its_place(document, here, same_words, before, recipe)
        if found is not None:
            return found
    for known in same_words:
        # Of an article of others that says something else by now, these are words of the past.
        past = here is not None and known.id == here.id and _is_of_others(here, document)
        if not past and not _yearly(known, document.article):
            return Identity("same", known.id, "hash", False, "the same words")
    if _names_an_article(document.article.url):
        for known in islice(same_address, COMPARED):
            if found := _of_the_same_address(known, document, gone):
                return found
    stated = document.article.published if document.article.date_kind == "stated" else None
    id_ = mint_id(document.article.source, document.content_hash, stated)
    return Identity("new", id_, "none", True, "no article with these words or this address")


def _at_its_place(
    document: Prepared, here: KnownArticle, same_words: Iterable[KnownArticle], before: Sighting | None, recipe: str
) -> Identity | None:
    recleaned = before is not None and before.digest == document.digest and before.recipe != recipe
    provider = here.place == (document.article.source, document.article.location) or (
        not here.alive and before is not None and before.content_hash == here.content_hash
    )
    if here.content_hash == document.content_hash:
        if _yearly(here, document.article):
            return None
        if provider and not _looks_alike(here, document):
            return Identity("revision", here.id, "location", False, "the same words, otherwise changed")
        return Identity("same", here.id, "location", False, "the same words at the same place")
    said_before = before is not None and before.content_hash == document.content_hash
    if said_before and not _is_of_others(here, document) and not _yearly(here, document.article):
        return Identity("same", here.id, "location", False, "what this place said before; elsewhere it was rewritten")
    if any(k.id != here.id and not _yearly(k, document.article) for k in same_words):
        return None
    if _waits(document, here, before) and (recleaned or _goes_on(here, document, at_its_place=True)):
        return Identity("same", here.id, "location", False, "its page cannot be had; the text we hold says more", True)
    if recleaned:
        return Identity(
            "revision" if provider else "same", here.id, "location", False, "read again by new cleaning rules"
        )
    if _is_of_others(here, document):
        return _told_elsewhere(here, document, "location")
    if _goes_on(here, document, at_its_place=True):
        return _rewritten(here, document, provider, rung="location")
    return None


def _is_of_others(here: KnownArticle, document: Prepared) -> bool:
    """Whether the article at a place is another source's to change."""
    return here.alive and here.place[0] != document.article.source


def _waits(document: Prepared, here: KnownArticle, before: Sighting | None) -> bool:
    """Whether a document that was read without its page has to wait for it: what is here was read with it."""
    had_page = before is None or not before.reason.startswith(f"{NO_PAGE}:")
    return bool(document.lacking) and had_page and len(here.text) > len(document.subject.text)


def _of_the_same_address(known: KnownArticle, document: Prepared, gone: Collection[UUID]) -> Identity | None:
    if known.place[0] != document.article.source:
        return _told_elsewhere(known, document, "address")
    if _goes_on(known, document, at_its_place=False):
        provider = (known.id in gone or not known.alive) and not document.lacking
        return _rewritten(known, document, provider, rung="address")
    return None


def _told_elsewhere(known: KnownArticle, document: Prepared, rung: Literal["location", "address"]) -> Identity | None:
    """Another source's article: the same if the words are, never changed by this one."""
    longer = len(document.subject.text) > SAYS_MORE * len(known.text)
    alike = containment(known.text, document.subject.text, RUN)
    if longer or _conflicting_dates(known, document.article) or alike < ALIKE:
        return None
    return Identity("same", known.id, rung, False, "another source tells the same")


def _rewritten(
    known: KnownArticle, document: Prepared, provider: bool, rung: Literal["location", "address"]
) -> Identity:
    """A text for a known article: taken over from whoever gave the present one, from others only if it says more."""
    if provider or len(document.subject.text) > len(known.text):
        return Identity("revision", known.id, rung, True, f"rewritten at the same {rung}")
    return Identity("same", known.id, rung, False, f"the same {rung}; the text we hold says more")


def _looks_alike(known: KnownArticle, document: Prepared) -> bool:
    """Whether what is published of an article would stay as it is, random numbers in picture addresses aside."""
    article = document.article
    told = (document.subject.title, article.author, document.subject.labels)
    same_fields = (known.title, known.author, known.labels) == told and known.enclosures == article.enclosures
    same_url = article.url is None or known.url == article.url
    return same_fields and same_url and _without_queries(known.html) == _without_queries(article.html)


def _without_queries(html: str) -> str:
    return _PICTURE_QUERY.sub(r"\1", html) if "<img" in html else html


def _goes_on(known: KnownArticle, document: Prepared, at_its_place: bool) -> bool:
    """Whether the document may be a later text of the known article, and not another article in its place."""
    article = document.article
    alike = containment(known.text, document.subject.text)
    if alike >= ALIKE:
        return True
    conflict = _conflicting_dates(known, article)
    if not conflict and skeleton(known.title) == skeleton(document.subject.title):
        return True
    # An address or a date alone is no proof: writers give one to all articles of a list, or of a day.
    same_url = at_its_place and known.url is not None and known.url == article.url
    same_instant = known.date_kind == article.date_kind == "stated" and known.published == article.published
    return (same_url or same_instant) and alike >= HINTED


def _conflicting_dates(known: KnownArticle, article: Article) -> bool:
    apart = _apart(known, article)
    return apart is not None and apart > NEAR_DATES


def _yearly(known: KnownArticle, article: Article) -> bool:
    apart = _apart(known, article)
    return apart is not None and apart > YEARLY


def _apart(known: KnownArticle, article: Article) -> timedelta | None:
    """How far two stated dates lie apart; None if one is not stated."""
    if known.date_kind != "stated" or article.date_kind != "stated":
        return None
    if known.published is None or article.published is None:
        return None
    return abs(known.published - article.published)


def _names_an_article(url: str | None) -> bool:
    """Whether an address can be one article's own: not a site's front page."""
    return bool(url) and not _FRONT_PAGE.fullmatch(url or "")


def containment(one: str, other: str, size: int = 2) -> float:
    """Share of the shorter text's runs of ``size`` characters that the longer one has too, 0 to 1.

    0 if either has none. Of each, the beginning is compared.
    """
    first, second = _runs(one[:READ], size), _runs(other[:READ], size)
    if not first or not second:
        return 0.0
    return len(first & second) / min(len(first), len(second))


def _runs(folded: str, size: int) -> set[str]:
    bare = skeleton(folded)
    return {bare[i : i + size] for i in range(len(bare) - size + 1)}
