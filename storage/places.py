"""Sightings: where articles are, where they were, and what becomes of an article that is nowhere."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from itertools import groupby
from uuid import UUID

from sqlalchemy import Connection, case, func, select, update

from aggregator.model.article import Sighting
from storage import versions
from storage.engine import batches, run_many, upsert
from storage.lookups import keys as keys_of
from storage.tables import ARTICLE, SIGHTING
from storage.values import sighting_values, stored

_S = SIGHTING.c
_BACK = ("changed", "duplicate", "moved", "unchanged")
"""A sighting of one of these kinds saw an article that is stored: it is not gone."""

_insert = upsert(SIGHTING)
_new = _insert.excluded
_UPSERT = _insert.on_conflict_do_update(
    index_elements=[_S.source, _S.location],
    set_={name: _new[name] for name in ("stamp", "digest", "recipe", "status", "seen", "reason", "line")}
    # A rejected or failed document names no article: the one last seen there stays known.
    | {"article": func.coalesce(_new.article, _S.article)}
    | {name: case((_new.article.is_(None), _S[name]), else_=_new[name]) for name in ("content_hash", "url")},
)

_Place = tuple[int | None, str | None]
"""Article (by key) and address: what an entry shows of a place."""


def write(connection: Connection, sightings: Sequence[Sighting], keys: Mapping[UUID, int]) -> set[int]:
    """Stores sightings. `keys` has those of their articles.

    Gives the keys of articles that look different after it: another place, or back from withdrawal.
    """
    if not sightings:
        return set()
    before = _before(connection, sightings)
    run_many(connection, _UPSERT, [sighting_values(s, keys[s.article] if s.article else None) for s in sightings])
    seen = {keys[s.article] for s in sightings if s.article and s.status in _BACK}
    return _changed(before, sightings, keys) | _reinstate(connection, seen)


def sight(connection: Connection, sightings: Sequence[Sighting]) -> None:
    """Stores sightings, and raises the feeds that show one of their articles if it looks different."""
    changed = write(connection, sightings, keys_of(connection, (s.article for s in sightings if s.article)))
    if changed:
        versions.raise_showing(connection, changed, max(sighting.seen for sighting in sightings))


def withdraw(connection: Connection, source: str, locations: Collection[str], now: datetime) -> None:
    """Withdraws articles that are seen nowhere but at these locations, which are gone."""
    here, elsewhere = _S.source == source, set[int]()
    gone = {
        article
        for batch in batches(locations)
        for article in connection.scalars(select(_S.article).where(here, _S.location.in_(batch)))
        if article is not None
    }
    for batch in batches(sorted(gone)):
        query = select(_S.article, _S.source, _S.location).where(_S.article.in_(batch), _S.status != "vanished")
        places = connection.execute(query)
        elsewhere.update(row.article for row in places if row.source != source or row.location not in locations)
    _mark(connection, gone - elsewhere, now)


def _mark(connection: Connection, articles: Iterable[int], now: datetime) -> None:
    for batch in batches(sorted(articles)):
        rows = select(ARTICLE.c.key).where(ARTICLE.c.key.in_(batch), ARTICLE.c.withdrawn.is_(None))
        marked = connection.scalars(rows).all()
        connection.execute(update(ARTICLE).where(ARTICLE.c.key.in_(marked)).values(withdrawn=stored(now)))
        versions.raise_showing(connection, marked, now)


def _reinstate(connection: Connection, articles: Iterable[int]) -> set[int]:
    back: set[int] = set()
    for batch in batches(sorted(articles)):
        rows = select(ARTICLE.c.key).where(ARTICLE.c.key.in_(batch), ARTICLE.c.withdrawn.is_not(None))
        back.update(connection.scalars(rows))
    for batch in batches(sorted(back)):
        connection.execute(update(ARTICLE).where(ARTICLE.c.key.in_(batch)).values(withdrawn=None))
    return back


def _before(connection: Connection, sightings: Sequence[Sighting]) -> Mapping[tuple[str, str], _Place]:
    """What the places held: article and address, the article None where it was gone."""
    places: dict[tuple[str, str], _Place] = {}
    for source, group in groupby(sightings, key=lambda sighting: sighting.source):
        for batch in batches(sighting.location for sighting in group):
            columns = (_S.location, _S.article, _S.url, _S.status)
            for row in connection.execute(select(*columns).where(_S.source == source, _S.location.in_(batch))):
                places[source, row.location] = (None if row.status == "vanished" else row.article, row.url)
    return places


def _changed(
    before: Mapping[tuple[str, str], _Place], sightings: Iterable[Sighting], keys: Mapping[UUID, int]
) -> set[int]:
    """Articles that gained or lost a place, or whose address there is another; pure."""
    changed: set[int | None] = set()
    for sighting in sightings:
        old = before.get((sighting.source, sighting.location), (None, None))
        if sighting.status == "vanished":
            new: _Place = (None, None)
        elif sighting.article is None:
            new = old
        else:
            new = (keys[sighting.article], sighting.url)
        if new != old:
            changed |= {old[0], new[0]}
    return {article for article in changed if article is not None}
