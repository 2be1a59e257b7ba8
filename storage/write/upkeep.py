"""What the end of a visit tidies and counts, so that a store of many years stays quick."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, distinct, exists, func, or_, select, text

from storage.engine import KEYS, batches, rows_of
from storage.tables import ARTICLE, RUN, SIGHTING, VANISHED
from storage.values import stored

RUNS_KEPT = timedelta(days=90)
VANISHED_KEPT = timedelta(days=180)

_S = SIGHTING.c
_SEEN = (
    select(_S.source, func.count(distinct(_S.article)).label("articles"))
    .where(_S.status != "vanished", _S.source.in_(KEYS))
    .group_by(_S.source)
)
_VISIBLE = exists().where(ARTICLE.c.key == _S.article, ARTICLE.c.withdrawn.is_(None))


def forget(connection: Connection, sources: Sequence[str], now: datetime) -> None:
    """Deletes reports of old visits, and places that are long gone.

    The last places of a withdrawn article stay: seen there again, it comes back. An article that is kept
    needs no place; it is still known by its words and its address.
    """
    vanished = text(VANISHED)
    for batch in batches(sources):
        connection.execute(delete(RUN).where(RUN.c.source.in_(batch), RUN.c.finished < stored(now - RUNS_KEPT)))
        old = (_S.source.in_(batch), vanished, _S.seen < stored(now - VANISHED_KEPT))
        connection.execute(delete(SIGHTING).where(*old, or_(_S.article.is_(None), _VISIBLE)))


def articles(connection: Connection, sources: Sequence[str]) -> Mapping[str, int]:
    """How many articles are seen in each source and are not gone."""
    return dict.fromkeys(sources, 0) | {row.source: row.articles for row in rows_of(connection, _SEEN, sources)}
