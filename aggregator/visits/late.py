"""New articles that count as late whatever their date says, and the alarm on dates. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime

from aggregator.codes import AlarmCode, Code
from aggregator.model.alarm import Alarm
from aggregator.model.article import Prepared, Sighting
from aggregator.model.config import FeedPolicy
from aggregator.model.running import Tally
from aggregator.model.trouble import Trouble

UNDATED = 5
"""Undated articles that a visit may bring as news: so many a publisher writes between two looks."""


def is_undated(document: Prepared) -> bool:
    """Whether it states no date, nor anything that tells it. One that cannot be read is another matter."""
    return document.article.date_kind == "missing" and document.unreadable_date is None


class Lateness:
    """Which new articles of a visit count as late.

    One whose date cannot be read always does: it may be of any age. One without a date does where it comes with many,
    as an archive would: in its source's first visit, and beyond `UNDATED` in a later one. Of articles of any date that
    are in a topic, those beyond ``at_once`` of the policy do: nobody writes so much between two looks, and what one
    source brings at once shall not push out what the others wrote.
    """

    def __init__(self, known: bool, before: Tally, policy: FeedPolicy, now: datetime) -> None:
        """``known``: whether its source was visited before; ``before``: what was stored of this visit so far."""
        self._undated_room = max(0, UNDATED - before.undated) if known else 0
        self._room = max(0, policy.at_once - before.at_once)
        self._old = now - policy.late_after
        self._undated = self._at_once = 0

    def is_late(self, document: Prepared) -> bool:
        """Asked once of each new article, in their order."""
        if self._is_old(document):
            return document.article.date_kind == "missing"
        if not any(verdict.matched for verdict in document.verdicts):
            return False
        self._at_once += 1
        return self._at_once > self._room

    def counted(self) -> Tally:
        """What was asked about, as a part of what was stored of the visit."""
        return Tally(undated=self._undated, at_once=self._at_once)

    def _is_old(self, document: Prepared) -> bool:
        """Whether it waits for its turn by its own date, or for want of one."""
        published = document.article.published
        if document.article.date_kind != "missing" and published is not None:
            return published < self._old
        if not is_undated(document):
            return True
        self._undated += 1
        return self._undated > self._undated_room


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
