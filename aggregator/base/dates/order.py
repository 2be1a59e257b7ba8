"""Which of day and month comes first where both are numbers."""

from __future__ import annotations

from enum import StrEnum


class Order(StrEnum):
    """Of day and month, the year behind them."""

    DAY_FIRST = "day first"
    MONTH_FIRST = "month first"
