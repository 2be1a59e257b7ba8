"""Feeds in XML, before any parser sees them: where the root begins, and no DTD.

All of it is linear. Everything before the root element is cut away, so no parser ever reads a DTD.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from html import unescape

from aggregator.base.markup import line_of, prolog_of
from aggregator.codes import Code, RepairCode
from aggregator.errors import RejectedError
from aggregator.model.document import Repair

ROOTS = frozenset({"rss", "feed", "rdf", "channel", "entry"})
_PAGES = frozenset({"html", "head", "body"})
_WHAT_ELSE = {"urlset": "a sitemap", "sitemapindex": "a sitemap", "opml": "a list of feeds (OPML)", "svg": "a picture"}

_ROOT = re.compile(r"<([^\s<>/!?][^\s<>/]{0,200})")
_FEED = re.compile(r"<(?:rss|feed|rdf:rdf|[\w-]{1,20}:feed)[\s>]", re.IGNORECASE)
_ENTITY = re.compile(r"<!ENTITY|%[\w:-]+;", re.IGNORECASE)
_PLAIN_ENTITY = re.compile(
    r"""<!ENTITY\s+([A-Za-z][A-Za-z0-9]{0,31})\s+(?:"([^"<%]{0,100})"|'([^'<%]{0,100})')\s*>""", re.IGNORECASE
)
_MOST_ENTITIES = 300
_JUNK = 8_192
"""Characters that may stand before a feed."""


@dataclass(frozen=True, slots=True)
class Outside:
    """A document without what stands before its root element."""

    text: str
    """Begins with the root's tag."""
    line: int
    """The line that the root is on, from 1."""
    is_page: bool = False
    """It is HTML, and no feed."""
    repairs: tuple[Repair, ...] = ()
    entities: Mapping[str, str] = field(default_factory=dict)
    """That it declares itself: name to plain text."""


def outside(text: str) -> Outside:
    """Finds the root. Raises RejectedError ``xml-entities``, ``not-a-feed``."""
    prolog = prolog_of(text)
    entities = _plain_entities(text, *prolog.subset) if prolog.subset else {}
    start = prolog.end
    root = _ROOT.match(text, start)
    local = "html" if prolog.doctype == "html" else (root[1].rpartition(":")[2].lower() if root else "")
    if local in ROOTS and root:
        return Outside(text[start:], line_of(text, start), entities=entities)
    if local in _PAGES:
        return Outside(text, 1, is_page=True)
    if feed := _FEED.search(text, 0, _JUNK):
        _refuse_entities(text, 0, feed.start())
        return Outside(text[feed.start() :], line_of(text, feed.start()), repairs=(_junk(feed.start()),))
    if re.search(r"<(?:html|head|body)[\s>]", text[:_JUNK], re.IGNORECASE):
        return Outside(text, 1, is_page=True)
    what = _WHAT_ELSE.get(local) or (f"a document of <{root[1][:60]}>" if root else "no XML, and no JSON Feed")
    raise RejectedError(Code.NOT_A_FEED, f"it is {what}", 1)


def _plain_entities(text: str, start: int, end: int) -> dict[str, str]:
    """Entities that stand for a few plain characters; those of files, of parameters and of others are refused."""
    declared = _PLAIN_ENTITY.findall(text, start, end)
    found = {name: unescape(one or other) for name, one, other in declared}
    is_plain = len(declared) == len(_ENTITY.findall(text, start, end)) <= _MOST_ENTITIES
    if not is_plain or any("<" in value or ("&" in value and name != "amp") for name, value in found.items()):
        _refuse_entities(text, start, end)
    return found


def _refuse_entities(text: str, start: int, end: int) -> None:
    if entity := _ENTITY.search(text, start, end):
        message = "the document declares entities, which no feed needs"
        raise RejectedError(Code.XML_ENTITIES, message, line_of(text, entity.start()))


def _junk(length: int) -> Repair:
    return Repair(RepairCode.LEADING_JUNK, f"{length} characters before the feed", 1)
