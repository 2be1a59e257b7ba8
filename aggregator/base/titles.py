"""A number that articles of one source with the same title have in common, and few others."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache
from hashlib import blake2b

_SPAN = 2 * 24 * 60 * 60
"""Seconds: dates that are two days apart lie in the same span or in neighbours."""
_ODD = 0x9E3779B97F4A7C15
"""Spreads the spans over all numbers."""
_MASK = (1 << 64) - 1
_UNDATED = 1 << 40
"""A span that no date lies in."""


def title_key(source: str, folded_title: str, stated: datetime | None) -> int:
    """What an article is stored under: of the letters of its title, and of the two days its stated date is in.

    Digits and marks do not count, for both are corrected; dates do, because a bulletin keeps its title for years.
    A signed number of 64 bits.
    """
    return _spread(_base(source, folded_title), _span(stated))


def title_keys(source: str, folded_title: str, stated: datetime | None) -> tuple[int, ...]:
    """The keys of articles with that title whose stated date may be two days away at most, its own first."""
    base, span = _base(source, folded_title), _span(stated)
    if span == _UNDATED:
        return (_spread(base, span),)
    return _spread(base, span), _spread(base, span - 1), _spread(base, span + 1)


def letters(folded_title: str) -> str:
    """The title without digits and marks; a title of nothing else as it is."""
    return "".join(filter(str.isalpha, folded_title)) or folded_title


def _span(stated: datetime | None) -> int:
    return _UNDATED if stated is None else int(stated.timestamp() // _SPAN)


def _spread(base: int, span: int) -> int:
    key = (base + span * _ODD) & _MASK
    return key - (1 << 64) if key >> 63 else key


@lru_cache(maxsize=2048)
def _base(source: str, folded_title: str) -> int:
    """The same for a batch's documents, which are asked for more than once."""
    told = f"{source}\n{letters(folded_title)}".encode("utf-8", "surrogatepass")
    return int.from_bytes(blake2b(told, digest_size=8).digest())
