"""Plain words of an article: its title and its summary."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import unescape

from aggregator.base.lead_in import LONGEST, opening_of
from aggregator.base.text import xml_line

SUMMARY_LENGTH = 200
"""The most characters of a summary."""
_LEAST_SUMMARY = 60
"""A sentence that ends earlier makes too short a summary."""
_FALLBACK_LENGTH = 40
_LONGEST_ADDRESS = 100

_TITLE_TAG = re.compile(
    r"</?(?:a|abbr|b|big|br|center|code|del|div|em|font|h[1-6]|i|iframe|img|ins|li|mark|p|s|script|small|span|strike|"
    r"strong|style|sub|sup|svg|tt|u)(?:\s[^<>]*)?/?>",
    re.IGNORECASE,
)
"""Tags that writers put into titles; ``床位<120`` and ``A<B`` are none."""
_TAG = re.compile(r"</?[a-z][a-z0-9:-]*(?:\s[^<>]*)?/?>", re.IGNORECASE)
"""Any tag: no name holds one. A mail address in brackets is none."""
_ROUNDS = 5
"""How often tags are stripped: what is left of a tag within a tag may be one."""
_BETWEEN = " \u200c\u200d"
"""What joins or parts characters, and means nothing before an ellipsis."""
_SENTENCE_END = re.compile("[。！？!?…][”’」』）)]*")


def plain_title(written: str) -> str:
    """A title as plain text on one line: tags stripped, entities decoded; empty where nothing is left."""
    title = _without(_TITLE_TAG, written) if "<" in written else written
    if "&" in title:
        title = unescape(title)
        if "</" in title:
            # An end tag tells that this was markup, escaped once more than it should; a tag alone may be spoken of.
            title = _without(_TITLE_TAG, title)
    return xml_line(title)


def plain_name(written: str) -> str:
    """The name of a person, a site or a label as plain text on one line, like ``plain_title``; no tag stays."""
    name = _without(_TAG, written) if "<" in written else written
    if "&" in name:
        name = unescape(name)
        name = _without(_TAG, name) if "<" in name else name
    return xml_line(name)


def _without(tags: re.Pattern[str], text: str) -> str:
    for _ in range(_ROUNDS):
        bare = tags.sub("", text)
        if bare == text:
            break
        text = bare
    return text


def first_words(lines: Sequence[str]) -> str:
    """A title for an article without one: how its text begins, at most 40 characters."""
    return clipped(next(filter(None, map(xml_line, lines)), ""), _FALLBACK_LENGTH)


def shown_address(url: str) -> str:
    """An address as people read it: without scheme and query, at most 100 characters."""
    bare = url.partition("://")[2] or url
    return clipped(bare.partition("?")[0].partition("#")[0].rstrip("/"), _LONGEST_ADDRESS)


def summarize(lines: Sequence[str]) -> str:
    """The first sentences behind the source's lead-in, at most 200 characters.

    Where they are too long or too short, cut with an ellipsis.
    """
    text = ""
    for line in lines:
        text = f"{text}\n{line}" if text else line
        if len(text) > SUMMARY_LENGTH + LONGEST:
            break
    text = text[opening_of(text) :].replace("\n", " ")
    if len(text) <= SUMMARY_LENGTH:
        return _shown(text)
    ends = [end.end() for end in _SENTENCE_END.finditer(text, 0, SUMMARY_LENGTH)]
    return _shown(text[: ends[-1]] if ends and ends[-1] >= _LEAST_SUMMARY else clipped(text, SUMMARY_LENGTH))


def _shown(text: str) -> str:
    """What is on one line already, without signs that are not seen."""
    return text if text.isprintable() else xml_line(text)


def clipped(text: str, length: int) -> str:
    """At most ``length`` characters of a text; what was cut ends in an ellipsis."""
    return text if len(text) <= length else text[: length - 1].rstrip(_BETWEEN) + "…"
