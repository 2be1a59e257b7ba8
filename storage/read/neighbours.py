"""What stands beside an article in a list: two steps on the index that gives the list."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import Connection, Select, or_, select

from aggregator.model.reading import Neighbour, Neighbours
from storage.tables import ARTICLE, REVISION, VERDICT

_A, _R, _V = ARTICLE.c, REVISION.c, VERDICT.c


def neighbours(connection: Connection, article: UUID, topic: str) -> Neighbours:
    """Of an article in the list of a topic, or of ``all``: newest first, and by id within one instant."""
    published = _A.published if topic == "all" else _V.published
    listed = _listed(topic)
    at = connection.scalar(listed.with_only_columns(published).where(_A.id == article.hex))
    if at is None:
        return Neighbours()
    # The first condition is a range of the index, the second one tells articles of one instant apart.
    newer = listed.where(published >= at, or_(published > at, _A.id < article.hex))
    older = listed.where(published <= at, or_(published < at, _A.id > article.hex))
    return Neighbours(
        _first(connection, newer.order_by(published, _A.id.desc())),
        _first(connection, older.order_by(published.desc(), _A.id)),
    )


def _listed(topic: str) -> Select[int]:
    visible = select(_A.key).where(_A.withdrawn.is_(None))
    if topic == "all":
        return visible.where(_A.filed)
    return visible.join(VERDICT, _V.article == _A.key).where(_V.topic == topic, _V.matched)


def _first(connection: Connection, ordered: Select[int]) -> Neighbour | None:
    key = connection.scalar(ordered.limit(1))
    if key is None:
        return None
    named = select(_A.id, _R.title).join(REVISION, (_R.article == _A.key) & (_R.number == _A.revision))
    row = connection.execute(named.where(_A.key == key)).one()
    return Neighbour(UUID(row.id), row.title)
