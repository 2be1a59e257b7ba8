"""What the end of a pass tidies and counts, so that a store of many years stays quick."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, distinct, exists, func, or_, select, text

from storage.tables import ARTICLE, RUN, SIGHTING, VANISHED
from storage.values import stored

RUNS_KEPT = timedelta(days=90)
VANISHED_KEPT = timedelta(days=180)

_S = SIGHTING.c
_VISIBLE = exists().where(ARTICLE.c.key == _S.article, ARTICLE.c.withdrawn.is_(None))


def forget(connection: Connection, source: str, now: datetime) -> None:
    """Deletes reports of old passes, and places that are long gone.

    The last places of a withdrawn article stay: seen there again, it comes back. An article that is kept
    needs no place; it is still known by its words and its address.
    """
    connection.execute(delete(RUN).where(RUN.c.source == source, RUN.c.finished < stored(now - RUNS_KEPT)))
    vanished = text(VANISHED)
    old = (_S.source == source, vanished, _S.seen < stored(now - VANISHED_KEPT))
    connection.execute(delete(SIGHTING).where(*old, or_(_S.article.is_(None), _VISIBLE)))


def articles(connection: Connection, source: str) -> int:
    """How many articles are seen in the source and are not gone."""
    seen = select(func.count(distinct(_S.article))).where(_S.source == source, _S.status != "vanished")
    return connection.execute(seen).scalar_one()
