"""Regular expressions, folded like the text they are searched in.

Only literal characters are folded, one at a time; what is syntax stays. A folded character that
would become syntax is escaped: the full-width ``（`` is a literal ``\\(`` in the folded pattern.
The syntax is RE2's (https://github.com/google/re2/wiki/Syntax), which takes linear time.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol, cast

import re2

from aggregator.base.text import fold

_TOKEN = re.compile(
    r"""
      (?P<quoted>\\Q.*?(?:\\E|$))
    | (?P<escape>\\(?:[pP](?:\{[^}]*\}|.)|x(?:\{[^}]*\}|..)|.))
    | (?P<set>\[\^?\]?(?:\[:[^]]*:\]|\\[pPx]\{[^}]*\}|\\.|[^]\\])*\])
    | (?P<open>\((?:\?(?:P?<[^>]*>|[a-zA-Z-]*:?))?)
    | (?P<close>\))
    | (?P<bar>\|)
    | (?P<repeat>[*+?]\??|\{\d+(?:,\d*)?\}\??)
    | (?P<anchor>[\^$.])
    | (?P<literal>.)
    """,
    re.VERBOSE | re.DOTALL,
)
_MEMBER = re.compile(
    r"(?P<kept>\[:[^]]*:\]|\\[pPx]\{[^}]*\}|\\x..|\\[pP].|\\.)|(?P<low>.)-(?P<high>[^]\\])|(?P<literal>.)", re.DOTALL
)
_SYNTAX = frozenset("\\.+*?()|[]{}^$-&~#")
_CHINESE = re.compile("[\u2e80-\u303f\u3400-\u9fff\U00020000-\U0003ffff]")


class PatternMatch(Protocol):
    """Where a pattern matched."""

    def span(self) -> tuple[int, int]: ...


class Searcher(Protocol):
    """A compiled RE2 pattern."""

    def finditer(self, text: str) -> Iterator[PatternMatch]: ...


@dataclass(frozen=True, slots=True)
class Pattern:
    """A pattern ready to be searched in folded text."""

    written: str
    folded: str
    literals: tuple[str, ...]
    """Folded texts of which every match holds one; empty where none are known."""
    searcher: Searcher


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str
    """As it stands in the folded pattern."""
    plain: str = ""
    """The folded characters of a literal, unescaped."""


def compile_pattern(regex: str) -> Pattern:
    """Folds and compiles. Raises ValueError with one line that says what is wrong."""
    _compile(regex)
    tokens = list(_tokens(unicodedata.normalize("NFC", regex)))
    folded = "".join(token.text for token in tokens)
    searcher = _compile(folded)
    if next(searcher.finditer(""), None) is not None:
        raise ValueError("matches the empty text, so it would match every article")
    return Pattern(written=regex, folded=folded, literals=_required(tokens), searcher=searcher)


def _compile(regex: str) -> Searcher:
    options = re2.Options()
    options.log_errors = False
    options.never_capture = True
    try:
        return cast(Searcher, re2.compile(regex, options))
    except re2.error as error:
        cause = error.args[0]
        raise ValueError(cause.decode("utf-8", "replace") if isinstance(cause, bytes) else str(cause)) from error


def _tokens(regex: str) -> Iterator[_Token]:
    """The folded pattern, piece by piece, without the spaces that folding takes out of Chinese."""
    found = list(_TOKEN.finditer(regex))
    for index, token in enumerate(found):
        kind, text = token.lastgroup or "", token[0]
        if kind == "literal" and text.isspace() and _vanishes(found, index):
            continue
        yield _folded_token(kind, text)


def _folded_token(kind: str, text: str) -> _Token:
    if kind == "set":
        return _Token(kind, _fold_set(text))
    if kind == "quoted":
        plain = fold(text[2:].removesuffix("\\E"))
        return _Token("literal", f"(?:{_escape(plain)})", plain)
    if kind == "escape" and not text[1:].isascii():
        kind, text = "literal", text[1:]
    if kind == "escape" and len(text) == 2 and not text[1].isalnum():
        return _Token("literal", text, text[1])
    if kind == "literal":
        plain = _fold_char(text)
        return _Token(kind, _escape(plain) if len(plain) == 1 else f"(?:{_escape(plain)})", plain)
    return _Token(kind, text)


def _vanishes(tokens: Sequence[re.Match[str]], index: int) -> bool:
    """Whether folding takes this space out of any text that the pattern could match.

    It does beside Chinese, and after another space; a repeated space may match none, so it may stay.
    """
    before = tokens[index - 1] if index else None
    after = tokens[index + 1] if index + 1 < len(tokens) else None
    if after is not None and after.lastgroup == "repeat":
        return False
    if before is not None and before[0].isspace():
        return True
    return any(token is not None and _CHINESE.match(token[0]) is not None for token in (before, after))


def _fold_char(char: str) -> str:
    """One literal character, folded; a blank is one space, a line break one newline."""
    if char.isspace():
        return "\n" if char in "\n\r\x85\u2028\u2029" else " "
    return fold(char)


def _escape(plain: str) -> str:
    return "".join(f"\\{char}" if char in _SYNTAX else char for char in plain)


def _fold_set(written: str) -> str:
    """A character class: each member folded, a range where both ends move alike."""
    start = 2 if written.startswith("[^") else 1
    body = written[start:-1]
    members = "".join(_fold_member(member) for member in _MEMBER.finditer(body))
    return f"{written[:start]}{members}]"


def _fold_member(member: re.Match[str]) -> str:
    if member["kept"] is not None:
        return member[0]
    if member["literal"] is not None:
        return _escape(_fold_char(member[0])) or member[0]
    low, high = _fold_char(member["low"]), _fold_char(member["high"])
    moves_alike = len(low) == len(high) == 1 and ord(low) - ord(member["low"]) == ord(high) - ord(member["high"])
    return f"{_escape(low)}-{_escape(high)}" if moves_alike else f"{_escape(member['low'])}-{_escape(member['high'])}"


def _required(tokens: Sequence[_Token]) -> tuple[str, ...]:
    """For each alternative outside groups its longest run of literals outside groups; none if one has no such run."""
    branches, run, depth = [""], "", 0
    for token, following in zip(tokens, [*tokens[1:], _Token("end", "")], strict=True):
        depth += {"open": 1, "close": -1}.get(token.kind, 0)
        if token.kind == "literal" and depth == 0 and following.kind != "repeat":
            run += token.plain
            branches[-1] = max(branches[-1], run, key=len)
        else:
            run = ""
        if token.kind == "bar" and depth == 0:
            branches.append("")
    return tuple(dict.fromkeys(branches)) if all(branches) else ()
