"""Instants that are made here, where no document states one: each is another one, so that readers keep an order."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import Connection, bindparam, select, text, union

from aggregator.model.article import Change
from storage.tables import ARTICLE, REVISED
from storage.values import stored, whole

_A = ARTICLE.c
SECOND = 1_000_000
"""Feeds show whole seconds."""
_TAKEN = union(
    select(_A.published).where(_A.published > bindparam("after"), _A.published <= bindparam("until")),
    select(_A.updated).where(_A.updated > bindparam("after"), _A.updated <= bindparam("until"), text(REVISED)),
)


class Instants:
    """What the changes of a transaction are dated by: the seconds up to now, the first change by the last of them.

    Revisions have the later ones, for their `updated` must come after the one they had.
    """

    def __init__(self, changes: Iterable[Change], now: datetime) -> None:
        revised = undated = 0
        for change in changes:
            if change.identity.kind == "revision":
                revised += change.identity.significant
            elif change.identity.kind == "new" and change.prepared.article.published is None:
                undated += 1
        self._now = stored(whole(now))
        self._revised, self.wanted = revised, revised + undated
        self.use(range(self._now, self._now - self.wanted * SECOND, -SECOND))

    def use(self, free: Sequence[int]) -> None:
        """The ``wanted`` instants to give out, the last one first."""
        self._of_revisions, self._of_undated = iter(free[: self._revised]), iter(free[self._revised :])

    def of_undated(self) -> int:
        """When a new article counts as published."""
        return next(self._of_undated, self._now)

    def of_revision(self, before: int) -> int:
        """When a significant revision was made, of an article with that `updated`: never back, never ahead."""
        made = next(self._of_revisions, self._now)
        return made if made > before else max(before, self._now)


def free_instants(connection: Connection, changes: Sequence[Change], now: datetime) -> Instants:
    """Without those that some article has already."""
    instants = Instants(changes, now)
    if instants.wanted:
        instants.use(free_seconds(connection, stored(whole(now)), instants.wanted))
    return instants


def free_seconds(connection: Connection, until: int, number: int) -> list[int]:
    """So many whole seconds up to one of them that are no article's, the last one first."""
    free: list[int] = []
    span = number * SECOND
    while len(free) < number:
        after = until - span
        taken = set(connection.scalars(_TAKEN, {"after": after, "until": until}))
        free += (at for at in range(until, after, -SECOND) if at not in taken)
        # An archive without dates took the last hours: the search must not take as many steps.
        until, span = after, 2 * span
    return free[:number]
