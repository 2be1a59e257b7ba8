"""A number that articles of one source with the same title have in common, and few others."""

from __future__ import annotations

import re
from datetime import datetime
from functools import lru_cache
from hashlib import blake2b

_DAY = 24 * 60 * 60
_NEAR = 2 * _DAY
"""Seconds between dates that are to be found by each other's keys."""
_SPAN = 8 * _DAY
"""Seconds that share a key: a date near their ends is looked for in the next span, too."""
_ODD = 0x9E3779B97F4A7C15
"""Spreads the spans over all numbers."""
_NO_LETTER = re.compile(r"[\W\d_]+")
_MASK = (1 << 64) - 1
_UNDATED = 1 << 40
"""A span that no date lies in."""


def title_key(source: str, folded_title: str, stated: datetime | None) -> int:
    """What an article is stored under: of the letters of its title, and of the eight days its stated date is in.

    Digits and marks do not count, for both are corrected; dates do, because a bulletin keeps its title for years.
    A signed number of 64 bits. It is stored, and a migration computes it: another key needs another migration.
    """
    return title_keys(source, folded_title, stated)[0]


@lru_cache(maxsize=4096)
def title_keys(source: str, folded_title: str, stated: datetime | None) -> tuple[int, ...]:
    """The keys of articles with that title whose stated date may be two days away at most, its own first.

    They are kept for a while: a batch's documents are asked for more than once.
    """
    told = f"{source}\n{_letters(folded_title)}".encode("utf-8", "surrogatepass")
    base = int.from_bytes(blake2b(told, digest_size=8).digest())
    if stated is None:
        return (_spread(base, _UNDATED),)
    span, within = divmod(int(stated.timestamp()), _SPAN)
    if within < _NEAR:
        return _spread(base, span), _spread(base, span - 1)
    if within >= _SPAN - _NEAR:
        return _spread(base, span), _spread(base, span + 1)
    return (_spread(base, span),)


def _letters(folded_title: str) -> str:
    """The title without digits and marks; a title of nothing else as it is."""
    if folded_title.isalpha():
        return folded_title
    return _NO_LETTER.sub("", folded_title) or folded_title


def _spread(base: int, span: int) -> int:
    key = (base + span * _ODD) & _MASK
    return key - (1 << 64) if key >> 63 else key
