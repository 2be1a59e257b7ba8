"""The boilerplate rules of a source, compiled once.

Operators' regular expressions run on RE2: linear in the text, whatever the pattern. They are
applied line by line, so ``^`` and ``$`` are the ends of a line and nothing matches across two.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Any

import re2
from lxml import etree
from lxml.cssselect import CSSSelector, SelectorError

from aggregator.model.config import Clean

_NOT_FOR_LINES = re.compile(r"(?<!\\)(?:\\\\)*\\([AzCQ])")
"""``\\A`` and ``\\z`` mean the ends of all the text, ``\\C`` and ``\\Q`` would undo what keeps a line a line."""


@dataclass(frozen=True, slots=True)
class Cut:
    """Characters ``start`` to ``end`` of line ``line``, all from 0."""

    line: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Rules:
    """A source's ``clean``, ready to run."""

    remove: etree.XPath | None
    """Finds the elements to take out."""
    drop: Any | None
    """Patterns that begin with ``^``: a line they match goes."""
    cut: Any | None
    """All other patterns: what they match is cut."""
    ignore_images: tuple[str, ...]

    def ignores(self, address: str) -> bool:
        """Whether an image is never a picture of the article."""
        return any(part in address for part in self.ignore_images)

    def cuts(self, lines: Sequence[str]) -> Iterator[Cut]:
        """What goes of these lines, none of which holds a line break; line by line, from the left."""
        if not self.drop and not self.cut:
            return
        joined = "\n".join(lines).encode()
        starts = [0, *accumulate(len(line.encode()) + 1 for line in lines)]
        found = {line: [Cut(line, 0, len(lines[line]))] for line, _, _ in _matches(self.drop, joined, starts)}
        for line, start, end in _matches(self.cut, joined, starts):
            if end > start and not (line in found and found[line][0].end == len(lines[line])):
                found.setdefault(line, []).append(_cut(joined, starts[line], line, start, end))
        for line in sorted(found):
            yield from found[line]


def compile_rules(clean: Clean) -> Rules:
    """Raises ValueError, with a message for the operator, for the first faulty rule."""
    for css in clean.remove:
        compile_selector(css)
    for pattern in clean.drop_lines:
        compile_line(pattern)
    return Rules(
        remove=compile_selector(", ".join(clean.remove)) if clean.remove else None,
        drop=_any_of([pattern for pattern in clean.drop_lines if pattern.startswith("^")]),
        cut=_any_of([pattern for pattern in clean.drop_lines if not pattern.startswith("^")]),
        ignore_images=tuple(part for part in clean.ignore_images if part),
    )


def compile_selector(css: str) -> etree.XPath:
    """A CSS selector as XPath. Raises ValueError if it is none."""
    try:
        return CSSSelector(css, translator="html")
    except SelectorError as error:
        raise ValueError(f"not a CSS selector: {error}") from error


def compile_line(pattern: str) -> Any:
    """A regular expression (RE2 syntax) for single lines; searches bytes of UTF-8 that hold many of them.

    Raises ValueError if RE2 cannot read it, or if it asks for more than a line.
    """
    if escape := _NOT_FOR_LINES.search(pattern):
        raise ValueError(f"\\{escape[1]} has no meaning here: rules are applied line by line, use ^ and $")
    options = re2.Options()
    options.never_nl = True
    options.log_errors = False
    try:
        return re2.compile(f"(?m){pattern}", options)
    except (re2.error, UnicodeEncodeError) as error:
        raise ValueError(f"not a regular expression of RE2: {_reason(error)}") from error


def _reason(error: Exception) -> str:
    reason = error.args[0] if error.args else ""
    return reason.decode("utf-8", "replace") if isinstance(reason, bytes) else str(error)


def _any_of(patterns: list[str]) -> Any | None:
    return compile_line("|".join(f"(?:{pattern})" for pattern in patterns)) if patterns else None


def _matches(rule: Any | None, joined: bytes, starts: list[int]) -> Iterator[tuple[int, int, int]]:
    """Line, start and end (offsets in ``joined``) of each match."""
    for match in rule.finditer(joined) if rule else ():
        start, end = match.span()
        yield bisect_right(starts, start) - 1, start, end


def _cut(joined: bytes, line_start: int, line: int, start: int, end: int) -> Cut:
    before = len(joined[line_start:start].decode())
    return Cut(line, before, before + len(joined[start:end].decode()))
