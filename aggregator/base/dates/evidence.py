"""Which of day and month comes first where both are numbers: by other dates, or by the language."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC

from aggregator.base.dates.formats import read_stated
from aggregator.base.dates.order import Order

_BOTH_NUMBERS = re.compile(r"(?<![0-9])[0-9]{1,2}\s?[-/]\s?[0-9]{1,2}\s?[-/]\s?[0-9]{2}")

_MONTH_FIRST = ("en-us", "en-ph", "fil", "zh", "ja", "ko")
_DAY_FIRST = ("zh-hk", "zh-mo", "zh-hant-hk", "zh-hant-mo")
_UNDECIDED = ("", "en", "en-ca")
"""The United States, where the month comes first, and nearly all others write English."""


def has_order(written: str) -> bool:
    """Whether day and month are numbers, the year behind them."""
    return _BOTH_NUMBERS.search(written) is not None


def order_of(written: str) -> Order | None:
    """The only order in which ``written`` is a date; None if it is one in either order, or in none."""
    if not has_order(written):
        return None
    orders = {found for order in Order if (found := read_stated(written, UTC, order)[1])}
    return orders.pop() if len(orders) == 1 else None


def order_among(dates: Iterable[str]) -> Order | None:
    """What the dates of one document agree on; None where none tells, or they contradict each other."""
    orders = {order for written in dates if (order := order_of(written))}
    return orders.pop() if len(orders) == 1 else None


def order_of_language(tag: str) -> Order | None:
    """By a language tag (BCP 47), as the Unicode locale data has it; None where it leaves that open."""
    tag = tag.strip().lower().replace("_", "-")
    if tag in _UNDECIDED:
        return None
    if tag in _DAY_FIRST:
        return Order.DAY_FIRST
    return Order.MONTH_FIRST if tag in _MONTH_FIRST or tag.partition("-")[0] in _MONTH_FIRST else Order.DAY_FIRST
