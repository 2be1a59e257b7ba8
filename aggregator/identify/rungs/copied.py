"""The same source has the article at another place, too, but for a small edit."""

from __future__ import annotations

from aggregator.base.titles import title_keys
from aggregator.identify.evidence import rewritten
from aggregator.identify.likeness import Likeness, copy, is_exact
from aggregator.identify.rung import Context, Found, Key, Rung
from aggregator.model.article import INSTANT, TITLE, Identity, KnownArticle, Prepared

NAME = "copy"
COMPARED = 6
"""Articles that a document is compared with, text by text."""


def keys(document: Prepared) -> tuple[Key, ...]:
    article = document.article
    stated = article.published if article.date_kind == "stated" else None
    titles = [(TITLE, key) for key in title_keys(article.source, document.subject.title, stated)]
    return (*titles, (INSTANT, stated)) if is_exact(article) else tuple(titles)


def decide(document: Prepared, found: Found, context: Context) -> Identity | None:
    if not any(found.values()):
        return None
    if context.present is not None:
        # What a feed names side by side are two entries, however much they look alike.
        return None
    likely = {
        known.id: known
        for kind in (TITLE, INSTANT)
        for known in found.get(kind, ())
        if known.place[0] == document.article.source
    }
    nearest = sorted(likely.values(), key=lambda known: _at_first_sight(known, document))[:COMPARED]
    compared = [(likeness, known) for known in nearest if (likeness := copy(known, document))]
    if not compared:
        return None
    likeness, known = max(compared, key=_how_much)
    return rewritten(known, document, False, NAME, likeness.why)


def _how_much(pair: tuple[Likeness, KnownArticle]) -> tuple[float, str]:
    return pair[0].alike, pair[1].id.hex


def _at_first_sight(known: KnownArticle, document: Prepared) -> tuple[bool, int, str]:
    longer = abs(len(known.text) - len(document.subject.text))
    return known.title != document.subject.title, longer, known.id.hex


COPY_RUNG = Rung(NAME, keys, decide)
