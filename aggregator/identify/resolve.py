"""Which article a document is: the rungs, tried in order, each with its evidence.

1. **location**: the place was read before; its article goes on, unless another one took the place.
2. **hash**: the same words are known from elsewhere.
3. **address**: the same address is known, and the words speak for the same article.
4. **none**: it is new.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Literal
from urllib.parse import urlsplit

from aggregator.identify.fingerprint import mint_id, skeleton
from aggregator.model.article import Article, Identity, KnownArticle, Prepared, Sighting

YEARLY = timedelta(days=180)
"""Equal words with stated dates further apart than this are two articles: a yearly notice."""
NEAR_DATES = timedelta(days=2)
ALIKE = 0.5


def resolve(
    document: Prepared,
    here: KnownArticle | None,
    same_words: Iterable[KnownArticle],
    same_address: Iterable[KnownArticle],
    before: Sighting | None,
    recipe: str,
) -> Identity:
    """The identity of one document.

    ``here`` is the article last seen at its location, ``before`` the sighting there; the others
    are what the store holds with the same content hash and the same address. ``recipe`` is the
    digest of the rules it was read by now.
    """
    if here is not None:
        found = _at_its_place(document, here, same_words, before, recipe)
        if found is not None:
            return found
    for known in same_words:
        if not _yearly(known, document.article):
            return Identity("same", known.id, "hash", False, "the same words")
    if _names_an_article(document.article.url):
        for known in same_address:
            if _goes_on(known, document, at_its_place=False):
                return _rewritten(known, document, provider=False, rung="address")
    stated = document.article.published if document.article.date_kind == "stated" else None
    id_ = mint_id(document.article.source, document.content_hash, stated)
    return Identity("new", id_, "none", True, "no article with these words or this address")


def _at_its_place(
    document: Prepared, here: KnownArticle, same_words: Iterable[KnownArticle], before: Sighting | None, recipe: str
) -> Identity | None:
    recleaned = before is not None and before.digest == document.digest and before.recipe != recipe
    if here.content_hash == document.content_hash:
        if _yearly(here, document.article):
            return None
        if recleaned:
            return Identity("revision", here.id, "location", False, "read again by new cleaning rules")
        return Identity("same", here.id, "location", False, "the same words at the same place")
    if before is not None and before.content_hash == document.content_hash:
        return Identity("same", here.id, "location", False, "what this place said before; elsewhere it was rewritten")
    if any(k.id != here.id and not _yearly(k, document.article) for k in same_words):
        return None
    provider = before is None or before.content_hash == here.content_hash
    if recleaned:
        return Identity(
            "revision" if provider else "same", here.id, "location", False, "read again by new cleaning rules"
        )
    if _goes_on(here, document, at_its_place=True):
        return _rewritten(here, document, provider, rung="location")
    return None


def _rewritten(
    known: KnownArticle, document: Prepared, provider: bool, rung: Literal["location", "address"]
) -> Identity:
    """A text for a known article: taken over from whoever gave the present one, from others only if it says more."""
    if provider or len(document.subject.text) > len(known.text):
        return Identity("revision", known.id, rung, True, f"rewritten at the same {rung}")
    return Identity("same", known.id, rung, False, f"the same {rung}; the text we hold says more")


def _goes_on(known: KnownArticle, document: Prepared, at_its_place: bool) -> bool:
    """Whether the document may be a later text of the known article, and not another article in its place."""
    article = document.article
    same_url = at_its_place and known.url is not None and known.url == article.url
    if same_url:
        return True
    alike = containment(known.text, document.subject.text) >= ALIKE
    if alike:
        return True
    both = known.date_kind == article.date_kind == "stated"
    if both and known.published and article.published and abs(known.published - article.published) > NEAR_DATES:
        return False
    same_instant = both and known.published == article.published
    return same_instant or skeleton(known.title) == skeleton(document.subject.title)


def _yearly(known: KnownArticle, article: Article) -> bool:
    if known.date_kind != "stated" or article.date_kind != "stated":
        return False
    if known.published is None or article.published is None:
        return False
    return abs(known.published - article.published) > YEARLY


def _names_an_article(url: str | None) -> bool:
    """Whether an address can be one article's own: not a site's front page."""
    if not url:
        return False
    parts = urlsplit(url)
    return bool(parts.path.strip("/") or parts.query)


def containment(one: str, other: str) -> float:
    """Share of the shorter text's bigrams that the longer one has too, 0 to 1; 0 if either is empty."""
    first, second = _bigrams(one), _bigrams(other)
    if not first or not second:
        return 0.0
    return len(first & second) / min(len(first), len(second))


def _bigrams(folded: str) -> set[str]:
    bare = skeleton(folded)
    return {bare[i : i + 2] for i in range(len(bare) - 1)}
