"""Bytes to text: the encodings that article files come in, and what XML cannot carry."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

from aggregator.base.text import xml_safe
from aggregator.codes import Code, RepairCode
from aggregator.errors import RejectedError
from aggregator.model.document import Repair

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
"""Byte order marks; the UTF-32 ones come before those of UTF-16, which they begin with."""

_LOST = "\ufffd"
_CHINESE = re.compile("[\u2010-\u2027\u3000-\u303f\u4e00-\u9fa5\uff00-\uffef·—…]")
_FOREIGN = re.compile(r"[^\x00-\x7f]")
_SAMPLE = 100_000
"""Characters looked at to tell encodings apart."""


@dataclass(frozen=True, slots=True)
class Decoded:
    """A document as text: line ends are ``\\n``, no byte order mark, only characters of XML 1.0."""

    text: str
    repairs: tuple[Repair, ...] = ()
    encoding: str = ""
    """Python's name of what it was read as, where more than one is likely."""


def decode(body: bytes) -> Decoded:
    """Reads UTF-8, UTF-16 and UTF-32 by mark, UTF-16 by its zero bytes, then GB 18030, else UTF-8 with gaps.

    Anything but sound UTF-8 is an ``encoding`` repair; a mark before UTF-8 ``byte-order-mark``, line ends
    other than ``\\n`` ``line-ends``, dropped characters ``control-chars``.
    Raises RejectedError ``not-text`` if an eighth of it or more is neither.
    """
    raw, repairs = _decode(body)
    if "\r" in raw:
        raw = raw.replace("\r\n", "\n").replace("\r", "\n")
        repairs = (*repairs, Repair(RepairCode.LINE_ENDS, "carriage returns read as line ends"))
    text = xml_safe(raw)
    if not repairs and len(text) == len(raw):
        return Decoded(text)
    dropped = len(raw) - len(text)
    _check(text.count(_LOST) + dropped, len(raw))
    if dropped:
        repairs = (*repairs, Repair(RepairCode.CONTROL_CHARS, f"{dropped} dropped", _first_difference(raw, text)))
    return Decoded(text, repairs)


def _check(bad: int, characters: int) -> None:
    if bad * 8 > characters:
        message = f"{bad} of {characters} characters are control characters, or in no known encoding"
        raise RejectedError(Code.NOT_TEXT, message, 1)


def _decode(body: bytes) -> tuple[str, tuple[Repair, ...]]:
    try:
        text = body.decode("utf-8").removeprefix("\ufeff")
    except UnicodeDecodeError:
        return _decode_other(body)
    if text.count("\0") * 4 > len(text):
        return _decode_other(body)
    marked = body.startswith(codecs.BOM_UTF8)
    return text, ((Repair(RepairCode.BYTE_ORDER_MARK, "dropped", 1),) if marked else ())


def _first_difference(raw: str, text: str) -> int:
    """The line of ``raw`` in which the first character is that ``text`` lacks."""
    for number, (before, after) in enumerate(zip(raw.split("\n"), text.split("\n"), strict=False), 1):
        if before != after:
            return number
    return 1


def _decode_other(body: bytes) -> tuple[str, tuple[Repair, ...]]:
    encoding = _encoding_by_mark(body) or _encoding_by_zeros(body) or _encoding_by_sense(body)
    text = body.decode(encoding, "replace").removeprefix("\ufeff")
    lost = text.count(_LOST)
    detail = f"read as {encoding}" + (f", {lost} unreadable characters" if lost else "")
    line = text.count("\n", 0, text.index(_LOST)) + 1 if lost else None
    return text, (Repair(RepairCode.ENCODING, detail, line),)


def _encoding_by_mark(body: bytes) -> str | None:
    return next((encoding for mark, encoding in _MARKS if body.startswith(mark)), None)


def _encoding_by_zeros(body: bytes) -> str | None:
    """UTF-16 without a mark: the ASCII in it has every second byte zero."""
    head = body[:4096]
    even, odd = head[::2].count(0), head[1::2].count(0)
    if max(even, odd) * 8 < len(head) or min(even, odd) * 4 > max(even, odd):
        return None
    return "utf-16-le" if odd > even else "utf-16-be"


def _encoding_by_sense(body: bytes) -> str:
    """GB 18030 (which holds GB 2312 and GBK) or damaged UTF-8, by which of the two reads better.

    Chinese in a GB encoding, read as UTF-8, is lost nearly whole; damaged UTF-8 loses little.
    """
    sample = body[:_SAMPLE]
    utf8 = sample.decode("utf-8", "replace")
    if utf8.count(_LOST) * 4 <= len(_FOREIGN.findall(utf8)):
        return "utf-8"
    national = sample.decode("gb18030", "replace")
    foreign = len(_FOREIGN.findall(national))
    return "gb18030" if len(_CHINESE.findall(national)) * 10 >= foreign * 7 else "utf-8"
