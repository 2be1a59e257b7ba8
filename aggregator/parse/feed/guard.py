"""Feeds in XML, before any parser sees them: where the root begins, no DTD, no numbers that only an attack has.

All of it is linear. Everything before the root element is cut away, so no parser ever reads a DTD.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

from aggregator.codes import Code, RepairCode
from aggregator.errors import RejectedError
from aggregator.model.document import Repair

MAX_ATTRIBUTES = 1_000
"""Of one tag."""
ROOTS = frozenset({"rss", "feed", "rdf", "channel", "entry"})
_PAGES = frozenset({"html", "head", "body"})
_WHAT_ELSE = {"urlset": "a sitemap", "sitemapindex": "a sitemap", "opml": "a list of feeds (OPML)", "svg": "a picture"}

_PROLOG = re.compile(r"(?:\s++|<\?.*?(?:\?>|\Z)|<!--.*?(?:-->|\Z))*+", re.DOTALL)
_DOCTYPE = re.compile(r"""<!DOCTYPE\s++([\w:.-]{0,50})(?:[^\[<>"']|"[^"]*+"|'[^']*+')*+(\[)?""", re.IGNORECASE)
_ROOT = re.compile(r"<([^\s<>/!?][^\s<>/]{0,200})")
_FEED = re.compile(r"<(?:rss|feed|rdf:rdf|[\w-]{1,20}:feed)[\s>]", re.IGNORECASE)
_ENTITY = re.compile(r"<!ENTITY|%[\w:-]+;", re.IGNORECASE)
_JUNK = 8_192
"""Characters that may stand before a feed."""
_LONG_TAG = re.compile(rf"<[^\s<>/!?][^<]{{{MAX_ATTRIBUTES * 4},}}")
"""A tag, perhaps with the text behind it."""
_CDATA = "<![CDATA["
_ATTRIBUTES = re.compile(r"""(?:[^<>"']|"[^"<]*+"|'[^'<]*+')*+""")
_TAG = re.compile(r"<!\[CDATA\[.*?(?:\]\]>|\Z)|<!--.*?(?:-->|\Z)|<\?.*?(?:\?>|\Z)|<(/?)([^\s<>/!?]+)[^<>]*+", re.DOTALL)


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


def outside(text: str) -> Outside:
    """Finds the root. Raises RejectedError ``xml-entities``, ``not-a-feed``."""
    start, name = _after_prolog(text)
    root = _ROOT.match(text, start)
    local = name or (root[1].rpartition(":")[2].lower() if root else "")
    if local in ROOTS and root:
        return Outside(text[start:], text.count("\n", 0, start) + 1)
    if local in _PAGES:
        return Outside(text, 1, is_page=True)
    if feed := _FEED.search(text, 0, _JUNK):
        _refuse_entities(text, 0, feed.start())
        line = text.count("\n", 0, feed.start()) + 1
        return Outside(text[feed.start() :], line, repairs=(_junk(feed.start()),))
    if re.search(r"<(?:html|head|body)[\s>]", text[:_JUNK], re.IGNORECASE):
        return Outside(text, 1, is_page=True)
    what = _WHAT_ELSE.get(local) or (f"a document of <{root[1][:60]}>" if root else "no XML, and no JSON Feed")
    raise RejectedError(Code.NOT_A_FEED, f"it is {what}", 1)


def _after_prolog(text: str) -> tuple[int, str]:
    """Where the root begins, and ``html`` if the DTD says so. Text before the declaration is left for later."""
    start = _end(_PROLOG.match(text, 0))
    doctype = _DOCTYPE.match(text, start)
    if doctype is None:
        return start, ""
    end = doctype.end()
    if doctype[2]:
        close = re.compile(r"\]\s*+>").search(text, end)
        _refuse_entities(text, end, close.start() if close else len(text))
        end = close.end() if close else len(text)
    else:
        end += text.startswith(">", end)
    return _end(_PROLOG.match(text, end)), "html" if doctype[1].lower() == "html" else ""


def _end(match: re.Match[str] | None) -> int:
    return match.end() if match else 0


def _refuse_entities(text: str, start: int, end: int) -> None:
    if entity := _ENTITY.search(text, start, end):
        line = text.count("\n", 0, entity.start()) + 1
        raise RejectedError(Code.XML_ENTITIES, "the document declares entities, which no feed needs", line)


def _junk(length: int) -> Repair:
    return Repair(RepairCode.LEADING_JUNK, f"{length} characters before the feed", 1)


def check_attributes(text: str, *, sections: bool = True) -> None:
    """Raises RejectedError ``too-many-attributes``; feedparser takes over 20 s for 200,000 of one tag.

    ``sections``: whether the text of CDATA sections counts, too. It is an entry's own, and no reader of XML sees
    tags in it.
    """
    if text.count("=") <= MAX_ATTRIBUTES:
        return
    start = 0
    while start < len(text):
        begin = -1 if sections else text.find(_CDATA, start)
        end = begin if begin >= 0 else len(text)
        _check_tags(text, start, end)
        close = text.find("]]>", end)
        start = close if close >= 0 else len(text)


def _check_tags(text: str, start: int, end: int) -> None:
    for tag in _LONG_TAG.finditer(text, start, end):
        written = _ATTRIBUTES.match(text, tag.start() + 1, end)
        if written and written[0].count("=") > MAX_ATTRIBUTES:
            line = text.count("\n", 0, tag.start()) + 1
            raise RejectedError(Code.TOO_MANY_ATTRIBUTES, f"a tag has over {MAX_ATTRIBUTES} attributes", line)


def check_depth(text: str, nesting: int) -> None:
    """For ill-formed documents, which lxml does not count: raises RejectedError ``too-deep``.

    An end tag closes all that was opened since its element began, as readers of tag soup see it.
    """
    opened: list[str] = []
    counts: Counter[str] = Counter()
    for tag in _TAG.finditer(text):
        name = tag[2]
        if not name or tag[0].endswith("/"):
            continue
        if not tag[1]:
            opened.append(name)
            counts[name] += 1
        elif counts[name]:
            while (last := opened.pop()) != name:
                counts[last] -= 1
            counts[name] -= 1
        if len(opened) > nesting:
            line = text.count("\n", 0, tag.start()) + 1
            raise RejectedError(Code.TOO_DEEP, f"elements are nested over {nesting} deep", line)
