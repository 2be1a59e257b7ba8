"""Articles of which nobody can tell how old they are: which count as late, and the alarm on dates. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from aggregator.codes import AlarmCode, Code
from aggregator.model.alarm import Alarm
from aggregator.model.article import Prepared, Sighting
from aggregator.model.trouble import Trouble

AT_ONCE = 5
"""Undated articles that a visit may bring as news: so many a publisher writes between two looks."""


def is_undated(document: Prepared) -> bool:
    """Whether it states no date, nor anything that tells it. One that cannot be read is another matter."""
    return document.article.date_kind == "missing" and document.unreadable_date is None


class Undated:
    """Which new articles of a visit count as late.

    One whose date cannot be read always does: it may be of any age. One without a date does where it comes with many,
    as an archive would: in its source's first visit, and beyond `AT_ONCE` in a later one.
    """

    def __init__(self, known: bool, before: int) -> None:
        """``known``: whether its source was visited before; ``before``: undated articles of this visit so far."""
        self._room = max(0, AT_ONCE - before) if known else 0

    def is_late(self, document: Prepared) -> bool:
        """Asked once of each new article, in their order."""
        if document.article.date_kind != "missing":
            return False
        if not is_undated(document):
            return True
        self._room -= 1
        return self._room < 0


class UnreadableDates:
    """Counts the places of a source whose dates cannot be read, over its visits."""

    def __init__(self) -> None:
        self._read: dict[str, Trouble | None] = {}
        """Of the documents of this visit, by location."""

    def note(self, document: Prepared) -> None:
        """It was read in this visit."""
        self._read[document.article.location] = document.trouble

    def alarm(self, there: Iterable[Sighting], gone: Collection[str]) -> Alarm | None:
        """``there``: what was seen before the visit at places that are still there, but for those ``gone``."""
        troubles = {s.location: s.trouble for s in there if s.trouble and s.article and s.location not in gone}
        bad = {
            location: trouble.detail
            for location, trouble in (troubles | self._read).items()
            if trouble is not None and trouble.code is Code.BAD_DATE
        }
        if not bad:
            return None
        example = max(bad)
        number = "the date of 1 document" if len(bad) == 1 else f"the dates of {len(bad)} documents"
        return Alarm(AlarmCode.BAD_DATE, f"{number} cannot be read; {example}: {bad[example]!r}")
