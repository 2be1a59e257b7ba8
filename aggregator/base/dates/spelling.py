"""A date in whatever language, spelled plainly: Western digits, English months, the time of day as ``9:15:48 pm``."""

from __future__ import annotations

import re
import unicodedata
from html import unescape
from string import ascii_uppercase

from aggregator.base.dates.names import MONTH_OF, MONTHS, PARTS_OF_DAY, SILENT, bare
from aggregator.base.text import one_line

_DASHES = dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\uff0d"), "-") | {0x2236: ":", 0xA789: ":"}
_NUMERALS = {char: value for value, chars in enumerate(("〇零○◯", *"一二三四五六七八九")) for char in chars}
_ERAS = {"令和": 2018, "平成": 1988, "昭和": 1925, "民国": 1911, "民國": 1911}
_PART_OF = {name: part for part, names in PARTS_OF_DAY.items() for name in names.split()}

_EAST_ZONE = re.compile(r"(?:北京|中国标准|中國標準|台北|台北標準)(?:时间|時間)")
_EAST_WEEKDAY = re.compile(
    r"(?:星期|礼拜|禮拜|周|週)[一二三四五六日天]|[月火水木金土日]曜日?|[월화수목금토일]요일"
    r"|\(\s?[一二三四五六日天月火水木金土월화수목금토일]\s?\)"
)
_EAST_LABEL = re.compile(
    r"(?:发布|發布|發佈|发表|發表|更新|刊登|公開|掲載|投稿|등록|입력)(?:时间|時間|日期|日(?![0-9])|于|於|일)?\s?:?"
    r"|(?:日期|时间|時間)\s?:?"
)
_EAST_NUMERAL = re.compile(r"[〇零○◯一二三四五六七八九十廿卅]{1,4}(?=\s?(?:[年月日号號时時点點分秒]|$))")
_EAST_PART = re.compile("|".join(_PART_OF))
_EAST_ERA = re.compile(rf"({'|'.join(_ERAS)})\s?([0-9]{{1,3}}|元)\s?年")
_EAST_YEAR = re.compile(r"(?<=[0-9])\s?[年년]\s?")
_EAST_MONTH = re.compile(r"(?<![0-9])([0-9]{1,2})\s?(?:月份?|월)")
_EAST_DAY = re.compile(r"(?<=[0-9])\s?[日号號일](?![本])")
_EAST_CLOCK = re.compile(
    r"([0-9]{1,2})\s?[时時点點시]\s?(?:([0-9]{1,2})\s?[分분]?|(半)|[整钟鐘])?\s?(?:([0-9]{1,2})\s?[秒초])?"
)

_HALF = re.compile(r"(?<![A-Za-z])([ap])\.?\s?m(?![A-Za-z])\.?", re.IGNORECASE)
_HOUR_ONLY = re.compile(r"(?<![0-9:.,+-])([0-9]{1,2})\s{0,3}(?=[ap]m\b(?!\s*[0-9]{1,2}:))")
_WESTERN_CLOCK = re.compile(
    r"(?<![0-9:.])([0-9]{1,2})\s?[h.]\s?([0-9]{2})(?:\s?(?:Uhr|h|min)\b)"
    r"|(?<![0-9:.])([0-9]{1,2})\s?h\s?([0-9]{2})?(?![0-9A-Za-z])|(?<![0-9:.])([0-9]{1,2})()\s?Uhr\b"
    r"|(?:\bkl(?:o|okken)?\.?\s?)([0-9]{1,2})[.:]([0-9]{2})",
    re.IGNORECASE,
)
_NOON = re.compile(r"(?:12(?::00)?\s)?\bnoon\b", re.IGNORECASE)
_MIDNIGHT = re.compile(r"(?:12(?::00)?\s)?\bmidnight\b", re.IGNORECASE)
_BASIC_CLOCK = re.compile(r"(?<=[0-9])T([0-9]{2})([0-9]{2})([0-9]{2})?(?![0-9:])", re.IGNORECASE)
_ISO_T = re.compile(r"(?<=[0-9])\s?T\s?(?=[0-9]{1,2}:)", re.IGNORECASE)
_AFTER_YEAR = re.compile(r"(?<=[0-9]{4}):(?=[0-9]{2}:[0-9]{2})")
_ORDINAL = re.compile(r"(?<=[0-9])(?:st|nd|rd|th|ers?|re|eme|e|o|a)(?![\w])", re.IGNORECASE)
_WORD = re.compile(r"(?<![^\W\d_])(?<![A-Za-z]/)(?<![_&])[^\W\d_]++(?![_])(?!/[A-Za-z])(?:\.|'s\b)?")
_CAPITALS = frozenset(ascii_uppercase)
_TUESDAY = re.compile(r"^mar\b[ .,]*(?=[0-9]{1,2}[ .,-]*[a-z]{3})")
_UNKNOWN_WEEKDAY = re.compile(r"^[^\W\d_]{2,15}\.?,\s?(?=[0-9])")
_EMPTY = re.compile(r"\(\s*\)")
_LEADING = re.compile(r"^(?:[ ,.;:|·•/\[<>\"']|-(?![0-9]))+")
_TRAILING = re.compile(r"[ ,.;:|·•/\]<>\"'-]+$")


def spelled_plainly(written: str) -> str:
    """The date with what says nothing left out: weekdays, ordinal endings, words like ``at`` and 发布.

    Words that are not known stay as they are.
    """
    text = unescape(written) if "&" in written else written
    if not text.isascii():
        text = _from_east(bare_marks(text))
    text = _AFTER_YEAR.sub(" ", text)
    text = _MIDNIGHT.sub("00:00", _NOON.sub("12:00", text))
    text = _WESTERN_CLOCK.sub(_western_clock, text)
    text = _HOUR_ONLY.sub(r"\1:00 ", _HALF.sub(lambda found: f" {found[1].lower()}m ", text))
    text = _BASIC_CLOCK.sub(_basic_clock, text)
    text = _WORD.sub(_plain_word, _ORDINAL.sub(" ", _ISO_T.sub(" ", text)))
    text = _trimmed(one_line(_EMPTY.sub(" ", text)))
    if text.startswith("(") and text.endswith(")"):
        text = _trimmed(text[1:-1])
    return _UNKNOWN_WEEKDAY.sub("", _TUESDAY.sub("", text))


def _trimmed(text: str) -> str:
    """A minus before a number stays: less than nothing is no date."""
    return _TRAILING.sub("", _LEADING.sub("", text))


def bare_marks(text: str) -> str:
    """Full width as half width, all dashes one, accents off."""
    parted = unicodedata.normalize("NFKD", text.translate(_DASHES))
    return unicodedata.normalize("NFC", "".join(char for char in parted if unicodedata.category(char) != "Mn"))


def _from_east(text: str) -> str:
    """Chinese, Japanese and Korean, as far as they write dates in ways of their own."""
    text = _EAST_WEEKDAY.sub(" ", _EAST_ZONE.sub(" UTC+8 ", text))
    text = _EAST_NUMERAL.sub(_number, _EAST_LABEL.sub(" ", text))
    text = _EAST_ERA.sub(lambda found: f"{_ERAS[found[1]] + int(found[2].replace('元', '1'))}年", text)
    text = _EAST_PART.sub(lambda found: f" {_PART_OF[found[0]]} ", text)
    text = _EAST_MONTH.sub(_month_name, _EAST_YEAR.sub(" ", text))
    return _EAST_CLOCK.sub(_east_clock, _EAST_DAY.sub(" ", text))


def _number(found: re.Match[str]) -> str:
    """二〇二二 is 2022, 二十七 is 27."""
    numeral = found[0].replace("廿", "二十").replace("卅", "三十")
    if "十" not in numeral:
        return "".join(str(_NUMERALS[char]) for char in numeral)
    tens, _, ones = numeral.partition("十")
    return str(10 * _NUMERALS.get(tens or "一", 0) + _NUMERALS.get(ones or "〇", 0))


def _month_name(found: re.Match[str]) -> str:
    number = int(found[1])
    return f" {MONTHS[number - 1]} " if 1 <= number <= len(MONTHS) else found[0]


def _east_clock(found: re.Match[str]) -> str:
    hour, minute, half, second = found.groups()
    return f" {hour}:{'30' if half else minute or '00'}:{second or '00'} "


def _western_clock(found: re.Match[str]) -> str:
    hour, minute = (next((part for part in found.groups()[first::2] if part), "00") for first in (0, 1))
    return f" {hour}:{minute} "


def _basic_clock(found: re.Match[str]) -> str:
    return f" {found[1]}:{found[2]}:{found[3] or '00'}"


def _plain_word(found: re.Match[str]) -> str:
    word = bare(found[0].removesuffix(".").removesuffix("'s"))
    if month := MONTH_OF.get(word):
        return f" {MONTHS[month - 1]} "
    # A capital letter alone is a zone.
    return " " if word in SILENT and found[0] not in _CAPITALS else found[0]
