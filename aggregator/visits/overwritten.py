"""Files that hold another article than before, where ``deletes: retract``: the old ones leave. Pure.

That is settled at the end of a visit: a file that takes another one's place may be an article that moved there, and the
one that it replaced may have moved on.
"""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from aggregator.codes import AlarmCode
from aggregator.model.alarm import Alarm
from aggregator.model.article import Change
from aggregator.model.running import Batch, Outcome, Overwritten, Visit

MOST = 5
"""Articles that may leave in one visit, however few files there are."""
SHARE = 0.1
"""Of a source's files: if more hold other articles at once, a script that renames or rewrites them is likelier than so
many deletions."""
_HALF_SEEN = frozenset({AlarmCode.STOPPED, AlarmCode.MOST_GONE})
"""After a visit with such an alarm an article may well be where it was not looked for."""


def overwritten(batch: Batch, changes: Iterable[Change]) -> list[UUID]:
    """The articles whose places show others after these changes.

    What a feed or list names differently is no deletion, and neither is what only our rules read as another article.
    """
    if batch.visit.source.deletes != "retract" or batch.present is not None:
        return []
    seen = ((batch.before.get(change.sighting.location), change) for change in changes)
    return [
        before.article
        for before, change in seen
        if before is not None and before.article is not None and before.article != change.identity.id
        if before.status != "vanished" and before.digest != change.prepared.digest
    ]


def withdrawn(visit: Visit, outcome: Outcome, left: Overwritten) -> tuple[tuple[UUID, ...], Alarm | None]:
    """Which of the articles that are nowhere any more leave at the end of the visit, or why none does.

    Those that do not wait for the next visit.
    """
    nothing_asked = outcome.error is not None or outcome.learned.held_until is not None
    unsure = nothing_asked or any(alarm.code in _HALF_SEEN for alarm in outcome.alarms)
    if unsure or not left.articles:
        return (), None
    number = len(left.articles)
    if number > max(MOST, left.places * SHARE) and not visit.accept_losses:
        detail = f"{number} of {left.places} files hold another article than before; nothing was taken as deleted"
        return (), Alarm(AlarmCode.MOST_OVERWRITTEN, detail)
    return left.articles, None
