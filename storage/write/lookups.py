"""What the store holds of a batch of documents: each look-up asks for the whole batch at once."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import groupby
from operator import itemgetter
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Select, Text, bindparam, literal, select

from aggregator.errors import StoreError
from aggregator.model.article import Known, KnownArticle, Prepared
from storage.engine import KEYS, rows_of, storable
from storage.tables import ARTICLE, REVISION, SIGHTING, SOURCE
from storage.values import known_article

_A, _R, _S = ARTICLE.c, REVISION.c, SIGHTING.c
_P = SIGHTING.alias("provider")
_PROVIDES = (
    (_P.c.source == _R.source)
    & (_P.c.location == _R.location)
    & (_P.c.article == _A.key)
    & (_P.c.status != "vanished")
    & _P.c.source.in_(select(SOURCE.c.name).where(SOURCE.c.enabled))
)
_ALIVE = _P.c.article.label("alive")
_NEWEST = (_R.article == _A.key) & (_R.number == _A.revision)
_FIELDS = (_A.id, _A.content_hash, _A.published, _A.date_kind, _A.url)

_TEXT = tuple(
    _R[name]
    for name in ("source", "location", "author", "folded_title", "folded_labels", "folded_text", "html", "enclosures")
)

_BY_LOCATION = (
    select(_S.location.label("key"), *_FIELDS, *_TEXT, _ALIVE)
    .select_from(SIGHTING)
    .join(ARTICLE, _A.key == _S.article)
    .join(REVISION, _NEWEST)
    .outerjoin(_P, _PROVIDES)
    .where(_S.source == bindparam("source"), _S.location.in_(KEYS))
)
# An equal hash needs no comparison of texts, and an index alone answers it: none is read.
_NO_TEXT = tuple(literal("", Text).label(column.name) for column in _TEXT)
_BY_HASH = (
    select(_R.content_hash.label("key"), *_FIELDS, *_NO_TEXT, _A.key.label("alive"))
    .select_from(REVISION)
    .join(ARTICLE, _A.key == _R.article)
    .where(_R.content_hash.in_(KEYS))
    .order_by(_A.published, _A.id)
    .distinct()
)
_BY_URL = (
    select(_A.url.label("key"), *_FIELDS, *_TEXT, _ALIVE)
    .select_from(ARTICLE)
    .join(REVISION, _NEWEST)
    .outerjoin(_P, _PROVIDES)
    .where(_A.url.in_(KEYS))
    .order_by(_A.published, _A.id)
)
_KEY = select(_A.id, _A.key).where(_A.id.in_(KEYS))


def known(connection: Connection, batch: Sequence[Prepared], places: Collection[tuple[str, str]]) -> Known:
    """All articles that documents may be. Several of one key come oldest first."""
    if not batch:
        return Known()
    by_location: dict[tuple[str, str], KnownArticle] = {}
    for source, group in groupby(places, key=itemgetter(0)):
        found = _look_up(connection, _BY_LOCATION, (location for _, location in group), source=source)
        by_location |= {(source, location): articles[0] for location, articles in found.items()}
    return Known(
        by_location=by_location,
        by_hash=_look_up(connection, _BY_HASH, (p.content_hash for p in batch)),
        by_url=_look_up(connection, _BY_URL, (p.article.url for p in batch if p.article.url)),
    )


def _look_up(
    connection: Connection, query: Select[*tuple[Any, ...]], keys: Iterable[str], **fixed: str
) -> Mapping[str, tuple[KnownArticle, ...]]:
    found: dict[str, tuple[KnownArticle, ...]] = {}
    asked = {storable(key): key for key in keys}
    for row in rows_of(connection, query, asked, **fixed):
        key = asked[row.key]
        found[key] = (*found.get(key, ()), known_article(row))
    return found


def keys(connection: Connection, ids: Iterable[UUID]) -> dict[UUID, int]:
    """The keys of articles. Raises StoreError if one of them is not stored."""
    wanted = {article.hex: article for article in ids}
    found = {wanted[row.id]: row.key for row in rows_of(connection, _KEY, wanted)}
    for article in wanted.values():
        if article not in found:
            raise StoreError(f"article {article} is not stored")
    return found
