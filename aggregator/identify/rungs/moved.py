"""The place of a known article is gone, and the document tells it anew from another place: it moved and was edited."""

from __future__ import annotations

from aggregator.identify.fingerprint import mint_id
from aggregator.identify.likeness import Standing
from aggregator.identify.rung import Context, Found, Key, Rung
from aggregator.model.article import Identity, Prepared, Sighting

NAME = "moved"


def keys(document: Prepared) -> tuple[Key, ...]:  # noqa: ARG001
    """None of its own: what may have moved is found by the keys of all rungs, for a batch at once."""
    return ()


def decide(document: Prepared, found: Found, context: Context) -> Identity | None:  # noqa: ARG001
    if same_bytes := context.by_bytes.get(document.digest):
        return _read_anew(document, same_bytes, context)
    likely = context.continued.get(document.article.location)
    if likely is None:
        return None
    known = context.articles[likely.article]
    if context.standing(known) is Standing.THERE:
        # Another document has gone on with it meanwhile.
        return None
    why = f"moved: {likely.likeness.why}"
    if document.lacking is None or len(document.subject.text) > len(known.text):
        return Identity("revision", known.id, NAME, known.content_hash != document.content_hash, why)
    return Identity("same", known.id, NAME, False, f"{why}; the text we hold says more")


def _read_anew(document: Prepared, left: Sighting, context: Context) -> Identity | None:
    """The same file at another place, with other words because new cleaning rules read it.

    Only the article that was minted from this very source and these words is cleaned anew, or whose text is from
    there; a file that was a copy of another source's article stays one.
    """
    article = document.article
    stated = article.published if article.date_kind == "stated" else None
    if left.article is None:
        return None
    known = context.articles.get(left.article)
    provided = known is not None and known.place == (left.source, left.location)
    of_others = known is not None and context.is_of_others(known, document)
    own = provided or (not of_others and left.article == mint_id(article.source, left.content_hash, stated))
    why = "the same file at another place, read by new cleaning rules"
    return Identity("revision" if own else "same", left.article, NAME, False, why)


MOVED_RUNG = Rung(NAME, keys, decide)
