"""What tells the issues of one template apart: numbers, ordinals, months and days of the week."""

from __future__ import annotations

import re
from collections import Counter
from functools import lru_cache

READ = 4_000
"""Characters of a text that are read."""
_FIGURE = re.compile(
    r"\d+(?:[.,:/]\d+)*"
    r"|[〇零一二两三四五六七八九十百千万亿廿卅]+"
    r"|[上中下]旬|[上下]半年|[春夏秋冬]季|周日|星期[日天]"
    r"|\b(?:january|february|march|april|may|june|july|august|september|october|november|december"
    r"|monday|tuesday|wednesday|thursday|friday|saturday|sunday"
    r"|first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth"
    r"|one|two|three|four|five|six|seven|eight|nine|ten)\b"
)
"""Of folded text."""


def other_figures(one: str, other: str) -> bool:
    """Whether each of two folded texts has figures that the other lacks: one was written over, none only added."""
    first, second = _figures(one), _figures(other)
    return bool(first - second) and bool(second - first)


@lru_cache(maxsize=256)
def _figures(folded: str) -> Counter[str]:
    return Counter(_FIGURE.findall(folded[:READ]))
