"""What the end of a visit tidies and counts, so that a store of many years stays quick."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Connection, bindparam, delete, distinct, exists, func, or_, select, text

from storage.engine import KEYS, batches, rows_of
from storage.tables import ARTICLE, REVISION, RUN, SIGHTING, VANISHED
from storage.values import stored

RUNS_KEPT = timedelta(days=90)
VANISHED_KEPT = timedelta(days=180)

_S = SIGHTING.c
_SEEN = (
    select(_S.source, func.count(distinct(_S.article)).label("articles"))
    .where(_S.status != "vanished", _S.source.in_(KEYS))
    .group_by(_S.source)
)
_A, _R = ARTICLE.c, REVISION.c
_FIRST_AND_NEWEST = 2
_OFTEN_REVISED = select(_A.key, _A.revision).where(_A.id.in_(KEYS), _A.revision > bindparam("most"))
_BETWEEN = (
    select(_R.number)
    .where(_R.article == bindparam("article"), _R.number > 1, _R.number < bindparam("newest"))
    .order_by(_R.significant.desc(), _R.number.desc())
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


def forget_texts(connection: Connection, ids: Collection[UUID], most: int) -> bool:
    """See `aggregator.ports.Unit.forget_texts`. Answers whether any was deleted."""
    # A text's number says how many there were before it; few articles have that many.
    keys = rows_of(connection, _OFTEN_REVISED, [id_.hex for id_ in ids], most=most + _FIRST_AND_NEWEST)
    forgotten = 0
    for row in keys:
        numbers = connection.scalars(_BETWEEN, {"article": row.key, "newest": row.revision}).all()
        gone = (_R.article == row.key, _R.number.in_(numbers[most:]))
        forgotten += connection.execute(delete(REVISION).where(*gone)).rowcount if numbers[most:] else 0
    return forgotten > 0


def articles(connection: Connection, sources: Sequence[str]) -> Mapping[str, int]:
    """How many articles are seen in each source and are not gone."""
    return dict.fromkeys(sources, 0) | {row.source: row.articles for row in rows_of(connection, _SEEN, sources)}
