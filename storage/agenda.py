"""Which source is due, and who looks at it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Engine, Row, bindparam, case, exists, insert, or_, select, update

from aggregator.base.cron import next_time
from aggregator.model.article import Sighting, StatedSite
from aggregator.model.config import Source
from aggregator.model.document import DocumentKind, Fetched
from aggregator.model.edits import ASK, NOTHING, READ, WHEN, Edit, differ, digest
from aggregator.model.fetching import HostMemory
from aggregator.model.running import DueReason, Memory, SourceState, Ticket
from storage.engine import KEYS, batches, glance, reading, rows_of, run_many, writing
from storage.fetched import kept
from storage.states import READ_AGAIN, host_memory_of, memory_of, state_of
from storage.tables import ARTICLE, HOST, SIGHTING, SOURCE
from storage.values import Values, instant, sightings_of, site_values, stored

_C = SOURCE.c
MOST = timedelta(days=31)
"""A source that is gone is looked at again monthly."""
NOTICED = (ASK, READ, WHEN)
"""What an edit of a source may move here."""
SENTENCES = {
    DueReason.NEW: "new source",
    DueReason.ASK: "changed definition",
    DueReason.READ: READ_AGAIN,
    DueReason.WHEN: "changed schedule",
    DueReason.CLOCK: "due too far ahead: was the clock wrong?",
}
EDITED = frozenset({DueReason.ASK, DueReason.READ, DueReason.WHEN})
"""Because of an edit, which a visit that was under way did not know."""
AT_ONCE = frozenset({DueReason.NEW, DueReason.ASK, DueReason.READ, DueReason.CLOCK})
"""Because of which a source is due when it is said."""
LONGEST_HOLD = timedelta(hours=1)
"""Nobody takes a source for longer at a time."""
_NEXT = case((_C.read_due < _C.next_due, _C.read_due), else_=_C.next_due)
"""When a source is due, for whatever reason."""
_INSERT = insert(SOURCE)
_UPDATE = update(SOURCE).where(_C.name == bindparam("at"))
_SIGHTINGS = (
    select(
        *(SIGHTING.c[name] for name in ("location", "stamp", "digest", "recipe", "status", "seen")),
        *(ARTICLE.c.id, *(SIGHTING.c[name] for name in ("content_hash", "url", "code", "cause", "reason", "line"))),
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

        One that was edited is due as the edited fields say: a new path or rule shall not wait for a distant hour.
        """
        with writing(self._engine) as connection:
            old = {row.name: row for row in connection.execute(select(SOURCE))}
            run_many(connection, _INSERT, [_fresh(source, now) for source in sources if source.name not in old])
            changes = [_resync(old[source.name], source, now) for source in sources if source.name in old]
            run_many(connection, _UPDATE, [values for values in changes if values])
            left = old.keys() - {source.name for source in sources}
            run_many(connection, _UPDATE, [{"at": name, "enabled": False} for name in left if old[name].enabled])

    def mend_schedule(self, sources: Sequence[Source], now: datetime) -> Sequence[str]:
        ours = {source.name: source for source in sources}
        with writing(self._engine) as connection:
            ahead = connection.execute(select(SOURCE).where(or_(_C.next_due > stored(now), _C.read_due > stored(now))))
            mended = [(row.name, _mended(row, ours[row.name], now)) for row in ahead if row.name in ours]
            changes = [{"at": name, **values} for name, values in mended if values]
            for change in changes:
                run_many(connection, _UPDATE, [change])
        return [str(change["at"]) for change in changes]

    def due(self, now: datetime, limit: int) -> Sequence[str]:
        at = stored(now)
        query = (
            select(_C.name)
            .where(
                *(_C.enabled, or_(_C.next_due <= at, _C.read_due <= at)),
                or_(_C.held_until.is_(None), _C.held_until <= at, _C.held_until > stored(now + LONGEST_HOLD)),
            )
            .order_by(_NEXT, _C.name)
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
        return host_memory_of(row) if row else HostMemory(host)

    def kept(self, source: str, kind: DocumentKind, location: str) -> Fetched | None:
        with reading(self._engine) as connection:
            return kept(connection, source, kind, location)

    def states(self) -> Sequence[SourceState]:
        """By name; the disabled ones, too."""
        with reading(self._engine) as connection:
            return [state_of(row) for row in connection.execute(select(SOURCE).order_by(_C.name))]


def _resync(row: Row[Any], source: Source, now: datetime) -> Values:
    """What changes in the row of a source that is known; nothing if nothing does. Pure."""
    edited = _edited(row.definition, source)
    new = {"enabled": source.enabled, "definition": _definition(source)}
    new |= {"publish": source.publish, "rights": source.rights}
    # Another address has a story of its own.
    fresh = {"cursor": "", "failures": 0, "gone_since": None, "moved_to": None, "moved_since": None}
    fresh |= site_values(StatedSite())
    new |= {name: getattr(row, name) for name in ("next_due", "due_reason", "reason", "read_due", *fresh)}
    new |= (fresh if ASK in edited else {}) | _due(row, source, edited, now)
    return {} if all(getattr(row, name) == value for name, value in new.items()) else {"at": source.name, **new}


def _due(row: Row[Any], source: Source, edited: Edit, now: datetime) -> Values:
    """When next, and why. Where only the reading was edited, its address is asked when it would have been; but one
    that failed at once: the edit may have mended it."""
    at, due = row.next_due, None
    read: Values = {"read_due": stored(now)} if READ in edited else {}
    if ASK in edited or (READ in edited and row.failures):
        at, due = stored(now), DueReason.ASK if ASK in edited else DueReason.READ
    elif WHEN in edited and (moved := _rescheduled(row, source, now)) != at:
        at, due = moved, DueReason.WHEN
    elif (reached := _within_reach(row, source, now)) != at:
        at, due = reached, DueReason.CLOCK
    return read if due is None else read | {"next_due": at, "due_reason": due, "reason": SENTENCES[due]}


def _rescheduled(row: Row[Any], source: Source, now: datetime) -> int:
    """When a source is due by what is written now.

    A shorter interval counts from the last visit, a longer one from the next. One that failed waits as it would
    have; one that is being visited, by what was written before, is visited again.
    """
    if row.failures or row.last_run is None:
        return int(row.next_due)
    if row.holder:
        return stored(now)
    if source.cron:
        return stored(next_time(source.cron, source.timezone, now))
    soonest = max(now, instant(row.last_run) + (source.interval or source.max))
    return min(int(row.next_due), stored(soonest))


def _mended(row: Row[Any], source: Source, now: datetime) -> Values:
    """What changes in the row of a source that waits; nothing if nothing does. Pure."""
    at, read = _within_reach(row, source, now), row.read_due
    values: Values = {}
    if at != row.next_due:
        values |= {"next_due": at, "due_reason": DueReason.CLOCK, "reason": SENTENCES[DueReason.CLOCK]}
    if read is not None and read > stored(now + MOST):
        values["read_due"] = stored(now)
    return values


def _within_reach(row: Row[Any], source: Source, now: datetime) -> int:
    """When a source is due that was planned by a clock which may have been set back since.

    It waits no longer than it was meant to, whatever it waits for: from the last visit, where that lies ahead of now,
    the plan's length is known. Times by cron are times of the clock as it is now, and not before a failed source may
    be asked again. Beyond all that any source waits, nothing is believed.
    """
    at, least, last_run = int(row.next_due), stored(now), int(row.last_run or 0)
    if at <= least:
        return at
    if row.due_reason in AT_ONCE or (source.cron is None and at > stored(now + _longest(source, row.failures))):
        return least
    if last_run <= least:
        return at
    waits = least + max(0, at - last_run)
    if source.cron:
        earliest = instant(waits) if row.failures else now
        waits = stored(next_time(source.cron, source.timezone, earliest))
    return min(at, waits)


def _longest(source: Source, failures: int) -> timedelta:
    """What no visit is further away than; a clock that was wrong once must not silence a source for years."""
    return MOST if source.remote or failures or source.interval is None else source.interval


def _definition(source: Source) -> str:
    """Digests of what an operator wrote of a source, by what an edit of it moves."""
    return " ".join(digest(source, edit) for edit in NOTICED)


def _edited(before: str, source: Source) -> Edit:
    """What was edited since. An earlier form of digests tells nothing, so nothing was."""
    edited = NOTHING
    for edit, old, new in zip(NOTICED, before.split(" "), _definition(source).split(" "), strict=False):
        edited |= edit if differ(old, new) else NOTHING
    return edited


def _fresh(source: Source, now: datetime) -> Values:
    return {
        "name": source.name,
        "enabled": source.enabled,
        "definition": _definition(source),
        "publish": source.publish,
        "rights": source.rights,
        "next_due": stored(now),
        "due_reason": DueReason.NEW,
        "reason": SENTENCES[DueReason.NEW],
        "failures": 0,
        "error": "",
        "alarms": "[]",
        "remarks": "[]",
        **site_values(StatedSite()),
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
    """Whether nobody else holds it. For a time that nobody takes it for, it was taken before the clock was set back."""
    if row.holder == holder or row.held_until is None:
        return True
    return not stored(now) < row.held_until <= stored(now + LONGEST_HOLD)
