"""Letters of other alphabets that look like Latin ones, and a few ideographs that look like others.

From the confusable characters of Unicode Technical Standard 39, as far as they are letters of living alphabets; of
folded text, so capitals that look alike count by their small letters.
"""

from __future__ import annotations

_PAIRS = (
    # Cyrillic.
    ("аеорсухіјѕһԁԛԝӏ", "aeopcyxijshdqwl"),
    ("вкмнтгзбьпё", "bkmhtr3bbne"),
    # Greek.
    ("αβγεζηικμνορτυχω", "abyezniKmvoptuxw".lower()),
    # Armenian, Cherokee's small capitals, Coptic and Latin letters of phonetics.
    ("օսոհցքզյ", "ounhgfqj"),
    ("ɑɡɩɪʏıɴʀ", "agiiyinr"),
    # Ideographs, and signs that are written for them.
    ("曰囗己巳末士〇", "日口已已未土○"),
)
_TABLE = {ord(sign): like for signs, likes in _PAIRS for sign, like in zip(signs, likes, strict=True)}


def look_alike(folded: str) -> str:
    """The folded text with one letter for all that look like it. To compare by, never to show."""
    return folded if folded.isascii() else folded.translate(_TABLE)
