"""The boilerplate rules of a source, compiled once.

Operators' regular expressions run on RE2: linear in the text, whatever the pattern. They are
applied line by line, so ``^`` and ``$`` are the ends of a line and nothing matches across two.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, cast

import re2
from lxml import etree
from lxml.cssselect import CSSSelector, SelectorError

from aggregator.model.config import Clean

_NOT_FOR_LINES = re.compile(r"(?<!\\)(?:\\\\)*\\([AzCQ])")
"""``\\A`` and ``\\z`` mean the ends of all the text, ``\\C`` and ``\\Q`` would undo what keeps a line a line."""


_BY_LINE = "(?m)"
_FREE = re.compile(r"\^?([^\\.\[\](){}*+?|^$\n]+)([*?{]?)")
_GROUP = re.compile(r"\((?!\?)")
_REPEATED_GROUP = re.compile(r"\)[*?{]")
_ONE_NAME = re.compile(r"[.#]([A-Za-z][\w-]*)")


@dataclass(frozen=True, slots=True)
class Cut:
    """Characters ``start`` to ``end`` of line ``line``, all from 0."""

    line: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class LineRule:
    """Patterns for single lines; which are shown to RE2 only where one of the patterns may match."""

    pattern: Any
    """What ``compile_line`` gave."""
    holds: tuple[str, ...]
    """Each line that matches holds one of these; one of them may be empty."""

    def matches(self, line: str) -> Sequence[Any]:
        """The matches in a line, from the left, as of its bytes in UTF-8."""
        return [*self.pattern.finditer(line.encode())] if self.may_match(line) else ()

    def may_match(self, text: str) -> bool:
        """Whether a line of the text may match."""
        return any(words in text for words in self.holds)

    def last(self, text: str) -> tuple[int, int, Any] | None:
        """Of the last line that matches: where it begins and ends, and its last match."""
        end = len(text)
        while end >= 0:
            at = max(text.rfind(words, 0, end) for words in self.holds)
            if at < 0:
                break
            start, stop = text.rfind("\n", 0, at) + 1, text.find("\n", at)
            stop = stop if stop >= 0 else len(text)
            if matches := self.matches(text[start:stop]):
                return start, stop, matches[-1]
            end = start - 1
        return None


@dataclass(frozen=True, slots=True)
class Rules:
    """A source's ``clean``, ready to run."""

    remove: etree.XPath | None
    """Finds the elements to take out."""
    remove_names: tuple[str, ...]
    """Classes and ids one of which such an element has; an empty one where that is not known."""
    drop: LineRule | None
    """Patterns that begin with ``^``: a line they match goes."""
    cut: LineRule | None
    """All other patterns: what they match is cut."""
    ignore_images: tuple[str, ...]

    def ignores(self, address: str) -> bool:
        """Whether an image is never a picture of the article."""
        return any(part in address for part in self.ignore_images)

    def removed(self, root: etree._Element, html: str) -> list[etree._Element]:
        """The elements to take out of the tree that was made of ``html``."""
        # A character reference may spell a name.
        if self.remove is None or not ("&" in html or any(name in html for name in self.remove_names)):
            return []
        return cast("list[etree._Element]", self.remove(root))

    def cuts(self, lines: Sequence[str]) -> Iterator[Cut]:
        """What goes of these lines, none of which holds a line break; line by line, from the left."""
        text = "\n".join(lines)
        drop = self.drop if self.drop and self.drop.may_match(text) else None
        cut = self.cut if self.cut and self.cut.may_match(text) else None
        for number, line in enumerate(lines) if drop or cut else ():
            if drop and drop.matches(line):
                yield Cut(number, 0, len(line))
            elif cut:
                spans = (match.span() for match in cut.matches(line))
                yield from (_cut(line.encode(), number, start, end) for start, end in spans if end > start)


def compile_rules(clean: Clean) -> Rules:
    """Raises ValueError, with a message for the operator, for the first faulty rule."""
    for css in clean.remove:
        compile_selector(css)
    for pattern in clean.drop_lines:
        compile_line(pattern)
    return Rules(
        remove=compile_selector(", ".join(clean.remove)) if clean.remove else None,
        remove_names=tuple(name[1] if (name := _ONE_NAME.fullmatch(css)) else "" for css in clean.remove),
        drop=compile_lines([pattern for pattern in clean.drop_lines if pattern.startswith("^")]),
        cut=compile_lines([pattern for pattern in clean.drop_lines if not pattern.startswith("^")]),
        ignore_images=tuple(part for part in clean.ignore_images if part),
    )


def compile_selector(css: str) -> etree.XPath:
    """A CSS selector as XPath. Raises ValueError if it is none."""
    try:
        compiled = CSSSelector(css, translator="html")
        compiled(etree.Element("p"))  # what it cannot do shows only then: names with a prefix
    except (SelectorError, etree.XPathError) as error:
        raise ValueError(f"not a CSS selector: {error}") from error
    return compiled


def compile_lines(patterns: Sequence[str]) -> LineRule | None:
    """Several of them as one rule. Raises ValueError like ``compile_line``."""
    if not patterns:
        return None
    joined = "|".join(f"(?:{pattern})" for pattern in patterns) if len(patterns) > 1 else patterns[0]
    return LineRule(compile_line(joined), tuple(dict.fromkeys(map(_held, patterns))))


def compile_line(pattern: str) -> Any:
    """A regular expression (RE2 syntax) for single lines, as bytes of UTF-8.

    Raises ValueError if RE2 cannot read it, or if it asks for more than a line.
    """
    if escape := _NOT_FOR_LINES.search(pattern):
        raise ValueError(f"\\{escape[1]} has no meaning here: rules are applied line by line, use ^ and $")
    options = re2.Options()
    options.never_nl = True
    options.log_errors = False
    try:
        return re2.compile(f"{_BY_LINE}{pattern}", options)
    except (re2.error, UnicodeEncodeError) as error:
        raise ValueError(f"not a regular expression of RE2: {_reason(error)}") from error


def _reason(error: Exception) -> str:
    reason = error.args[0] if error.args else ""
    written = reason.decode("utf-8", "replace") if isinstance(reason, bytes) else str(error)
    return written.replace(_BY_LINE, "", 1)


def _held(pattern: str) -> str:
    """Words that begin whatever the pattern matches; empty where that takes more than a look."""
    if "|" in pattern:
        return ""
    seen = pattern if _REPEATED_GROUP.search(pattern) else _GROUP.sub("", pattern)
    free = _FREE.match(seen)
    return "" if free is None else free[1][:-1] if free[2] else free[1]


def _cut(line: bytes, number: int, start: int, end: int) -> Cut:
    before = len(line[:start].decode())
    return Cut(number, before, before + len(line[start:end].decode()))
