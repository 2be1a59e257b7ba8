"""Which source is due, and who looks at it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, Engine, Row, bindparam, exists, insert, or_, select, update

from aggregator.model.article import Sighting
from aggregator.model.config import Source
from aggregator.model.fetching import HostMemory
from aggregator.model.running import Memory, SourceState, Ticket
from storage.engine import KEYS, batches, glance, reading, rows_of, run_many, writing
from storage.states import host_of, memory_of, state_of
from storage.tables import ARTICLE, HOST, SIGHTING, SOURCE
from storage.values import Values, sightings_of, stored

_C = SOURCE.c
MOST = timedelta(days=31)
"""A source that is gone is looked at again monthly."""
CHANGED = "changed definition"
"""Why a source is due."""
_INSERT = insert(SOURCE)
_UPDATE = update(SOURCE).where(_C.name == bindparam("at"))
_SIGHTINGS = (
    select(
        *(SIGHTING.c[name] for name in ("location", "stamp", "digest", "recipe", "status", "seen")),
        *(ARTICLE.c.id, *(SIGHTING.c[name] for name in ("content_hash", "url", "reason", "line"))),
    )
    .outerjoin(ARTICLE, ARTICLE.c.key == SIGHTING.c.article)
    .where(SIGHTING.c.source.in_(KEYS))
)
_MEMORY = select(
    *(_C.name, _C.cursor, _C.failures, _C.rhythm, _C.pace, _C.gone_since, _C.moved_to, _C.moved_since),
    exists().where(SIGHTING.c.source == _C.name).label("seen"),
).where(_C.name.in_(KEYS))


class SqlAgenda:
    """Implements `aggregator.ports.Agenda`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def sync(self, sources: Sequence[Source], now: datetime) -> None:
        """Sources that left the configuration are disabled, not forgotten.

        One whose definition changed is due at once: a new path or filter shall not wait for a distant hour.
        """
        with writing(self._engine) as connection:
            old = {row.name: row for row in connection.execute(select(SOURCE))}
            run_many(connection, _INSERT, [_fresh(source, now) for source in sources if source.name not in old])
            changes = [_resync(old[source.name], source, now) for source in sources if source.name in old]
            run_many(connection, _UPDATE, [values for values in changes if values])
            left = old.keys() - {source.name for source in sources}
            run_many(connection, _UPDATE, [{"at": name, "enabled": False} for name in left if old[name].enabled])

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

    def hold(self, holder: str, until: datetime) -> None:
        held = _C.holder == holder, _C.held_until.is_not(None)
        with writing(self._engine) as connection:
            connection.execute(update(SOURCE).where(*held).values(held_until=stored(until)))

    def release(self, holder: str) -> None:
        with writing(self._engine) as connection:
            connection.execute(update(SOURCE).where(_C.holder == holder).values(holder="", held_until=None))

    def memories(self, sources: Sequence[str]) -> Mapping[str, Memory]:
        with reading(self._engine) as connection:
            return {row.name: memory_of(row) for row in rows_of(connection, _MEMORY, sources)}

    def sightings(self, source: str) -> Mapping[str, Sighting]:
        with glance(self._engine) as connection:
            return {s.location: s for s in sightings_of(source, rows_of(connection, _SIGHTINGS, [source]))}

    def host(self, host: str) -> HostMemory:
        with reading(self._engine) as connection:
            row = connection.execute(select(HOST).where(HOST.c.host == host)).one_or_none()
        return host_of(row) if row else HostMemory(host)

    def states(self) -> Sequence[SourceState]:
        """By name; the disabled ones, too."""
        with reading(self._engine) as connection:
            return [state_of(row) for row in connection.execute(select(SOURCE).order_by(_C.name))]


def _resync(row: Row[Any], source: Source, now: datetime) -> Values:
    """What changes in the row of a source that is known; nothing if nothing does. Pure."""
    definition, due, reason = _definition(source), row.next_due, row.reason
    if definition != row.definition:
        due, reason = stored(now), CHANGED
    elif source.cron is None and due > stored(now + _longest(source, row.failures)):
        due, reason = stored(now), "due too far ahead: was the clock wrong?"
    new = {"enabled": source.enabled, "definition": definition, "next_due": due, "reason": reason}
    new |= {"publish": source.publish, "rights": source.rights}
    # Another address has a story of its own; and what was read by other settings is read again.
    fresh = {"cursor": "", "failures": 0, "gone_since": None, "moved_to": None, "moved_since": None}
    new |= fresh if definition != row.definition else {name: getattr(row, name) for name in fresh}
    return {} if all(getattr(row, name) == value for name, value in new.items()) else {"at": source.name, **new}


def _longest(source: Source, failures: int) -> timedelta:
    """What no visit is further away than; a clock that was wrong once must not silence a source for years."""
    return MOST if source.remote or failures or source.interval is None else source.interval


def _definition(source: Source) -> str:
    """Digest of all that an operator wrote of a source, but for whether it is enabled."""
    # What may be secret is named, because a source does not show it.
    told = repr((replace(source, enabled=True), source.headers, source.proxy))
    return sha256(told.encode("utf-8", "backslashreplace")).hexdigest()


def _fresh(source: Source, now: datetime) -> Values:
    return {
        "name": source.name,
        "enabled": source.enabled,
        "definition": _definition(source),
        "publish": source.publish,
        "rights": source.rights,
        "next_due": stored(now),
        "reason": "new source",
        "failures": 0,
        "error": "",
        "alarm": "",
        "articles": 0,
        "cursor": "",
        "pace": "{}",
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
