"""Instants and a clock that goes wrong: none goes back, and none stays far ahead.

A clock that is set back a little is waited for: what is dated meanwhile comes a second after what was dated last. One
that was far ahead for a while leaves a hole behind it: what it dated lies beyond years in which nothing was seen. That
is brought back to now, in its order. A clock that is behind itself (a machine without a battery, before it has asked
the network) finds what was seen soon after its now, or says a time before this program: then nothing is moved.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import Column, Connection, Table, bindparam, func, or_, select, update

import storage.versions as versions
from storage.engine import run_many
from storage.tables import ADMISSION, ARTICLE, META, PATH_VERSION, REVISION, SIGHTING, SOURCE, VERDICT
from storage.values import instant, stored, whole
from storage.write.instants import SECOND, free_seconds

FAR = timedelta(days=1)
"""What lies no further ahead comes true soon enough."""
EARLIEST = datetime(2026, 1, 1, tzinfo=UTC)
"""This version was written later: a clock that says less is wrong."""
_A, _P = ARTICLE.c, ADMISSION.c
_NOTHING_PUBLISHED = -1


@dataclass(frozen=True, slots=True)
class Seen:
    """When articles were first seen, as far as it tells which clock was wrong."""

    before: datetime | None
    """The last one until FAR from now."""
    first: datetime
    """The first one beyond that."""
    last: datetime


def was_ahead(seen: Seen, now: datetime) -> bool:
    """Whether it was an earlier clock that was wrong, and not the present one. Pure."""
    hole = seen.first - now
    return now >= EARLIEST and (seen.before is None or seen.before <= now) and seen.last - seen.first < hole


def dated(connection: Connection, now: datetime) -> datetime:
    """See `aggregator.ports.Unit.dated`."""
    last = connection.execute(select(META.c.dated)).scalar_one()
    given = now if last is None or stored(now) >= last else instant(last + SECOND)
    connection.execute(update(META).values(dated=stored(given)))
    return given


def mend(connection: Connection, now: datetime) -> int:
    """See `aggregator.ports.Store.mend_instants`. Costs a look at one row where nothing lies ahead."""
    last = connection.execute(select(META.c.dated)).scalar_one()
    if last is None or last <= stored(now + FAR):
        return 0
    seen = _seen(connection, now)
    if seen is not None and not was_ahead(seen, now):
        return 0
    # What is dated next may be dated now, and comes after it.
    number = _bring_back(connection, stored(whole(now)) - SECOND)
    versions.raise_feeds(connection, versions.all_versions(connection).keys(), now)
    connection.execute(update(META).values(dated=stored(now), changes=META.c.changes + 1))
    return number


def _seen(connection: Connection, now: datetime) -> Seen | None:
    far = stored(now + FAR)
    first, last = connection.execute(
        select(func.min(_A.first_seen), func.max(_A.first_seen)).where(_A.first_seen > far)
    ).one()
    if first is None:
        return None
    before = connection.scalar(select(func.max(_A.first_seen)).where(_A.first_seen <= far))
    return Seen(None if before is None else instant(before), instant(first), instant(last))


def _bring_back(connection: Connection, now: int) -> int:
    """Everything that lies ahead, to ``now`` or, where an order is told by it, to the seconds before it."""
    _order_dates(connection, now)
    _order_entered(connection, now)
    for table, names in _PLAIN:
        for name in names:
            column = table.c[name]
            connection.execute(update(table).where(column > now).values({name: now}))
    modified = PATH_VERSION.c.modified
    behind = {"modified": now, "built": _NOTHING_PUBLISHED}
    connection.execute(update(PATH_VERSION).where(modified > now).values(behind))
    return connection.execute(update(ARTICLE).where(_A.first_seen > now).values(first_seen=now)).rowcount


def _order_dates(connection: Connection, now: int) -> None:
    """Dates that were made here, in their order, each another one; a stated date is at most as far ahead as these."""
    made = or_(_A.published > now, _A.updated > now)
    query = select(_A.key, _A.published, _A.updated).where(made).order_by(_A.updated, _A.key.desc())
    rows = connection.execute(query).all()
    free = reversed(free_seconds(connection, now, len(rows)))
    dates = [
        {"at": row.key, "published": min(row.published, second), "updated": second}
        for row, second in zip(rows, free, strict=True)
    ]
    run_many(connection, update(ARTICLE).where(_A.key == bindparam("at")), dates)
    ahead = {row.key for row in rows if row.published > now}
    redated = [{"at": date["at"], "published": date["published"]} for date in dates if date["at"] in ahead]
    for column in (VERDICT.c.article, _P.article):
        run_many(connection, update(column.table).where(column == bindparam("at")), redated)


def _order_entered(connection: Connection, now: int) -> None:
    entered = connection.scalars(select(_P.entered).distinct().where(_P.entered > now).order_by(_P.entered)).all()
    _replace(connection, ADMISSION, _P.entered, entered, now)


def _replace(connection: Connection, table: Table, column: Column[int], values: Sequence[int], now: int) -> None:
    rows = [{"at": value, "it": now - (len(values) - 1 - place) * SECOND} for place, value in enumerate(values)]
    run_many(connection, update(table).where(column == bindparam("at")).values({column.name: bindparam("it")}), rows)


_PLAIN: Sequence[tuple[Table, Sequence[str]]] = (
    (ARTICLE, ("withdrawn",)),
    (REVISION, ("seen",)),
    (SIGHTING, ("seen",)),
    (SOURCE, ("last_run", "last_success", "last_new", "gone_since", "moved_since")),
)
"""Instants that no order is told by."""
