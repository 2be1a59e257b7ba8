"""Text that can be compared, and text that XML can carry.

``fold`` is the one form in which rules, hashes and searches see text: traditional and simplified
characters, full and half width, upper and lower case, and spaces inside Chinese all become one.
Stored hashes depend on it, so a change of what it does is a change of FOLD_VERSION.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from aggregator.base.unseen import without_controls, without_unseen

FOLD_VERSION = 2
"""Raised whenever ``fold`` gives another answer for any text."""

_CHINESE = "\u2e80-\u2fdf\u3001-\u303f\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_NEWLINES = "\n\v\f\r\x85\u2028\u2029"
_BLANKS = "\t \xa0\u1680\u2000-\u200a\u202f\u205f\u3000"
_INVISIBLE = (
    "\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\xad\u034f\u061c\u180e"
    "\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff\U000e0000-\U000e0fff"
)
"""Controls, soft hyphen, zero-width and direction marks, variation selectors, tags: they show nothing."""

_QUICK_BLOCKS = (
    (0x00, 0x180),
    (0x370, 0x460),
    (0x2000, 0x2C00),
    (0x3000, 0x3100),
    (0xFE00, 0xFF66),
    (0x1F300, 0x1FB00),
)
"""Blocks whose characters are folded one by one ahead of time, where that gives the same answer."""
_QUICK_AS_IS = "\u3400-\u9fff"
"""Ideographs: NFKC keeps them, so only the traditional table speaks for them."""
_COMMON = tuple(zip("，：；（）！？\u3000", ",:;()!? ", strict=True))
"""What Chinese text has most of; replacing these first leaves little for the table."""

_SHORT = (("\ufdfa", "ص"), ("\ufdfb", "ج"))
"""Ligatures of whole phrases, which NFKC makes 18 and 8 times as long; nothing else becomes over 6 characters."""
_MOST_MARKS = 32
"""Combining marks in a row (languages need 4): NFKC is quadratic in them."""
_MARK_BLOCKS = (*range(0x300, 0x3400), *range(0xA000, 0xAC00), *range(0xF900, 0x1F000))
"""Where all combining marks are."""

_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
# Punctuation goes, for writers swap it (“” became _). A mark between digits stays, and so does a sign
# before one: 1.5 is not 15, and -3% is not 3%.
_MARKS = ",。;:!?、\"'“”‘’《》()_"
"""Marks that no number needs: taken out first, one by one, which is much faster than by a pattern."""
_WORDS = re.compile(r"[-+]?\d+(?:[^\w\s]+\d+)*|[^\W\d_]+")
_GAP = re.compile("[ \n]+")
_LOOSE_GAP = re.compile(f"[ \n](?:[ \n]+|(?=[{_CHINESE}])|(?<=[{_CHINESE}] ))")
"""Gaps that may be closed; in a trimmed text without spaces and blank lines there are none."""
_IS_CHINESE = re.compile(f"[{_CHINESE}]")
_IS_INVISIBLE = re.compile(f"[{_INVISIBLE}]")


@dataclass(frozen=True, slots=True)
class _Quick:
    """What folds nearly every text without NFKC."""

    table: Mapping[int, str]
    changes: re.Pattern[str]
    """Runs of characters that the table changes."""
    unknown: re.Pattern[str]
    """A character the table does not speak for."""
    pieces: re.Pattern[str]
    """Such characters with the one before them, which they may combine with."""


def fold(text: str) -> str:
    """The text as it is compared.

    NFKC, case folding, traditional to simplified; invisible characters are dropped; spaces inside
    and beside Chinese go, other white space becomes one space, line breaks one newline; trimmed.
    Marks that combine are cut after 32 in a row, and two ligatures of whole phrases become their initial.
    Deterministic; folding twice changes nothing more.
    """
    quick = _quick()
    while quick.unknown.search(text):
        seen = _shortened(_excess().sub("", _IS_INVISIBLE.sub("", text)))
        folded = _fold_known(quick.pieces.sub(lambda piece: _fold_piece(piece[0]), seen))
        if folded == text:
            return folded
        text = folded
    return _fold_known(text)


def fold_with_offsets(text: str) -> tuple[str, list[int]]:
    """``fold(text)``, and for each of its characters the offset in ``text`` where it comes from.

    Slow (some microseconds a character): for showing a match as it was written.
    """
    folded, offsets = _fold_once(text, list(range(len(text))))
    while folded != text:
        text = folded
        folded, offsets = _fold_once(text, offsets)
    return folded, offsets


def skeleton(folded: str) -> str:
    """The letters and digits of a folded text, with the marks that numbers need."""
    for mark in _MARKS:
        folded = folded.replace(mark, "")
    bare = "".join(folded.split())
    return bare if bare.isalnum() else "".join(_WORDS.findall(bare))


def xml_safe(text: str) -> str:
    """The text without characters that XML 1.0 forbids (production [2] Char), lone surrogates included."""
    return _FORBIDDEN.sub("", text) if _FORBIDDEN.search(text) else text


def one_line(text: str) -> str:
    """The text with every run of white space, of any Unicode kind, made one space; trimmed."""
    return " ".join(text.split())


def xml_line(text: str) -> str:
    """The text in one line that XML can carry, without signs that are not seen: of titles, names and labels."""
    # Nearly all are printable, and that is told ten times as fast.
    return one_line(text if text.isprintable() else without_unseen(without_controls(text)))


def _shortened(text: str) -> str:
    for ligature, initial in _SHORT:
        text = text.replace(ligature, initial)
    return text


def _fold_known(text: str) -> str:
    """Folds the characters of the quick table, then the gaps."""
    quick = _quick()
    if text.isascii():
        text = text.lower()
    else:
        for wide, narrow in _COMMON:
            text = text.replace(wide, narrow)
    text = quick.changes.sub(lambda run: run[0].translate(quick.table), text).strip(" \n")
    return _LOOSE_GAP.sub(_close, text) if " " in text or "\n\n" in text else text


def _close(gap: re.Match[str]) -> str:
    """What stays of a run of blanks and newlines."""
    start, end = gap.span()
    if start == 0 or end == len(gap.string):
        return ""
    if "\n" in gap[0]:
        return "\n"
    beside_chinese = _IS_CHINESE.match(gap.string, start - 1) or _IS_CHINESE.match(gap.string, end)
    return "" if beside_chinese else " "


def _fold_once(text: str, offsets: list[int]) -> tuple[str, list[int]]:
    """One round of folding; ``offsets`` has one number a character of ``text``."""
    quick = _quick()
    shown = [(char, offset) for char, offset in zip(text, offsets, strict=True) if not _IS_INVISIBLE.match(char)]
    seen = _without_excess(shown)
    visible = "".join(char for char, _ in seen)
    folded: list[tuple[str, int]] = []
    end = 0
    for piece in quick.pieces.finditer(visible):
        folded += _fold_each(seen[end : piece.start()])
        folded += _spread(_fold_piece(piece[0]), seen[piece.start() : piece.end()])
        end = piece.end()
    return _close_gaps(folded + _fold_each(seen[end:]))


def _without_excess(chars: list[tuple[str, int]]) -> list[tuple[str, int]]:
    kept: list[tuple[str, int]] = []
    end = 0
    for excess in _excess().finditer("".join(char for char, _ in chars)):
        kept += chars[end : excess.start()]
        end = excess.end()
    return [(new, offset) for char, offset in kept + chars[end:] for new in _shortened(char)]


def _fold_each(chars: list[tuple[str, int]]) -> list[tuple[str, int]]:
    table = _quick().table
    return [(new, offset) for char, offset in chars for new in table.get(ord(char), char)]


def _spread(folded: str, piece: list[tuple[str, int]]) -> list[tuple[str, int]]:
    """Gives the characters of a folded piece the offsets they had, or all the first where some went or came."""
    offsets = [offset for _, offset in piece]
    return list(zip(folded, offsets if len(folded) == len(offsets) else offsets[:1] * len(folded), strict=True))


def _close_gaps(folded: list[tuple[str, int]]) -> tuple[str, list[int]]:
    text = "".join(char for char, _ in folded)
    kept: list[tuple[str, int]] = []
    end = 0
    for gap in _GAP.finditer(text):
        kept += folded[end : gap.start()]
        kept += [(char, folded[gap.start()][1]) for char in _close(gap)]
        end = gap.end()
    kept += folded[end:]
    return "".join(char for char, _ in kept), [offset for _, offset in kept]


def _fold_piece(piece: str) -> str:
    """Characters that may combine with each other, folded until they stand."""
    plain = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", piece).casefold())
    plain = _IS_INVISIBLE.sub("", plain.translate(_plain_forms()))
    return plain if plain == piece else _fold_piece(plain)


@cache
def _traditional() -> dict[int, str]:
    """Traditional to simplified, by code point; read once from the table beside this file."""
    lines = Path(__file__).with_name("traditional.txt").read_text(encoding="utf-8").splitlines()
    return {ord(line[0]): line[1] for line in lines if not line.startswith("#")}


@cache
def _plain_forms() -> Mapping[int, str]:
    return _traditional() | _white()


@cache
def _white() -> dict[int, str]:
    """Every kind of white space to a newline or a space."""
    blanks = re.findall(f"[{_BLANKS}]", "".join(map(chr, range(0x3001))))
    return {ord(char): " " for char in blanks} | {ord(char): "\n" for char in _NEWLINES}


@cache
def _quick() -> _Quick:
    known = {char: _fold_piece(char) for block in _QUICK_BLOCKS for char in map(chr, range(*block))}
    known = {char: folded for char, folded in known.items() if not _may_combine(char) and not _may_combine(folded)}
    ideographs = {chr(code): new for code, new in _traditional().items() if 0x3400 <= code <= 0x9FFF}
    changes = {char: new for char, new in (known | ideographs).items() if char != new}
    changed = f"[{_as_class(changes)}]"
    unknown = f"[^{_as_class(known)}{_QUICK_AS_IS}]"
    return _Quick(
        table={ord(char): new for char, new in changes.items()},
        # Searched for three times as fast as with a plus: ``re`` skips to what a set begins, not to what a repeat does.
        changes=re.compile(f"{changed}{changed}*"),
        unknown=re.compile(unknown),
        pieces=re.compile(f"(?:^|(?s:.)){unknown}+"),
    )


@cache
def _excess() -> re.Pattern[str]:
    """Combining marks that follow the most that may stand in a row."""
    marks = _as_class(char for char in map(chr, _MARK_BLOCKS) if _may_combine(char))
    return re.compile(f"(?<=[{marks}]{{{_MOST_MARKS}}})[{marks}]+")


def _may_combine(chars: str) -> bool:
    """Whether they change what stands before them, or are changed by it."""
    return any(unicodedata.combining(part) for part in unicodedata.normalize("NFKD", chars)[:1])


def _as_class(chars: Iterable[str]) -> str:
    """The characters as ranges: ``re`` tries all that a set names above U+FFFF in turn, at each character."""
    ranges: list[tuple[int, int]] = []
    for code in sorted(map(ord, chars)):
        if ranges and ranges[-1][1] == code - 1:
            ranges[-1] = (ranges[-1][0], code)
        else:
            ranges.append((code, code))
    return "".join(f"{re.escape(chr(first))}-{re.escape(chr(last))}" for first, last in ranges)
