"""Two rungs that the program does not have: one asks by a kind of keys that is there, one by a kind of its own."""

from __future__ import annotations

from aggregator.base.canonical import address_key
from aggregator.identify.rung import Context, Found, Key, Rung
from aggregator.model.article import ADDRESS, Identity, Prepared
from storage.read.lookups import by
from storage.tables import REVISION

TITLE = "whole-title"


def full_address(document: Prepared) -> tuple[Key, ...]:
    """The address of the page that a page for small screens stands for."""
    url = document.article.url or ""
    return ((ADDRESS, address_key(url.replace("://small.", "://"))),) if "://small." in url else ()


def page_for_small_screens(document: Prepared, found: Found, context: Context) -> Identity | None:
    for known in found.get(ADDRESS, ()):
        return Identity("same", known.id, "small-screen", False, "the page for small screens of it")
    return None


SMALL_SCREEN = Rung("small-screen", full_address, page_for_small_screens)


def title(document: Prepared) -> tuple[Key, ...]:
    return ((TITLE, document.subject.title),)


def same_title_and_day(document: Prepared, found: Found, context: Context) -> Identity | None:
    article = document.article
    for known in found[TITLE]:
        of_that_day = known.published and article.published and known.published.date() == article.published.date()
        if of_that_day and known.place[0] == article.source:
            return Identity("revision", known.id, "title", True, "the same title on the same day")
    return None


SAME_TITLE = Rung("title", title, same_title_and_day)
BY_TITLE = by(REVISION.c.folded_title)
