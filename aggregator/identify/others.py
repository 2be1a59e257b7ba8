"""What one source's document is to an article that another source provides. Pure.

Who provides an article is the source that it belongs to (`identify.claims`), else the first. What others say is noted
as a further place, and changes nothing; if it says other words, it is an article of its own.
"""

from __future__ import annotations

from aggregator.base.lookalikes import look_alike
from aggregator.base.text import skeleton
from aggregator.identify.evidence import ALIKE, HINTED, RUN, conflicting_dates, containment, yearly
from aggregator.identify.rung import Context
from aggregator.model.article import Identity, KnownArticle, Prepared

SAYS_MORE = 1.5
"""A text of another source that is so many times longer is worth having beside the one we hold."""


def told_by_another(known: KnownArticle, document: Prepared, rung: str, context: Context) -> Identity | None:
    """Whether it is the article of another source; None if it is not."""
    if yearly(known, document.article):
        return None
    takes_over = context.outranks(document, known)
    same_words = known.content_hash in {document.content_hash, document.former_hash}
    if not same_words and not _tells_it(known, document, takes_over, context):
        return None
    if takes_over and (document.lacking is None or len(document.subject.text) >= len(known.text)):
        return taken_over(known, document, rung)
    return Identity("same", known.id, rung, False, "another source tells the same")


def taken_over(known: KnownArticle, document: Prepared, rung: str) -> Identity:
    """By the source that it belongs to, from one that told it first."""
    words = known.content_hash not in {document.content_hash, document.former_hash}
    return Identity("revision", known.id, rung, words, "it belongs to this source", takes_over=True)


def _tells_it(known: KnownArticle, document: Prepared, takes_over: bool, context: Context) -> bool:
    """Whether the document tells the article in other words."""
    if context.are_both_own(document, known):
        return False
    if context.is_address_owned(document, known):
        return is_of_one_address(known, document)
    longer = not takes_over and len(document.subject.text) > SAYS_MORE * len(known.text)
    alike = containment(known.text, document.subject.text, RUN) >= ALIKE
    return alike and not longer and not conflicting_dates(known, document.article)


def is_of_one_address(known: KnownArticle, document: Prepared) -> bool:
    """Whether two documents that state one address are of one article, and neither is a remark with a link to it.

    Letters that look like others count as those: whoever writes them means to be taken for it.
    """
    one, other = look_alike(known.title), look_alike(document.subject.title)
    if skeleton(one) == skeleton(other):
        return True
    return containment(look_alike(known.text), look_alike(document.subject.text), RUN) >= HINTED
