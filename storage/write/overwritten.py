"""Articles whose place shows another one, until a visit has ended that would have found them elsewhere."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import Connection, delete, exists, func, or_, select

import storage.read.lookups as lookups
from aggregator.model.running import Overwritten
from storage.dialect import dialect_of
from storage.engine import run_many
from storage.tables import ARTICLE, OVERWRITTEN, SIGHTING

_A, _O, _S = ARTICLE.c, OVERWRITTEN.c, SIGHTING.c
_SEEN = exists().where(_S.article == _O.article, _S.status != "vanished")
_WITHDRAWN = exists().where(_A.key == _O.article, _A.withdrawn.is_not(None))


def note(connection: Connection, source: str, articles: Iterable[UUID]) -> None:
    """Remembers articles that lost a place of the source to others."""
    rows = [{"source": source, "article": key} for key in lookups.keys(connection, articles).values()]
    run_many(connection, dialect_of(connection).insert(OVERWRITTEN).on_conflict_do_nothing(), rows)


def left(connection: Connection, source: str) -> Overwritten:
    """Those of them that are seen nowhere; the others are forgotten."""
    connection.execute(delete(OVERWRITTEN).where(_O.source == source, or_(_SEEN, _WITHDRAWN)))
    query = select(_A.id).join(OVERWRITTEN, _O.article == _A.key).where(_O.source == source).order_by(_A.key)
    articles = tuple(UUID(id_) for id_ in connection.scalars(query))
    if not articles:
        return Overwritten()
    places = select(func.count()).select_from(SIGHTING).where(_S.source == source, _S.status != "vanished")
    return Overwritten(articles, connection.execute(places).scalar_one())
