"""What the store holds of a batch of documents: each look-up asks for the whole batch at once."""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Iterable
from functools import partial
from itertools import chain, groupby
from operator import attrgetter, itemgetter
from typing import Any
from uuid import UUID

from sqlalchemy import Column, Connection, Select, Text, bindparam, func, literal, select

from aggregator.errors import StoreError
from aggregator.model.article import ADDRESS, HASH, INSTANT, LOCATION, LOST, TITLE, Known, KnownArticle, Wanted
from storage.engine import KEYS, rows_of, storable
from storage.tables import ARTICLE, REVISION, SIGHTING, SOURCE
from storage.values import known_article, stored

_Articles = dict[Hashable, tuple[KnownArticle, ...]]
LookUp = Callable[[Connection, Collection[Any]], _Articles]
_Query = Select[*tuple[Any, ...]]

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
_FIELDS = (_A.id, _A.content_hash, _A.published, _A.date_kind, _A.url, _A.late, _A.first_seen, _A.revision)

MOST = 50
"""Articles of one key."""
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
_KEY = select(_A.id, _A.key).where(_A.id.in_(KEYS))


def _look_up(
    query: _Query,
    connection: Connection,
    keys: Iterable[Any],
    stored_as: Callable[[Any], Hashable] = storable,
    **fixed: str,
) -> _Articles:
    found: _Articles = {}
    asked = {stored_as(key): key for key in keys}
    for row in rows_of(connection, query, asked, **fixed):
        key = asked[row.key]
        found[key] = (*found.get(key, ()), known_article(row))
    return found


def by(column: Column[Any], stored_as: Callable[[Any], Hashable] = storable) -> LookUp:
    """The articles whose newest revision, or they themselves, have one of the keys in a column; oldest first.

    Of one key at most `MOST`, those that came last: a careless writer gives all his articles one address.
    """
    asked = (
        select(
            column.label("asked"),
            _A.key.label("article"),
            func.row_number().over(partition_by=column, order_by=_A.key.desc()).label("place"),
        )
        .select_from(ARTICLE if column.name in _A else ARTICLE.join(REVISION, _NEWEST))
        .where(column.in_(KEYS))
        .subquery()
    )
    query = (
        select(asked.c.asked.label("key"), *_FIELDS, *_TEXT, _ALIVE)
        .select_from(asked)
        .join(ARTICLE, _A.key == asked.c.article)
        .join(REVISION, _NEWEST)
        .outerjoin(_P, _PROVIDES)
        .where(asked.c.place <= MOST)
        .order_by(_A.published, _A.id)
    )
    return partial(_look_up, query, stored_as=stored_as)


def _at_places(connection: Connection, places: Iterable[tuple[str, str]]) -> _Articles:
    found: _Articles = {}
    for source, group in groupby(places, key=itemgetter(0)):
        there = _look_up(_BY_LOCATION, connection, (location for _, location in group), source=source)
        found |= {(source, location): articles for location, articles in there.items()}
    return found


LOOK_UPS: dict[str, LookUp] = {
    LOCATION: _at_places,
    HASH: partial(_look_up, _BY_HASH),
    ADDRESS: by(_A.address_key, int),
    TITLE: by(_A.title_key, int),
    INSTANT: by(_A.published, stored),
    LOST: by(_A.id, attrgetter("hex")),
}
"""What answers each kind of keys that the rungs of identity ask for. A further kind is a line: ``by`` a column, which
needs an index."""


def known(connection: Connection, wanted: Wanted) -> Known:
    """All articles known by these keys. Raises StoreError for a kind of keys that nothing here answers."""
    if strange := wanted.keys() - LOOK_UPS:
        raise StoreError(f"nothing looks up keys of kind {', '.join(sorted(strange))}")
    found = {kind: LOOK_UPS[kind](connection, keys) for kind, keys in wanted.items()}
    told = {it.id for kind, articles in found.items() if kind != HASH for it in chain.from_iterable(articles.values())}
    hashed = {it.id for it in chain.from_iterable(found.get(HASH, {}).values())}
    if untold := sorted(hashed - told):
        # Few: what another place says to the letter. Who provides it may have to give way.
        found[LOST] = found.get(LOST, {}) | LOOK_UPS[LOST](connection, untold)
    return found


def keys(connection: Connection, ids: Iterable[UUID]) -> dict[UUID, int]:
    """The keys of articles. Raises StoreError if one of them is not stored."""
    wanted = {article.hex: article for article in ids}
    found = {wanted[row.id]: row.key for row in rows_of(connection, _KEY, wanted)}
    for article in wanted.values():
        if article not in found:
            raise StoreError(f"article {article} is not stored")
    return found
