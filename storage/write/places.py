"""Sightings: where articles are, where they were, and what becomes of an article that is nowhere."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from itertools import groupby
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Insert, bindparam, case, delete, func, insert, null, or_, select, text, update

import storage.versions as versions
from aggregator.base.canonical import is_same_address
from aggregator.model.article import Sighting
from storage.dialect import dialect_of
from storage.dialect.base import Dialect
from storage.engine import KEYS, batches, rows_of, run_many, storable
from storage.read.lookups import keys as keys_of
from storage.tables import ARTICLE, SIGHTING, SOURCE
from storage.values import Values, sighting_values, stored

_S = SIGHTING.c
_BACK = ("changed", "duplicate", "moved", "unchanged")
"""A sighting of one of these kinds saw an article that is stored: it is not gone."""
_UNREAD = frozenset({"rejected", "failed"})
"""A sighting of one of these kinds read no article."""

_INSERT = insert(SIGHTING)
_HELD = select(_S.location, _S.article, _S.url, _S.status).where(
    _S.source == bindparam("source"), _S.location.in_(KEYS)
)
_WITHDRAWN = select(ARTICLE.c.key).where(ARTICLE.c.key.in_(KEYS), ARTICLE.c.withdrawn.is_not(None))
_DROP = delete(SIGHTING).where(
    _S.source == bindparam("of"), _S.location == bindparam("at"), _S.article == bindparam("showing")
)
_ELSEWHERE = (_S.article == bindparam("at"), _S.source != bindparam("by"), _S.status != "vanished")
_DISOWN = update(ARTICLE).where(ARTICLE.c.key == bindparam("at")).values(url=None, address_key=0)
_STATED = select(_S.source, _S.location, _S.url).where(_S.article == bindparam("at"), _S.url.is_not(None))
_DISOWN_PLACE = (
    update(SIGHTING).where(_S.source == bindparam("of"), _S.location == bindparam("place")).values(url=null())
)
_FORGET_BYTES = update(SIGHTING).where(*_ELSEWHERE).values(stamp="", digest="")
_FORGET_CURSOR = update(SOURCE).where(SOURCE.c.name.in_(select(_S.source).where(*_ELSEWHERE))).values(cursor="")


@cache
def _upsert(dialect: Dialect) -> Insert:
    change = dialect.insert(SIGHTING)
    new = change.excluded
    # In plain words, because `run_many` takes no literals.
    nothing_stated = or_(new.article.is_(None), text("excluded.status IN ('rejected', 'failed')"))
    set_: dict[str, Any] = {
        name: new[name] for name in ("stamp", "digest", "recipe", "status", "seen", "code", "cause", "reason", "line")
    }
    # A rejected or failed document states nothing: what was last seen there stays known.
    set_ |= {name: case((nothing_stated, _S[name]), else_=new[name]) for name in ("content_hash", "url")}
    set_ |= {"article": func.coalesce(new.article, _S.article)}
    return change.on_conflict_do_update(index_elements=[_S.source, _S.location], set_=set_)


@dataclass(frozen=True, slots=True)
class _Place:
    """What pages and entries show of a place."""

    article: int | None = None
    """By key."""
    url: str | None = None
    gone: bool = False


_NEVER_SEEN = _Place()


def write(connection: Connection, sightings: Sequence[Sighting], keys: Mapping[UUID, int]) -> set[int]:
    """Stores sightings. `keys` has those of their articles.

    Gives the keys of articles that look different after it: another place, or back from withdrawal.
    """
    if not sightings:
        return set()
    before = _before(connection, sightings)
    fresh, further = _parted(before, sightings, keys)
    run_many(connection, _INSERT, fresh)
    run_many(connection, _upsert(dialect_of(connection)), further)
    seen = {keys[s.article] for s in sightings if s.article and s.status in _BACK}
    return _changed(before, sightings, keys) | _reinstate(connection, seen)


def drop(connection: Connection, replaced: Sequence[tuple[str, str, int]]) -> None:
    """Forgets places of feeds that name an article by another one at each look.

    Of each its source, its location, and the key of the article: where another one is seen by now, the place stays.
    """
    rows = [{"of": source, "at": storable(location), "showing": article} for source, location, article in replaced]
    run_many(connection, _DROP, rows)


def read_again(connection: Connection, rewritten: Mapping[int, str]) -> None:
    """Has the other sources' places of rewritten articles read again: what they say may be an article of its own now.

    By article the source that provides its text.
    """
    if rewritten:
        parameters = [{"at": article, "by": source} for article, source in rewritten.items()]
        connection.execute(_FORGET_CURSOR, parameters)
        connection.execute(_FORGET_BYTES, parameters)


def disown(connection: Connection, addresses: Mapping[int, str | None]) -> None:
    """Takes from articles, by key, the address that another article has a right to, and from where they were seen."""
    for article, address in addresses.items():
        connection.execute(_DISOWN, {"at": article})
        stated = connection.execute(_STATED, {"at": article}).all()
        places = [{"of": row.source, "place": row.location} for row in stated if is_same_address(row.url, address)]
        run_many(connection, _DISOWN_PLACE, places)


def sight(connection: Connection, sightings: Sequence[Sighting]) -> bool:
    """Stores sightings, and raises the feeds that show one of their articles if it looks different.

    Answers whether one does: a new stamp of a file changes no page.
    """
    changed = write(connection, sightings, keys_of(connection, (s.article for s in sightings if s.article)))
    if changed:
        versions.raise_showing(connection, changed, max(sighting.seen for sighting in sightings))
    return bool(changed)


def withdraw(connection: Connection, source: str, locations: Collection[str], now: datetime) -> bool:
    """Withdraws articles that are seen nowhere but at these locations, which are gone; answers whether any was."""
    here, elsewhere, left = _S.source == source, set[int](), {storable(location) for location in locations}
    gone = {
        article
        for batch in batches(left)
        for article in connection.scalars(select(_S.article).where(here, _S.location.in_(batch)))
        if article is not None
    }
    for batch in batches(sorted(gone)):
        query = select(_S.article, _S.source, _S.location).where(_S.article.in_(batch), _S.status != "vanished")
        places = connection.execute(query)
        elsewhere.update(row.article for row in places if row.source != source or row.location not in left)
    return _mark(connection, gone - elsewhere, now)


def withdraw_articles(connection: Connection, articles: Iterable[UUID], now: datetime) -> bool:
    """Withdraws these articles; answers whether any was there until now."""
    return _mark(connection, keys_of(connection, articles).values(), now)


def _mark(connection: Connection, articles: Iterable[int], now: datetime) -> bool:
    any_marked = False
    for batch in batches(sorted(articles)):
        rows = select(ARTICLE.c.key).where(ARTICLE.c.key.in_(batch), ARTICLE.c.withdrawn.is_(None))
        marked = connection.scalars(rows).all()
        connection.execute(update(ARTICLE).where(ARTICLE.c.key.in_(marked)).values(withdrawn=stored(now)))
        versions.raise_showing(connection, marked, now)
        any_marked = any_marked or bool(marked)
    return any_marked


def _reinstate(connection: Connection, articles: Iterable[int]) -> set[int]:
    back = {row.key for row in rows_of(connection, _WITHDRAWN, sorted(articles))}
    for batch in batches(sorted(back)):
        connection.execute(update(ARTICLE).where(ARTICLE.c.key.in_(batch)).values(withdrawn=None))
    return back


def _before(connection: Connection, sightings: Sequence[Sighting]) -> Mapping[tuple[str, str], _Place]:
    """What the places that are known held."""
    places: dict[tuple[str, str], _Place] = {}
    for source, group in groupby(sightings, key=lambda sighting: sighting.source):
        for row in rows_of(connection, _HELD, (storable(sighting.location) for sighting in group), source=source):
            places[source, row.location] = _Place(row.article, row.url, row.status == "vanished")
    return places


def _parted(
    before: Mapping[tuple[str, str], _Place], sightings: Iterable[Sighting], keys: Mapping[UUID, int]
) -> tuple[list[Values], list[Values]]:
    """The rows of new places, and those that may have to change one, in their order; pure.

    For what may have to be an update SQLite keeps a journal of every page it touches: twice the cost of the row.
    """
    fresh: dict[tuple[str, str], Values] = {}
    further: list[Values] = []
    for sighting in sightings:
        values = sighting_values(sighting, keys[sighting.article] if sighting.article else None)
        place = (sighting.source, storable(sighting.location))
        if place in before or place in fresh:
            further.append(values)
        else:
            fresh[place] = values
    return list(fresh.values()), further


def _changed(
    before: Mapping[tuple[str, str], _Place], sightings: Iterable[Sighting], keys: Mapping[UUID, int]
) -> set[int]:
    """Articles that gained or lost a place, or whose address there is another; pure."""
    changed: set[int | None] = set()
    for sighting in sightings:
        old = before.get((sighting.source, storable(sighting.location)), _NEVER_SEEN)
        article = keys[sighting.article] if sighting.article else old.article
        url = old.url if sighting.article is None or sighting.status in _UNREAD else sighting.url
        if _Place(article, url, sighting.status == "vanished") != old:
            changed |= {old.article, article}
    return {article for article in changed if article is not None}
