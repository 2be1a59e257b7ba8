"""Signs that are not seen: what a title, a name or a label must not hold, and where such a sign has a meaning."""

from __future__ import annotations

import re

# C0 but for tab and line ends, DEL and C1 (XML 1.0, section 2.2, discourages those), surrogates, two that are none.
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_NEXT_LINE = "\x85"
"""The one control of C1 that parts words."""

_SIGNS = re.compile("[\xad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]")
"""Soft hyphen, direction marks and what overrides, embeds or isolates, zero-width signs, byte order mark, marks of
notes between lines, tags."""
_NEVER = re.compile(
    "[\xad\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]"
    # Tags spell out which flag a black one is, and say nothing anywhere else (UTS #51, ED-14a).
    "|(?<![\U0001f3f4\U000e0020-\U000e007f])[\U000e0000-\U000e007f]+"
)
_JOINERS = re.compile("[\u200c\u200d]+")
_JOINED = re.compile(
    "[\u0600-\u06ff\u0700-\u074f\u0750-\u07ff\u0840-\u08ff\u0900-\u0dff\u1000-\u109f\u1780-\u18af\ua840-\ua87f"
    "\ua8e0-\ua8ff\ufb50-\ufdff\ufe70-\ufefc\U00010a00-\U00010b7f\U00011000-\U0001193f\U0001e900-\U0001e95f]"
)
"""Letters and marks of scripts whose spelling needs joiners: Arabic, Syriac, N'Ko, those of India, Myanmar, Khmer,
Mongolian and their like (RFC 5892, appendices A.1 and A.2, has the narrower rule for domain names)."""
_PICTURES = "\xa9\xae\u203c\u2049\u2122\u2139\u2190-\u2bff\u3030\u303d\u3297\u3299\U0001f000-\U0001faff"
_BEFORE_JOINER = re.compile(f"[{_PICTURES}\ufe0f]")
_BEHIND_JOINER = re.compile(f"[{_PICTURES}]")
"""Pictures that a zero-width joiner makes one of (UTS #51, ED-16)."""


def without_controls(text: str) -> str:
    """The text without characters that XML 1.0 forbids, lone surrogates included, and without DEL and C1."""
    if not _CONTROLS.search(text):
        return text
    return _CONTROLS.sub("", text.replace(_NEXT_LINE, "\n"))


def without_unseen(text: str) -> str:
    """The text without what is not seen and may mislead: direction, zero width, soft hyphens.

    Joiners stay where writing needs them: within an emoji, and beside letters of scripts that are spelt with them.
    """
    if text.isascii() or not _SIGNS.search(text):
        return text
    return _JOINERS.sub(_needed, _NEVER.sub("", text))


def _needed(joiners: re.Match[str]) -> str:
    """One joiner, or none."""
    text, (start, end) = joiners.string, joiners.span()
    before, behind = text[start - 1 : start], text[end : end + 1]
    if _JOINED.match(before) or _JOINED.match(behind):
        return joiners[0][0]
    is_emoji = joiners[0][0] == "\u200d" and _BEFORE_JOINER.match(before) and _BEHIND_JOINER.match(behind)
    return "\u200d" if is_emoji else ""
