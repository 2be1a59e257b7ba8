"""How deep elements are nested, told without a tree: at once where the tags of a text match, else as libxml2 reads it.

The first look is one pass over the tags that never counts too few levels: an element is taken for closed only by its
own end tag directly behind it, by ``/>``, or by a start tag of which it is known that libxml2 closes it there. What
it counts too deep, because end tags are missing or out of order, is counted again by libxml2 itself.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from typing import Any, cast

from lxml import etree

_SPACE = r"[ \t\n\r\f]"
_NO_SPACE = r"[^ \t\n\r\f"
ATTRIBUTES = rf"""
    ( (?: {_SPACE}++
        | /(?!>)
        | (?!>) {_NO_SPACE}/] {_NO_SPACE}/>=]*+
          (?: {_SPACE}*+ = {_SPACE}*+ (?: "[^"]*+" | '[^']*+' | {_NO_SPACE}>"'] {_NO_SPACE}>]*+ )?+ )?+
      )*+ )
"""
"""The attributes of a tag, for verbose patterns. A slash that closes the element is none of them: it stands directly
before ``>``, and outside of a value without quotes."""

_COMMENT = r"<!-- (?: -?> | [^-]*+ (?: -(?!-!?>) [^-]*+ )*+ (?: --!?> | - | $ ) )"
_RAW = rf"""
    <(?P<raw> iframe | noembed | noframes | plaintext | script | style | textarea | title | xmp )(?={_SPACE} | [/>])
    {ATTRIBUTES} > (?P<text> [^<]*+ (?: <(?! /(?P=raw)(?: {_SPACE} | [/>] ) ) [^<]*+ )*+ )
"""
_HTML_TAG = re.compile(
    rf"{_COMMENT} | {_RAW} | <(?P<end>/?)(?P<name>[a-z]{_NO_SPACE}/>]*+) {ATTRIBUTES} (?P<closed>/?) | <[!?/] [^>]*+",
    re.VERBOSE | re.IGNORECASE | re.ASCII,
)
"""What closes nothing comes first: a comment, and what scripts and their like hold; last, what is no tag at all."""
_END_OF_DOCUMENT = re.compile(r"</(?:[bB][oO][dD][yY]|[hH][tT][mM][lL])\s*>")
"""(Without IGNORECASE, the search for ``</`` is much faster.)"""
_XML_TAG = re.compile(
    r"<!\[CDATA\[.*?(?:\]\]>|\Z)|<!--.*?(?:-->|\Z)|<\?.*?(?:\?>|\Z)|<(/?)([^\s<>/!?]+)[^<>]*+", re.DOTALL
)
_ESCAPED_SCRIPT = re.compile(r"<!--.*<script", re.DOTALL | re.IGNORECASE)
"""Within a script: its next end tag may not be its end."""

_VOID = frozenset(str.split("area base basefont br col frame hr img input isindex link meta param"))
"""As far as libxml2 knows them."""
_UNKNOWN_VOID = re.compile(
    rf"(<(?:bgsound|embed|source|track|wbr)(?={_SPACE}|[/>]) {ATTRIBUTES}) /?>", re.VERBOSE | re.IGNORECASE | re.ASCII
)
_MAY_BE_UNKNOWN_VOID = re.compile("<[bestwBESTW](?:[gG][sS]|[mM][bB]|[oO][uU]|[rR][aA]|[bB][rR])")
"""Says no in a tenth of the time."""
_DOCUMENT = frozenset({"html", "head", "body"})


def _closed_by(table: str) -> Mapping[str, frozenset[str]]:
    """Lines of ``elements: start tags that close them``."""
    closing: dict[str, frozenset[str]] = {}
    for line in table.strip().splitlines():
        names, _, starts = line.partition(":")
        closing |= dict.fromkeys(names.split(), frozenset(starts.split()))
    return closing


_CLOSED_BY = _closed_by("""
    a: a table td th
    colgroup: colgroup tbody tfoot thead tr
    dd: dt
    dt: dd dl
    form: form
    h1 h2 h3 h4 h5 h6: p table
    li: li
    option: optgroup option
    p: address blockquote center dd div dl dt fieldset form h1 h2 h3 h4 h5 h6 hr li ol p pre table tbody td th tr ul
    tbody: tbody tfoot
    td th: tbody td tfoot th tr
    tr: tbody tfoot tr
""")
"""Which start tags close an element that is the innermost one: libxml2's own, asked by `tests/base/test_depth.py`."""
_NEVER: frozenset[str] = frozenset()
_CHARACTERS_AT_ONCE = 4_000


def html_is_deeper(html: str, nesting: int) -> bool:
    """Whether elements are nested deeper than ``nesting``, the document's own (html, head, body) aside."""
    if html.count("<") <= nesting:
        return False
    html = whole_body(html)
    return _may_be_deeper(html, nesting) and _is_deeper(html, nesting)


def whole_body(html: str) -> str:
    """A body that libxml2 reads to its end: without end tags behind which it reads nothing; see ``voids_closed``."""
    return voids_closed(_END_OF_DOCUMENT.sub("", html))


def voids_closed(html: str) -> str:
    """The text with its void elements that libxml2 does not know, so that they do not take in what follows them."""
    return _UNKNOWN_VOID.sub(r"\1 />", html) if _MAY_BE_UNKNOWN_VOID.search(html) else html


def deeper_xml(text: str, nesting: int) -> int | None:
    """Where, in ill-formed XML, the first element begins that is nested deeper; None if none is.

    An end tag closes all that was opened since its element began, as readers of tag soup see it.
    """
    opened: list[str] = []
    counts: Counter[str] = Counter()
    for tag in _XML_TAG.finditer(text):
        ends, name = tag.groups()
        if not name or tag[0].endswith("/"):
            continue
        if not ends:
            counts[name] += 1
            opened.append(name)
            if len(opened) > nesting:
                return tag.start()
        elif counts[name]:
            closed = ""
            while closed != name:
                closed = opened.pop()
                counts[closed] -= 1
    return None


def _may_be_deeper(html: str, nesting: int) -> bool:
    """Whether the tags leave it open; never False for what is deeper."""
    opened: list[str] = []
    for tag in _HTML_TAG.finditer(html):
        name = tag["name"] or tag["raw"] or ""
        name = name.lower() if name.isascii() else name
        if tag["text"] and _ESCAPED_SCRIPT.search(tag["text"]):
            return True
        if tag["end"]:
            if opened and opened[-1] == name:
                opened.pop()
        elif name and name not in _DOCUMENT:
            while opened and name in _CLOSED_BY.get(opened[-1], _NEVER):
                opened.pop()
            if len(opened) >= nesting:
                return True
            if not tag["closed"] and name not in _VOID:
                opened.append(name)
    return False


def _is_deeper(html: str, nesting: int) -> bool:
    """Whether libxml2 finds it deeper; it is asked piece by piece, so that what is far too deep costs no more."""
    levels = _Levels(nesting)
    # The stubs want methods that lxml does without, and that would cost a call a text.
    parser: etree.HTMLParser = etree.HTMLParser(target=cast("Any", levels), encoding="utf-8", huge_tree=True)
    parser.feed(b"<body>")
    for start in range(0, len(html), _CHARACTERS_AT_ONCE):
        parser.feed(html[start : start + _CHARACTERS_AT_ONCE].encode("utf-8", "replace"))
        if levels.exceeded:
            return True
    parser.close()
    return levels.exceeded


class _Levels:
    """What lxml tells of each element (a parser target)."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._depth = 0
        self.exceeded = False

    def start(self, tag: str | bytes, _: Mapping[str | bytes, str | bytes]) -> None:
        if tag not in _DOCUMENT:
            self._depth += 1
            self.exceeded = self.exceeded or self._depth > self._most

    def end(self, tag: str | bytes) -> None:
        if tag not in _DOCUMENT:
            self._depth -= 1

    def close(self) -> None:
        """Nothing is made of it."""
