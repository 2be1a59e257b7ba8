"""Whether the date that a document states takes the place of the one that its article is known by. Pure."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta, tzinfo

from aggregator.identify.evidence import yearly
from aggregator.model.article import Article, KnownArticle, Prepared

A_DAY = timedelta(days=1)


def corrects_date(
    held: KnownArticle, document: Prepared, zone: tzinfo, moved: bool = False, takes_over: bool = False
) -> bool:
    """Whether the article was published when the document says, and not when it was thought to be.

    Only the place that the article's text is from may say so, and only by a date that is stated: a crawler's clock,
    and the name of a file, are nobody's correction. A document that lacks its page says less than it did.
    ``zone``: of dates that state none; ``moved``: whether that place is gone, and the document is what was there;
    ``takes_over``: whether the document is of the source that the article belongs to, and the date held is another's.
    """
    article = document.article
    if article.date_kind != "stated" or article.published is None or document.lacking is not None:
        return False
    place = (article.source, held.place[1] if moved else article.location)
    if (held.place != place and not takes_over) or article.published == held.published:
        return False
    if held.date_kind != "stated" or held.published is None:
        return True
    own = takes_over or stated_before_seen(held, article)
    return own and not _says_less(held.published, article.published, zone)


def reissued(known: KnownArticle, article: Article) -> bool:
    """Whether equal words at one place are two articles: a yearly notice comes after the last one was seen.

    A date from before that, however far it is from the one that was stated, is a correction.
    """
    return yearly(known, article) and not stated_before_seen(known, article)


def stated_before_seen(known: KnownArticle, article: Article) -> bool:
    """Whether the date that is stated now is from before the article was first seen: only then can it be its own."""
    if article.date_kind != "stated" or article.published is None or known.first_seen is None:
        return False
    return article.published <= known.first_seen


def _says_less(old: datetime, new: datetime, zone: tzinfo) -> bool:
    """Whether the new one is but the day of the old one, or the next to it by another zone."""
    return abs(new - old) < A_DAY and _is_a_day(new, zone) and not _is_a_day(old, zone)


def _is_a_day(moment: datetime, zone: tzinfo) -> bool:
    """Whether it has no time of day: it is a midnight, there or in UTC."""
    return any(moment.astimezone(each).time() == time() for each in (zone, UTC))
