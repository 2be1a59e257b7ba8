"""Which source is due, and who looks at it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, Row, bindparam, distinct, func, insert, or_, select, update

from aggregator.model.article import Sighting
from aggregator.model.config import Source
from aggregator.model.running import Memory, SourceState, Ticket
from storage.engine import batches, reading, run_many, writing
from storage.tables import ARTICLE, SIGHTING, SOURCE
from storage.values import Values, sightings_of, state_of, stored

_C = SOURCE.c
_INSERT = insert(SOURCE)
_UPDATE = update(SOURCE).where(_C.name == bindparam("at"))
_SIGHTINGS = select(
    *(SIGHTING.c[name] for name in ("location", "stamp", "digest", "recipe", "status", "seen")),
    *(ARTICLE.c.id, *(SIGHTING.c[name] for name in ("content_hash", "url", "reason", "line"))),
).outerjoin(ARTICLE, ARTICLE.c.key == SIGHTING.c.article)


class SqlAgenda:
    """Implements `aggregator.ports.Agenda`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def sync(self, sources: Sequence[Source], now: datetime) -> None:
        """Sources that left the configuration are disabled, not forgotten."""
        wanted = {source.name: source.enabled for source in sources}
        with writing(self._engine) as connection:
            old = _enabled(connection)
            new = wanted | dict.fromkeys(old.keys() - wanted.keys(), False)
            added = [_fresh(name, new[name], now) for name in new.keys() - old.keys()]
            turned = [{"at": name, "enabled": new[name]} for name in old if new[name] != old[name]]
            run_many(connection, _INSERT, added)
            run_many(connection, _UPDATE, turned)

    def due(self, now: datetime, limit: int) -> Sequence[str]:
        at = stored(now)
        query = (
            select(_C.name)
            .where(_C.enabled, _C.next_due <= at, or_(_C.held_until.is_(None), _C.held_until <= at))
            .order_by(_C.next_due, _C.name)
            .limit(limit)
        )
        with reading(self._engine) as connection:
            return connection.scalars(query).all()

    def take(self, names: Sequence[str], holder: str, until: datetime, now: datetime) -> Sequence[Ticket]:
        """In the order of `names`; unknown names are left out. Whoever holds a source may take it again."""
        with writing(self._engine) as connection:
            rows = _rows(connection, names)
            free = [rows[name] for name in dict.fromkeys(names) if name in rows and _free(rows[name], holder, now)]
            tickets = [Ticket(row.name, row.ticket + 1) for row in free]
            held = {"holder": holder, "taken": stored(now), "held_until": stored(until)}
            run_many(connection, _UPDATE, [{"at": t.source, "ticket": t.number, **held} for t in tickets])
        return tickets

    def memory(self, source: str) -> Memory:
        """Empty for a source that is not known."""
        with reading(self._engine) as connection:
            cursor = connection.scalar(select(_C.cursor).where(_C.name == source)) or ""
            rows = connection.execute(_SIGHTINGS.where(SIGHTING.c.source == source))
            sightings: Mapping[str, Sighting] = {s.location: s for s in sightings_of(source, rows)}
        return Memory(sightings, cursor)

    def states(self) -> Sequence[SourceState]:
        """By name; the disabled ones, too."""
        articles = (
            select(SIGHTING.c.source, func.count(distinct(SIGHTING.c.article)))
            .where(SIGHTING.c.status != "vanished")
            .group_by(SIGHTING.c.source)
        )
        with reading(self._engine) as connection:
            counts: dict[str, int] = dict(connection.execute(articles).all())
            return [state_of(row, counts) for row in connection.execute(select(SOURCE).order_by(_C.name))]


def _enabled(connection: Connection) -> Mapping[str, bool]:
    return {row.name: bool(row.enabled) for row in connection.execute(select(_C.name, _C.enabled))}


def _fresh(name: str, enabled: bool, now: datetime) -> Values:
    return {
        "name": name,
        "enabled": enabled,
        "next_due": stored(now),
        "reason": "new source",
        "failures": 0,
        "error": "",
        "alarm": "",
        "cursor": "",
        "ticket": 0,
        "holder": "",
    }


def _rows(connection: Connection, names: Sequence[str]) -> Mapping[str, Row[Any]]:
    return {
        row.name: row
        for batch in batches(names)
        for row in connection.execute(select(SOURCE).where(_C.name.in_(batch)))
    }


def _free(row: Row[Any], holder: str, now: datetime) -> bool:
    return row.holder == holder or row.held_until is None or bool(row.held_until <= stored(now))
