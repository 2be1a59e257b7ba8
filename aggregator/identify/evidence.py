"""What speaks for and against a document being a known article: words, dates, and who tells it.

Only the source that an article's text came from may change it; what others say of it: see `identify.others`.

Of one version the longer text counts. So what a feed says of a page that cannot be had now does not replace
the text that was read in that page before.
"""

from __future__ import annotations

import re
from datetime import timedelta

from aggregator.base.canonical import is_same_address
from aggregator.base.text import skeleton
from aggregator.model.article import Article, Identity, KnownArticle, Prepared

YEARLY = timedelta(days=180)
"""Equal words with stated dates further apart than this are two articles: a yearly notice."""
NEAR_DATES = timedelta(days=2)
NOTICE = 100
"""Characters of a text that one day may have in common with the next, but for the lead-in."""
ANOTHER_DAY = timedelta(hours=12)
ALIKE = 0.5
"""Share of the shorter text's runs of characters that two texts of one article have in common: of pairs, where
both are of one source."""
PAIR = 2
RUN = 5
"""Characters in a run where the sources differ: a text with all pairs in it would pass for any article."""
HINTED = 0.2
"""The same where the address or the date speaks for it too."""
READ = 4_000
"""Characters of a text that are compared: a batch of hostile ones must not hold up the other writers."""
_IDEOGRAPH = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3]")
_PICTURE_QUERY = re.compile(r"""(<img\b[^>]*?\bsrc="[^"?]*)\?[^"]*""")


def rewritten(known: KnownArticle, document: Prepared, provider: bool, rung: str, why: str) -> Identity:
    """A text for a known article: taken over from whoever gave the present one, from others only if it says more."""
    if provider or len(document.subject.text) > len(known.text):
        return Identity("revision", known.id, rung, True, why)
    return Identity("same", known.id, rung, False, f"{why}; the text we hold says more")


def goes_on(known: KnownArticle, document: Prepared, at_its_place: bool) -> bool:
    """Whether the document may be a later text of the known article, and not another article in its place."""
    article = document.article
    alike = containment(known.text, document.subject.text, telling_run(known.text))
    if alike >= ALIKE:
        return True
    conflict = conflicting_dates(known, article)
    if not conflict and skeleton(known.title) == skeleton(document.subject.title):
        return True
    # An address or a date alone is no proof: writers give one to all articles of a list, or of a day.
    same_url = at_its_place and is_same_address(known.url, article.url)
    same_instant = known.date_kind == article.date_kind == "stated" and known.published == article.published
    return (same_url or same_instant) and alike >= HINTED


def looks_alike(known: KnownArticle, document: Prepared) -> bool:
    """Whether what is published of an article would stay as it is, random numbers in picture addresses aside."""
    article = document.article
    told = (document.subject.title, article.author, document.subject.labels)
    same_fields = (known.title, known.author, known.labels) == told and known.enclosures == article.enclosures
    same_url = article.url is None or known.url == article.url
    return same_fields and same_url and _without_queries(known.html) == _without_queries(article.html)


def _without_queries(html: str) -> str:
    return _PICTURE_QUERY.sub(r"\1", html) if "<img" in html else html


def conflicting_dates(known: KnownArticle, article: Article) -> bool:
    apart = stated_apart(known, article)
    return apart is not None and apart > NEAR_DATES


def yearly(known: KnownArticle, article: Article) -> bool:
    """Whether equal words are two articles, a year or so apart."""
    apart = stated_apart(known, article)
    return apart is not None and apart > YEARLY


def another_notice(known: KnownArticle, document: Prepared) -> bool:
    """Whether equal words are two articles because they are few, of two days, and the lead-in that they are known
    without may be all that tells one from the other: no new cases, the museum is closed."""
    if not document.former_hash or len(document.subject.text) >= NOTICE:
        return False
    apart = stated_apart(known, document.article)
    return apart is not None and apart >= ANOTHER_DAY


def stated_apart(known: KnownArticle, article: Article) -> timedelta | None:
    """How far two stated dates lie apart; None if one is not stated."""
    if known.date_kind != "stated" or article.date_kind != "stated":
        return None
    if known.published is None or article.published is None:
        return None
    return abs(known.published - article.published)


def telling_run(text: str) -> int:
    """How many characters in a row tell one text of a source from another: two ideographs do, two letters of an
    alphabet are in every text."""
    beginning = text[:READ]
    return PAIR if 2 * len(_IDEOGRAPH.findall(beginning)) >= len(beginning) else RUN


def containment(one: str, other: str, size: int) -> float:
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
