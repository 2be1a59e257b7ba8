"""The encoding of documents from the network, whose headers and declarations are often wrong.

The bytes are the truth: text that is sound UTF-8 is UTF-8, whatever is declared. What is declared
counts if the bytes make sense that way; otherwise the encoding in which they make most sense does.
GB 2312 and GBK are read as GB 18030, which holds both; latin-1 as windows-1252 (WHATWG Encoding, section 4.2).
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from aggregator.base.text import xml_safe
from aggregator.codes import Code, RepairCode
from aggregator.errors import RejectedError
from aggregator.model.document import Repair
from aggregator.parse.encoding.decode import Decoded
from aggregator.parse.encoding.plausible import LOST, garbled, sense

Kind = Literal["xml", "html", "json"]

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
"""Byte order marks; the UTF-32 ones come before those of UTF-16, which they begin with."""
_ALIASES = {
    "gb2312": "gb18030", "gbk": "gb18030", "gb18030": "gb18030", "hz": "hz", "cp936": "gb18030",
    "big5": "big5", "big5hkscs": "big5", "cp950": "big5", "iso8859-1": "cp1252", "ascii": "cp1252",
    "euc_kr": "cp949", "shift_jis": "cp932", "iso8859-9": "cp1254", "utf-8-sig": "utf-8",
}  # fmt: skip
"""What an encoding is read as, by Python's name for it."""
_UNNAMED = {"x-gbk": "gb18030", "x-gb2312": "gb18030", "gb-2312": "gb18030", "gb_2312": "gb18030", "x-x-big5": "big5",
            "x-big5": "big5", "x-sjis": "cp932", "utf8mb4": "utf-8", "unicode": "utf-16"}  # fmt: skip
"""Names in the wild that Python does not know."""
_ALLOWED = re.compile(r"utf-(?:8|16|32)(?:-[bl]e)?|gb18030|big5|hz|iso|koi8|cp\d|euc|shift|mac|tis|johab|ptcp|kz")
"""Of Python's codecs: those of text, without the ones that no document is written in."""
_GUESSES = ("gb18030", "big5", "cp932", "euc_jp", "cp949")
_FURTHER_GUESSES = ("cp1252", "cp1251", "koi8-r")
"""For what makes no sense in the others: any bytes are text of some kind in these."""

_HEADER = re.compile(r"charset\s*=\s*[\"']?\s*([\w.:-]{1,40})", re.IGNORECASE)
_DECLARATION = re.compile(rb"<\?xml[^<>]{0,200}?\sencoding\s*=\s*[\"']\s*([\w.:-]{1,40})", re.IGNORECASE)
_META = re.compile(rb"<meta\s[^<>]{0,400}?charset\s*=\s*[\"']?\s*([\w.:-]{1,40})", re.IGNORECASE)
_HEAD = 4_096
_SAMPLE = 65_536
"""Bytes that encodings are tried on."""
_NOT_ASCII = re.compile(rb"[\x80-\xff]")
_CLEAR = 0.5
"""Of ``sense``: what a right reading has at least."""
_TRUST = 0.15
"""Of ``sense``: how much worse a declared reading may be than a guess."""


@dataclass(frozen=True, slots=True)
class _Said:
    """Who says which encoding it is."""

    who: str
    name: str
    encoding: str
    """Python's name; empty if it is unknown."""


def decode_remote(body: bytes, media_type: str, kind: Kind) -> Decoded:
    """The text of a document; ``media_type`` is its Content-Type header, which may be empty.

    A mistaken or missing declaration is an ``encoding`` repair, dropped characters ``control-chars``.
    Raises RejectedError ``not-text`` for bytes that are no text, ``mojibake`` for text that was decoded
    by a wrong encoding before it was sent.
    """
    certain = _by_mark(body) or _by_zeros(body)
    utf8 = None if certain else _utf8(body)
    if utf8 is None:
        encoding, repairs = _encoding(body, certain, _declared(body, media_type, kind))
        raw = _decode(body, encoding)
    elif body.isascii():
        encoding, repairs = _by_escapes(body, media_type, kind) or "utf-8", ()
        raw = _decode(body, encoding)
    else:
        encoding, repairs, raw = "utf-8", _repairs("utf-8", _declared(body, media_type, kind)), utf8
    if "\r" in raw:
        raw = raw.replace("\r\n", "\n").replace("\r", "\n")
    text = xml_safe(raw)
    dropped, lost = len(raw) - len(text), text.count(LOST)
    if (lost + dropped) * 8 > len(raw):
        message = f"{lost + dropped} of {len(raw)} characters are control characters, or in no known encoding"
        raise RejectedError(Code.NOT_TEXT, message)
    if dropped:
        repairs = (*repairs, Repair(RepairCode.CONTROL_CHARS, f"{dropped} dropped"))
    if reason := garbled(text):
        raise RejectedError(Code.MOJIBAKE, f"the text is garbled: {reason}")
    return Decoded(text, repairs, encoding)


def _decode(body: bytes, encoding: str) -> str:
    return body.decode(encoding, "replace").removeprefix("\ufeff")


def _encoding(body: bytes, certain: str | None, said: list[_Said]) -> tuple[str, tuple[Repair, ...]]:
    encoding = certain or _by_sense(body, said)
    return encoding, _repairs(encoding, said)


def _repairs(encoding: str, said: list[_Said]) -> tuple[Repair, ...]:
    """What the declarations got wrong. UTF-8 needs none."""
    wrong = [one for one in said if _family(one.encoding) != _family(encoding)]
    if wrong:
        claims = ", ".join(f"{one.who} says {one.name}" for one in wrong)
        return (Repair(RepairCode.ENCODING, f"{claims}; it is {encoding}"),)
    if not said and not encoding.startswith("utf-"):
        return (Repair(RepairCode.ENCODING, f"none is declared; it is {encoding}"),)
    return ()


def _family(encoding: str) -> str:
    """Encodings of one family are not told apart by those who declare them."""
    if encoding.startswith(("utf-16", "utf-32")):
        return encoding[:6]
    return "big5" if encoding in {"cp950", "big5hkscs"} else encoding


def _by_mark(body: bytes) -> str | None:
    """By byte order mark, unless what follows shows that it is a mistake."""
    marked = next((encoding for mark, encoding in _MARKS if body.startswith(mark)), None)
    if marked is None:
        return None
    text = body[: _HEAD * 4].decode(marked, "replace")
    return marked if text.count(LOST) * 100 <= len(text) else None


def _by_zeros(body: bytes) -> str | None:
    """UTF-16 and UTF-32 without a mark: XML, HTML and JSON begin with ASCII (XML 1.0, appendix F)."""
    zeros = bytes(int(byte == 0) for byte in body[:4])
    return {
        b"\x01\x01\x01\x00": "utf-32-be",
        b"\x00\x01\x01\x01": "utf-32-le",
        b"\x01\x00\x01\x00": "utf-16-be",
        b"\x00\x01\x00\x01": "utf-16-le",
        b"\x01\x00\x00\x00": "utf-16-be",
        b"\x00\x01\x00\x00": "utf-16-le",
    }.get(zeros)


def _utf8(body: bytes) -> str | None:
    """The text, if the bytes are sound UTF-8."""
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        return None


def _by_escapes(body: bytes, media_type: str, kind: Kind) -> str | None:
    """Encodings that write all in ASCII, if one is declared and its marks are there."""
    if b"\x1b" not in body and b"~{" not in body:
        return None
    said = _declared(body, media_type, kind)
    named = next((one.encoding for one in said if one.encoding == "hz" or one.encoding.startswith("iso2022")), None)
    return named if named and LOST not in body.decode(named, "replace") else None


def _declared(body: bytes, media_type: str, kind: Kind) -> list[_Said]:
    """What header, declaration and meta element say, the most binding first."""
    said = []
    if header := _HEADER.search(media_type[:1000]):
        said.append(("header", header[1]))
    if kind != "json":
        head = body[:_HEAD].replace(b"\0", b"")
        if declaration := _DECLARATION.search(head):
            said.append(("declaration", declaration[1].decode("latin-1")))
        if kind == "html" and (meta := _META.search(head)):
            said.append(("meta", meta[1].decode("latin-1")))
    return [_Said(who, name.lower(), _known(name)) for who, name in said]


def _known(name: str) -> str:
    """The encoding that is meant; empty for what is none of text."""
    name = name.lower()
    if name in _UNNAMED:
        return _UNNAMED[name]
    try:
        found = codecs.lookup(name).name
    except (LookupError, ValueError):
        return ""
    found = _ALIASES.get(found, found)
    return found if _ALLOWED.match(found) else ""


def _by_sense(body: bytes, said: list[_Said]) -> str:
    """The declared encoding in which the bytes make sense; else the one in which they make most."""
    first = _NOT_ASCII.search(body)
    start = first.start() if first else 0
    sample = body[start : start + _SAMPLE]
    # Documents in UTF-16 and UTF-32 were recognized by their zeros.
    named = [one.encoding for one in said if one.encoding and not one.encoding.startswith(("utf-16", "utf-32"))]
    if _is_damaged_utf8(sample, declared="utf-8" in named):
        return "utf-8"
    best, score = "utf-8", float("-inf")
    tiers: tuple[Iterable[str], ...] = ((*named, "utf-8", *_GUESSES), _FURTHER_GUESSES, _detected(sample))
    for guesses in tiers:
        for encoding in guesses:
            found = _score(sample, encoding) + (_TRUST if encoding in named else 0.0)
            if found > score:
                best, score = encoding, found
        if score >= _CLEAR:
            break
    return _big5(body) if best == "big5" else best


def _is_damaged_utf8(sample: bytes, *, declared: bool) -> bool:
    """Whether most of what is not ASCII has the form of UTF-8, which other encodings hardly ever have: then the rest
    is damage, however odd the signs."""
    text = codecs.getincrementaldecoder("utf-8")("replace").decode(sample)
    # What was lost before it was written is sound UTF-8.
    lost = text.count(LOST) - sample.count(LOST.encode())
    sound = len(text) - len(text.encode("ascii", "ignore")) - lost
    return sound >= (lost if declared else 4 * lost)


def _score(sample: bytes, encoding: str) -> float:
    if encoding == "big5":
        return max(_score(sample, "cp950"), _score(sample, "big5hkscs"))
    decoder = codecs.getincrementaldecoder(encoding)("replace")
    text = decoder.decode(sample)
    # Without the context of whole words, a wrong reading with few losses looks as good as the right one.
    return sense(text) - 4 * text.count(LOST) / max(len(text), 1)


def _big5(body: bytes) -> str:
    """Of the two that extend Big5: the one that loses less, Microsoft's where both are as good."""
    return min(("cp950", "big5hkscs"), key=lambda encoding: _decode(body, encoding).count(LOST))


def _detected(sample: bytes) -> Iterator[str]:
    """What a general detector takes the bytes for, asked only when it is needed."""
    from charset_normalizer import from_bytes  # noqa: PLC0415 - few documents need it

    match = from_bytes(sample[:8192], steps=5, chunk_size=512).best()
    if match and (known := _known(match.encoding)):
        yield known
