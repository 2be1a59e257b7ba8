"""Articles as published: a fixed number of queries for any number of entries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Row, select

from aggregator.model.reading import Entry
from storage.engine import batches
from storage.tables import ARTICLE, REVISION, SIGHTING, SOURCE, VERDICT
from storage.values import SITE, entry_of, origin_of

_A, _R, _S, _V = ARTICLE.c, REVISION.c, SIGHTING.c, VERDICT.c
_TEXTS = (
    select(
        *(_A.key, _A.id, _A.published, _A.updated, _A.first_seen, _A.source, _A.url),
        *(_R.title, _R.summary, _R.author, _R.image, _R.categories, _R.tags, _R.enclosures, _R.html, _R.language),
        *(SOURCE.c.publish, SOURCE.c.rights, *(SOURCE.c[name] for name in SITE)),
    )
    .join(REVISION, (_R.article == _A.key) & (_R.number == _A.revision))
    .outerjoin(SOURCE, SOURCE.c.name == _A.source)
)
_PLACES = (
    select(_S.article, _S.source, _S.location, _S.url, _S.status, _S.seen)
    .join(ARTICLE, _A.key == _S.article)
    # Where it was seen first stands first, then where else its own source has it.
    .order_by(_S.source != _A.source, _S.location != _A.location, _S.source, _S.location)
)


def entries_of(connection: Connection, keys: Sequence[int]) -> tuple[Entry, ...]:
    """In the order of `keys`."""
    return tuple(entry for batch in batches(keys) for entry in _entries(connection, batch))


def _entries(connection: Connection, keys: Sequence[int]) -> list[Entry]:
    texts = {row.key: row for row in connection.execute(_TEXTS.where(_A.key.in_(keys)))}
    topics = select(_V.article, _V.topic).where(_V.article.in_(keys), _V.matched).order_by(_V.topic)
    of = _grouped(connection.execute(topics))
    at = places_of(connection, keys)
    return [
        entry_of(
            texts[key],
            (row.topic for row in of[key]),
            (origin_of(row) for row in at[key] if _elsewhere(row, texts[key])),
        )
        for key in keys
    ]


def _elsewhere(place: Any, article: Any) -> bool:
    """Whether a place is another one that carries the article: another source, or another address.

    A copy at the same address, or a new path of the file, tells a reader nothing.
    """
    if place.status == "vanished":
        return False
    return place.source != article.source or place.url not in {None, article.url}


def places_of(connection: Connection, keys: Sequence[int]) -> Mapping[int, list[Row[Any]]]:
    """All sightings by article, the vanished ones too; where it was seen first stands first."""
    return _grouped(connection.execute(_PLACES.where(_S.article.in_(keys))))


def _grouped(rows: Iterable[Any]) -> Mapping[int, list[Row[Any]]]:
    groups: defaultdict[int, list[Row[Any]]] = defaultdict(list)
    for row in rows:
        groups[row.article].append(row)
    return groups
