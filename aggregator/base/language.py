"""The language that a text is written in, told from how it begins: by its script, or by its most frequent words.

It makes no claim where it cannot tell: a wrong language has a screen reader spell a text out, none at all has it
read by the page's.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

SAMPLE = 500
"""Characters that are looked at."""

_HAN, _CJK_MARKS, _HANGUL, _CYRILLIC, _ARABIC, _HEBREW, _THAI, _INDIC, _GREEK = b"hkgcawtdy"
_BLOCKS = (
    (_HAN, (*range(0x34, 0xA0), 0xF9, 0xFA)),
    (_CJK_MARKS, (0x30,)),
    (_HANGUL, (0x11, *range(0xAC, 0xD8))),
    (_CYRILLIC, (0x04,)),
    (_ARABIC, (0x06, 0x08, *range(0xFB, 0xFF))),
    (_HEBREW, (0x05,)),
    (_THAI, (0x0E,)),
    (_INDIC, (0x09,)),
    (_GREEK, (0x03, 0x1F)),
)
"""Scripts, by the upper byte of their characters' numbers."""
_SCRIPT_OF = bytearray(b"." * 256)
for _script, _uppers in _BLOCKS:
    for _upper in _uppers:
        _SCRIPT_OF[_upper] = _script

_KANA = re.compile("[\u3041-\u3096\u30a1-\u30fa]")
_UKRAINIAN, _RUSSIAN = frozenset("їєґ"), frozenset("ыэё")
_OTHER_CYRILLIC = frozenset("ўјљњђћџќѓѕәғқңөұүһҳҷ")
_PERSIAN, _URDU, _OTHER_ARABIC = frozenset("پچژگکی"), frozenset("ٹڈڑےں"), frozenset("ګڼېۍڕڵێۆ")
_THAI_LETTERS = range(0x0E00, 0x0E80)
_HEBREW_LETTERS = range(0x0590, 0x0600)
_DEVANAGARI = range(0x0900, 0x0980)
_HINDI = re.compile(r"(?<!\S)(?:है|हैं|में|के|और)(?!\S)")

_FREQUENT = {
    "en": "the and of to by for that with this from are which been were they has his their would could said into over",
    "de": "der die und den das ist nicht mit ein eine einer dem von auf für sich auch werden wird bei nach über zum",
    "fr": "les des et est une dans pour qui sur avec aux du cette sont ont été leur ces pas",
    "es": "el los las una y su sus del más pero según también fue ha hay muy por con para",
    "pt": "não uma os dos das ao são mais com foi pelo pela também até em seu sua por para do da",
    "it": "il gli di che è degli nel nella sono anche più alla dei delle dal della per con del una",
    "nl": "het een van voor niet zijn wordt worden ook naar aan bij deze dat uit maar hebben heeft de op",
}
"""Words that are among the most frequent of a language, and of few others."""
_WORDS = {word for words in _FREQUENT.values() for word in words.split()}
_LANGUAGES = {word: tuple(lang for lang, words in _FREQUENT.items() if word in words.split()) for word in _WORDS}
_LEAST_WORDS = 3
"""Different ones."""


def language_of(text: str) -> str:
    """The language subtag (BCP 47): zh, ja, ko, ru, uk, ar, fa, ur, he, th, hi, el, en, de, fr, es, pt, it or nl.

    Empty where the beginning of the text does not tell.
    """
    sample = text[:SAMPLE]
    if sample.isascii():
        return _by_words(sample)
    # The second byte of each pair is the upper one. Characters beyond U+FFFF have surrogates, of no script here.
    scripts = sample.encode("utf-16-le", "replace")[1::2].translate(_SCRIPT_OF)
    unknown = scripts.count(b".")
    # A Chinese character stands for a third of a word, and articles on technology are half code.
    chinese = scripts.count(_HAN)
    if chinese * 6 > unknown and scripts.count(_CJK_MARKS) * 5 <= chinese and chinese * 4 > len(scripts) - unknown:
        return "zh"
    found = {script: scripts.count(script) for script in dict.fromkeys(scripts.replace(b".", b""))}
    if not found:
        return _by_words(sample)
    return _by_script(sample, found, len(scripts))


def primary(tag: str) -> str:
    """The language subtag of a tag (BCP 47): ``zh`` of ``zh-CN``."""
    return tag.lower().replace("_", "-").partition("-")[0]


def _by_script(sample: str, found: dict[int, int], characters: int) -> str:
    east = found.get(_HAN, 0) + found.get(_CJK_MARKS, 0)
    hangul = found.get(_HANGUL, 0)
    if east * 4 > characters or hangul * 4 > characters:
        if hangul > east:
            return "ko"
        kana = len(_KANA.findall(sample))
        return "ja" if kana * 2 > found.get(_HAN, 0) else "zh"
    script = max(found, key=lambda each: found[each])
    if found[script] * 2 > characters:
        return _READERS[script](sample) if script in _READERS else ""
    return _by_words(sample) if found[script] * 8 < characters else ""


def _cyrillic(sample: str) -> str:
    letters = frozenset(sample.lower())
    if letters & _OTHER_CYRILLIC:
        return ""
    if letters & _UKRAINIAN:
        return "" if letters & _RUSSIAN else "uk"
    return "ru" if letters & _RUSSIAN and "і" not in letters else ""


def _arabic(sample: str) -> str:
    if any(letter in _OTHER_ARABIC for letter in sample):
        return ""
    # Some are in every name from there; in a text of theirs every tenth letter is one.
    if sum(letter in _URDU for letter in sample) * 50 > len(sample):
        return "ur"
    return "fa" if sum(letter in _PERSIAN for letter in sample) * 25 > len(sample) else "ar"


def _most_within(sample: str, letters: range, language: str) -> str:
    """The language, unless most of its block's neighbour's letters are meant (Armenian, Lao, Bengali)."""
    return language if sum(ord(char) in letters for char in sample) * 2 > len(sample) else ""


_READERS: dict[int, Callable[[str], str]] = {
    _CYRILLIC: _cyrillic,
    _ARABIC: _arabic,
    _HEBREW: lambda sample: _most_within(sample, _HEBREW_LETTERS, "he"),
    _THAI: lambda sample: _most_within(sample, _THAI_LETTERS, "th"),
    _GREEK: lambda _sample: "el",
    _INDIC: lambda sample: _most_within(sample, _DEVANAGARI, "hi") if _HINDI.search(sample) else "",
}


def _by_words(sample: str) -> str:
    """By those of the sample's different words that are frequent in a language."""
    known = _WORDS.intersection(sample.lower().split())
    if len(known) < _LEAST_WORDS:
        return ""
    first, second = _two_most(language for word in known for language in _LANGUAGES[word])
    return first[1] if first[0] >= _LEAST_WORDS and first[0] >= second * 2 else ""


def _two_most(languages: Iterable[str]) -> tuple[tuple[int, str], int]:
    counts = dict.fromkeys(_FREQUENT, 0)
    for language in languages:
        counts[language] += 1
    ranked = sorted(((count, language) for language, count in counts.items()), reverse=True)
    return ranked[0], ranked[1][0]
