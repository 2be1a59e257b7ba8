"""What no parser is shown: declarations, and nesting, attributes and marks in numbers that only an attack has.

Sanitizers and parsers are quadratic in some of them (nh3: 40,000 levels take 6 s, 200,000
attributes of one tag over 20 s, and as long in feedparser), and slow in the rest. These checks are linear, and cost
next to nothing on documents of usual size: bodies and pages are HTML, feeds and sitemaps XML. Where parsers differ
about what is a tag at all, they may count a level less; the walk over the parsed elements goes no deeper than Python
does, whatever was counted.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

from aggregator.codes import Code
from aggregator.errors import RejectedError

MAX_ATTRIBUTES = 1_000
"""Of one tag."""
MAX_MARKS = 20_000
"""Characters that mean something in one piece of Markdown: some 700 KB of usual text."""
_MAX_COUNTS = (("<", 50_000, "tags"), ("&", 50_000, "entities"), ("\n", 100_000, "lines"), ("<!--", 10_000, "comments"))

_MARKS = re.compile(r"[\[<>&*_`~|\\#=+-]")
_WRITTEN = r"""
    ( (?: [\s/]++ | (?!>) [^\s/] [^\s/>=]*+ (?: \s*+ = \s*+ (?: "[^"]*+" | '[^']*+' | [^\s>"'] [^\s>]*+ )?+ )?+ )*+ )
"""
"""The attributes of a tag."""
_ATTRIBUTES = re.compile(rf"<[a-z][^\s/>]*+ {_WRITTEN}", re.VERBOSE | re.IGNORECASE)
_COMMENT = r"<!-- (?: -?> | [^-]*+ (?: -(?!-!?>) [^-]*+ )*+ (?: --!?> | - | $ ) )"
_RAW = r"(?: <(script|style)\b [^<]*+ (?: <(?!/\1\b) [^<]*+ )*+ )"
_HTML_TAG = re.compile(rf"{_COMMENT} | {_RAW} | <(/?)([a-z][^\s/>]*+) {_WRITTEN}", re.VERBOSE | re.IGNORECASE)
"""What closes nothing comes first: a comment, and what scripts and styles hold."""
_XML_TAG = re.compile(
    r"<!\[CDATA\[.*?(?:\]\]>|\Z)|<!--.*?(?:-->|\Z)|<\?.*?(?:\?>|\Z)|()<(/?)([^\s<>/!?]+)[^<>]*+", re.DOTALL
)
_ATTRIBUTE = re.compile(r"""[^\s/=]+(?:\s*=\s*(?:"[^"]*"|'[^']*'|[^\s"']\S*)?)?""")
_NEVER_NESTED = frozenset(
    str.split(
        "area base basefont bgsound br col colgroup dd dt embed frame hr img input keygen li link meta option "
        "p param source tbody td tfoot th thead tr track wbr"
    )
)
"""Void elements, and those that the next of their kind closes: between two of them stands a counted one."""
_CDATA = "<![CDATA["
_LONG_TAG = re.compile(rf"<[^\s<>/!?][^<]{{{MAX_ATTRIBUTES * 4},}}")
"""A tag of XML, perhaps with the text behind it."""
_XML_ATTRIBUTES = re.compile(r"""(?:[^<>"']|"[^"<]*+"|'[^'<]*+')*+""")
_PROLOG = re.compile(r"(?:\s++|<\?.*?(?:\?>|\Z)|<!--.*?(?:-->|\Z))*+", re.DOTALL)
_DOCTYPE = re.compile(r"""<!DOCTYPE\b\s*+([\w:.-]{0,50})(?:[^\[<>"']|"[^"]*+"|'[^']*+')*+(\[)?""", re.IGNORECASE)
_SUBSET_END = re.compile(r"\]\s*+>")


def check_body(body: str, nesting: int) -> None:
    """Checks a body as written. Raises RejectedError ``too-many-marks``, ``too-deep`` or ``too-many-attributes``."""
    for mark, limit, name in _MAX_COUNTS:
        if len(body) > limit and body.count(mark) > limit:
            raise RejectedError(Code.TOO_MANY_MARKS, f"the text has over {limit} {name}")
    check_depth(body, nesting)
    if len(body) > MAX_ATTRIBUTES * 16:
        _check_attributes(body)


def check_markdown(text: str) -> None:
    """Checks what is about to be rendered as Markdown. Raises RejectedError ``too-many-marks``."""
    if len(text) > MAX_MARKS and len(_MARKS.findall(text)) > MAX_MARKS:
        raise RejectedError(Code.TOO_MANY_MARKS, f"the text has over {MAX_MARKS} characters that are marks of Markdown")


def check_depth(html: str, nesting: int) -> None:
    """Raises RejectedError ``too-deep`` for elements nested deeper than ``nesting``."""
    if html.count("<") > nesting and _too_deep(_HTML_TAG, html, nesting):
        raise _deep(nesting)


def check_xml_depth(text: str, nesting: int) -> None:
    """For ill-formed XML, which lxml does not count: raises RejectedError ``too-deep``.

    An end tag closes all that was opened since its element began, as readers of tag soup see it.
    """
    if tag := _too_deep(_XML_TAG, text, nesting):
        raise _deep(nesting, line_of(text, tag.start()))


def check_xml_attributes(text: str, *, sections: bool = True) -> None:
    """Raises RejectedError ``too-many-attributes``.

    ``sections``: whether the text of CDATA sections counts, too. It is an entry's own, and no reader of XML sees
    tags in it.
    """
    if text.count("=") <= MAX_ATTRIBUTES:
        return
    start = 0
    while start < len(text):
        begin = -1 if sections else text.find(_CDATA, start)
        end = begin if begin >= 0 else len(text)
        for tag in _LONG_TAG.finditer(text, start, end):
            written = _XML_ATTRIBUTES.match(text, tag.start() + 1, end)
            if written and written[0].count("=") > MAX_ATTRIBUTES:
                raise _many_attributes(text, tag.start())
        close = text.find("]]>", end)
        start = close if close >= 0 else len(text)


@dataclass(frozen=True, slots=True)
class Prolog:
    """What stands before the root element of XML."""

    end: int
    """Where the root begins."""
    doctype: str = ""
    subset: tuple[int, int] | None = None
    """Where declarations of its own begin and end."""


def prolog_of(text: str) -> Prolog:
    """The prolog, passed over and not read."""
    start = _after(_PROLOG, text, 0)
    doctype = _DOCTYPE.match(text, start)
    if doctype is None:
        return Prolog(start)
    end, subset = doctype.end(), None
    if doctype[2]:
        close = _SUBSET_END.search(text, end)
        subset = (end, close.start() if close else len(text))
        end = close.end() if close else len(text)
    elif text.startswith(">", end):
        end += 1
    return Prolog(_after(_PROLOG, text, end), doctype[1].lower(), subset)


def line_of(text: str, position: int) -> int:
    """The line of a character, from 1."""
    return text.count("\n", 0, position) + 1


def _after(pattern: re.Pattern[str], text: str, start: int) -> int:
    match = pattern.match(text, start)
    return match.end() if match else start


def _too_deep(tags: re.Pattern[str], text: str, nesting: int) -> re.Match[str] | None:
    """The first tag that is nested deeper."""
    is_html = tags is _HTML_TAG
    opened: list[str] = []
    counts: Counter[str] = Counter()
    depth = 0
    for tag in tags.finditer(text):
        ends, name = tag.group(2, 3)
        if not name:
            continue
        name = name.lower() if is_html else name
        if name in _NEVER_NESTED if is_html else tag[0].endswith("/"):
            continue
        if not ends:
            depth += 1
            counts[name] += 1
            if not is_html:
                opened.append(name)
            if depth > nesting:
                return tag
        elif counts[name]:
            # In XML it closes what was left open in it, too.
            closed = ""
            while closed != name:
                closed = name if is_html else opened.pop()
                counts[closed] -= 1
                depth -= 1
    return None


def _check_attributes(html: str) -> None:
    for match in _ATTRIBUTES.finditer(html):
        written = match[1]
        if len(written) > MAX_ATTRIBUTES * 2 and len(_ATTRIBUTE.findall(written)) > MAX_ATTRIBUTES:
            raise _many_attributes(html, match.start())


def _many_attributes(text: str, at: int) -> RejectedError:
    return RejectedError(Code.TOO_MANY_ATTRIBUTES, f"a tag has over {MAX_ATTRIBUTES} attributes", line_of(text, at))


def _deep(nesting: int, line: int | None = None) -> RejectedError:
    return RejectedError(Code.TOO_DEEP, f"elements are nested over {nesting} deep", line)
