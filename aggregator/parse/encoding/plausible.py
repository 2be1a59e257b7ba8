"""Whether text is what somebody wrote: a measure that tells encodings apart, and a look for mojibake.

Mojibake is text that was decoded by the wrong encoding: ``ä¸­å›½`` and ``涓浗`` were both ``中国`` once.
Nothing is called mojibake for looking odd: either characters were lost in great number, or the text read
the other way round makes better sense.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from aggregator.base.text import fold

LOST = "\ufffd"
"""What decoders put where they could not read."""
_SAMPLE = 4_000
"""Characters looked at."""
_SENSIBLE = 0.6
"""Of ``sense``: what text in a known language reaches, and garbage does not."""

_FOREIGN = re.compile(r"[^\x00-\x7f\s]")
_IDEOGRAPH = re.compile("[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
_IDEOGRAPH_OR_PRIVATE = re.compile("[\u3400-\u9fff\ue000-\uf8ff]")
_PUNCTUATION = re.compile("[\u00b7\u2010-\u2027\u3000-\u303f\uff01-\uff65\uffe5]")
_KANA = re.compile("[\u3041-\u30ff]")
_HANGUL = re.compile("[\uac00-\ud7a3]")
_LETTERS = re.compile("[\u00aa-\u024f\u0370-\u058f\u05d0-\u06ff\u0e01-\u0e5b\u1e00-\u1eff]+")
_WRECKAGE = re.compile("[\x80-\x9f\ue000-\uf8ff\ufff0-\uffff]")
_NEUTRAL = re.compile("[\u2030-\u2bff\ufe00-\ufe0f\U0001f000-\U0001ffff]+")
"""Signs and pictures, of which any text may have some."""
_ODD = re.compile("[\u00aa-\u024f]{4,}|[а-я][А-Я]|[a-z][\u0400-\u04ff]|[\u0400-\u04ff][a-z]")
"""Accented letters in a row, a capital inside a Russian word, a Russian letter inside a Latin one."""

_HEALTHY = ("，", "。", "的")
_CP1252 = "€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ"
_LATIN_RUN = re.compile(f"[\x80-\xff{_CP1252}]{{4,}}")
_TRAIL = f"[\x80-\xbf{_CP1252}]"
_UTF8_SHAPE = re.compile(f"[\xc2-\xdf]{_TRAIL}|[\xe0-\xef]{_TRAIL}{{2}}|[\xf0-\xf4]{_TRAIL}{{3}}")
"""One character in UTF-8, read as several in windows-1252."""
_LATIN_LETTER = re.compile("[\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u00ff]")
_LOST_SIGN = re.compile(f"{LOST}{{1,4}}")
_TAGS = re.compile(r"<[^<>]*+>|\s++")


def sense(text: str) -> float:
    """How much of what is not ASCII is what people write, from below 0 (garbage) to 1; 1 if there is none.

    Chinese, simplified or traditional, gets about 0.9; read in a wrong encoding at most 0.4.
    """
    foreign = _NEUTRAL.sub("", "".join(_FOREIGN.findall(text[: _SAMPLE * 10])[:_SAMPLE]))
    if not foreign:
        return 1.0
    points = frequent(foreign) * len(_IDEOGRAPH.findall(foreign))
    points += len(_PUNCTUATION.findall(foreign)) + len(_KANA.findall(foreign)) + 0.7 * len(_HANGUL.findall(foreign))
    points -= len(_WRECKAGE.findall(foreign))
    points += 0.7 * sum(map(len, _LETTERS.findall(foreign)))
    points -= sum(map(len, _ODD.findall(text[: _SAMPLE * 10])[:_SAMPLE]))
    return points / len(foreign)


def frequent(text: str) -> float:
    """The share of its ideographs that are among the thousand most frequent ones, 0 to 1; 0 if it has none."""
    ideographs = _IDEOGRAPH.findall(text)[:_SAMPLE]
    return sum(map(_frequent().__contains__, ideographs)) / len(ideographs) if ideographs else 0.0


def garbled(text: str) -> str:
    """Why the text is mojibake, in a few words; empty if it is not, or too little of it to tell."""
    if text.isascii():
        return ""
    if LOST in text and (reason := _many_lost(text)):
        return reason
    # Commas, full stops and one particle make up a tenth of Chinese: where they are right, so is the rest.
    least = len(text) // 1000 + 1
    if any(text.count(sign) >= least for sign in _HEALTHY):
        return ""
    return _garbled_letters(text[: _SAMPLE * 5]) or _garbled_ideographs(text)


def _many_lost(text: str) -> str:
    lost = text.count(LOST)
    if lost < 3:
        return ""
    shown = _TAGS.sub("", text)
    foreign = len(_FOREIGN.findall(shown))
    # A sign that nobody could read leaves one mark a byte. Words say more without their signs than without letters.
    signs = len(_LOST_SIGN.findall(shown))
    share = 5 if foreign < lost * 2 else 10
    if signs * 3 <= len(shown) - lost and (signs <= 3 or signs * share < len(shown)):
        return ""
    return f"{lost} characters of it were lost (U+FFFD)"


def _garbled_letters(text: str) -> str:
    """Text of several bytes a character, read as one byte a character."""
    if not _LATIN_LETTER.search(text):
        return ""
    shown = len(_TAGS.sub("", text))
    shaped = _UTF8_SHAPE.findall(text)
    if len(shaped) > 1 and sum(map(len, shaped)) * 10 > shown:
        return "utf-8 that was read as latin-1"
    runs = [run for run in _LATIN_RUN.findall(text) if len(set(_LATIN_LETTER.findall(run))) > 1][:_SAMPLE]
    if sum(map(len, runs)) * 5 < max(shown, 1):
        return ""
    raw = b" ".join(map(_as_bytes, runs))[: _SAMPLE * 3]
    for encoding in ("gb18030", "cp950"):
        if _reads_well(raw, encoding):
            return f"{encoding} that was read as latin-1"
    return ""


def _as_bytes(run: str) -> bytes:
    """The bytes that windows-1252, and for what it leaves free latin-1, reads as ``run``."""
    return b"".join(char.encode("latin-1") if ord(char) < 0x100 else char.encode("cp1252") for char in run)


def _garbled_ideographs(text: str) -> str:
    """Text in UTF-8, or another Chinese encoding, that was read as the wrong one of these."""
    found = "".join(_IDEOGRAPH_OR_PRIVATE.findall(text)[:_SAMPLE])
    ideographs = _IDEOGRAPH.findall(found)
    if len(found) < 4 or frequent(found) > 0.4 or len(_KANA.findall(text)) * 5 > len(found):
        return ""
    for wrong, right in (("gb18030", "utf-8"), ("cp950", "utf-8"), ("gb18030", "cp950"), ("cp950", "gb18030")):
        # Signs of private use are an icon font's as likely as Big5's, and prove nothing.
        enough = right == "utf-8" or len(ideographs) >= 12
        if enough and _reads_well(_raw(text, wrong), right):
            return f"{right} that was read as {wrong}"
    if found.count("锟斤拷") * 6 > len(found):
        return "its characters were lost before they were read as gb18030"
    if len(ideographs) >= 8 and frequent(found) < 0.3:
        for wrong in ("gb18030", "cp950"):
            if sum(char in _starts_of_utf8(wrong) for char in ideographs) * 3 > len(found):
                return f"utf-8 that was read as {wrong}, with characters lost"
    return ""


def _raw(text: str, encoding: str) -> bytes:
    """The bytes of what is not ASCII in the text, a space between what does not follow each other."""
    runs = re.findall(r"[^\x00-\x7f]+", text[: _SAMPLE * 10])
    return b" ".join(run.encode(encoding, "ignore") for run in runs)[: _SAMPLE * 3]


def _reads_well(raw: bytes, encoding: str) -> bool:
    """Whether most of the bytes are sensible text in the encoding, which is more than chance does."""
    text = raw.decode(encoding, "replace")
    foreign = len(_FOREIGN.findall(text))
    lost = text.count(LOST)
    kept = "".join(char for char in text if char != LOST)
    return foreign >= 3 and lost * 4 <= foreign and not _LATIN_RUN.search(kept) and sense(kept) >= _SENSIBLE


@cache
def _frequent() -> frozenset[str]:
    """Read once from the table beside this file; with the traditional forms of what it holds."""
    lines = Path(__file__).with_name("frequent.txt").read_text(encoding="utf-8").splitlines()
    simplified = frozenset("".join(line for line in lines if not line.startswith("#")))
    every = "".join(map(chr, range(0x4E00, 0x9FA6)))
    return frozenset(char for char, plain in zip(every, fold(every), strict=True) if plain in simplified)


@cache
def _starts_of_utf8(encoding: str) -> frozenset[str]:
    """What the first two bytes of Chinese in UTF-8 are in another encoding: such characters are rare in writing."""
    pairs = [bytes((lead, trail)) for lead in range(0xE4, 0xEA) for trail in range(0x80, 0xC0)]
    return frozenset(pair.decode(encoding, "ignore") for pair in [*pairs, b"\xe3\x80", b"\xef\xbc"]) - {""}
