"""What no parser is shown: declarations, and nesting, attributes and marks in numbers that only an attack has.

Sanitizers and parsers are quadratic in some of them (nh3: 40,000 levels take 6 s, 200,000
attributes of one tag over 20 s, and as long in feedparser), and slow in the rest. These checks are linear, and cost
next to nothing on documents of usual size: bodies and pages are HTML, feeds and sitemaps XML. Depth is counted in
``depth``; the walk over the parsed elements goes no deeper than Python does, whatever was counted.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from aggregator.base.depth import ATTRIBUTES, deeper_xml, html_is_deeper
from aggregator.codes import Code
from aggregator.errors import RejectedError

MAX_ATTRIBUTES = 1_000
"""Of one tag."""
MAX_MARKS = 20_000
"""Characters that mean something in one piece of Markdown: some 700 KB of usual text."""
_MAX_COUNTS = (("<", 50_000, "tags"), ("&", 50_000, "entities"), ("\n", 100_000, "lines"), ("<!--", 10_000, "comments"))

_MARKS = re.compile(r"[\[<>&*_`~|\\#=+-]")
_ATTRIBUTES = re.compile(rf"<[a-z][^\s/>]*+ {ATTRIBUTES}", re.VERBOSE | re.IGNORECASE)
_ATTRIBUTE = re.compile(r"""[^\s/=]+(?:\s*=\s*(?:"[^"]*"|'[^']*'|[^\s"']\S*)?)?""")
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
    if html_is_deeper(html, nesting):
        raise _deep(nesting)


def check_xml_depth(text: str, nesting: int) -> None:
    """For ill-formed XML, which lxml does not count: raises RejectedError ``too-deep``."""
    if (start := deeper_xml(text, nesting)) is not None:
        raise _deep(nesting, line_of(text, start))


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


def _check_attributes(html: str) -> None:
    for match in _ATTRIBUTES.finditer(html):
        written = match[1]
        if len(written) > MAX_ATTRIBUTES * 2 and len(_ATTRIBUTE.findall(written)) > MAX_ATTRIBUTES:
            raise _many_attributes(html, match.start())


def _many_attributes(text: str, at: int) -> RejectedError:
    return RejectedError(Code.TOO_MANY_ATTRIBUTES, f"a tag has over {MAX_ATTRIBUTES} attributes", line_of(text, at))


def _deep(nesting: int, line: int | None = None) -> RejectedError:
    return RejectedError(Code.TOO_DEEP, f"elements are nested over {nesting} deep", line)
