"""What no parser is shown: nesting, attributes and marks in numbers that only an attack has.

Sanitizers and parsers are quadratic in some of them (nh3: 40,000 levels take 6 s, 200,000
attributes of one tag over 20 s), and slow in the rest. These checks are linear, and cost next to
nothing on articles of usual size. Where parsers differ about what is a tag at all, they may count a
level less; the walk over the parsed elements goes no deeper than Python does, whatever was counted.
"""

from __future__ import annotations

import re
from collections import Counter

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
_TAG = re.compile(rf"{_COMMENT} | {_RAW} | <(/?)([a-z][^\s/>]*+) {_WRITTEN}", re.VERBOSE | re.IGNORECASE)
"""What closes nothing comes first: a comment, and what scripts and styles hold."""
_ATTRIBUTE = re.compile(r"""[^\s/=]+(?:\s*=\s*(?:"[^"]*"|'[^']*'|[^\s"']\S*)?)?""")
_NEVER_NESTED = frozenset(
    str.split(
        "area base basefont bgsound br col colgroup dd dt embed frame hr img input keygen li link meta option "
        "p param source tbody td tfoot th thead tr track wbr"
    )
)
"""Void elements, and those that the next of their kind closes: between two of them stands a counted one."""


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
    if html.count("<") > nesting and _depth(html, nesting) > nesting:
        raise RejectedError(Code.TOO_DEEP, f"elements are nested over {nesting} deep")


def _depth(html: str, enough: int) -> int:
    """The deepest nesting; stops counting above ``enough``."""
    depth = deepest = 0
    opened: Counter[str] = Counter()
    for _, end, name, _ in _TAG.findall(html):
        tag = name.lower()
        if not tag or tag in _NEVER_NESTED:
            continue
        if not end:
            depth += 1
            opened[tag] += 1
            if depth > deepest:
                deepest = depth
                if deepest > enough:
                    break
        elif opened[tag]:
            depth -= 1
            opened[tag] -= 1
    return deepest


def _check_attributes(html: str) -> None:
    for match in _ATTRIBUTES.finditer(html):
        written = match[1]
        if len(written) > MAX_ATTRIBUTES * 2 and len(_ATTRIBUTE.findall(written)) > MAX_ATTRIBUTES:
            line = html.count("\n", 0, match.start()) + 1
            raise RejectedError(Code.TOO_MANY_ATTRIBUTES, f"a tag has over {MAX_ATTRIBUTES} attributes", line)
