"""Lists of articles by the day on which they were published, as newspapers have them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Generic, TypeVar

from aggregator.site.pages.frame import Frame

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Day(Generic[T]):
    """What was published on one day in the site's zone."""

    newest: datetime
    """An instant of that day."""
    articles: Sequence[T]


def by_day(frame: Frame, articles: Iterable[T], published: Callable[[T], datetime]) -> list[Day[T]]:
    """The same articles in the same order, those of one day together."""
    days = (list(of_one) for _, of_one in groupby(articles, lambda article: frame.day(published(article))))
    return [Day(published(day[0]), day) for day in days]
