"""Documents as they were fetched, within bounds of age and size."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import groupby

from sqlalchemy import Connection, bindparam, delete, func, insert, select

from aggregator.model.config import KeepFetched
from aggregator.model.document import DocumentKind, Fetched
from storage.engine import KEYS, batches, rows_of, run_many, storable
from storage.tables import FETCHED
from storage.values import Values, instant, stored

_C = FETCHED.c
MEGABYTE = 1_000_000
_INSERT = insert(FETCHED)
_THERE = select(_C.key, _C.kind, _C.location, _C.stamp, _C.digest).where(
    _C.source == bindparam("of"), _C.location.in_(KEYS)
)


def kept(connection: Connection, source: str, kind: DocumentKind, location: str) -> Fetched | None:
    """The document as it was last fetched."""
    place = _C.source == source, _C.kind == kind, _C.location == storable(location)
    row = connection.execute(select(FETCHED).where(*place)).one_or_none()
    if row is None:
        return None
    return Fetched(source, location, kind, row.url, row.media_type, row.stamp, row.digest, instant(row.taken), row.body)


def keep(connection: Connection, fetched: Sequence[Fetched], bounds: KeepFetched, now: datetime) -> None:
    """Writes what is not there with this stamp and these bytes; what is beyond the bounds goes, the oldest first."""
    if bounds.nothing:
        connection.execute(delete(FETCHED))
        return
    _write(connection, [each for each in fetched if len(each.body) <= bounds.megabytes * MEGABYTE])
    connection.execute(delete(FETCHED).where(_C.taken < stored(now - timedelta(days=bounds.days))))
    excess = (connection.scalar(select(func.sum(_C.size))) or 0) - bounds.megabytes * MEGABYTE
    if excess > 0:
        _delete_oldest(connection, excess)


def _write(connection: Connection, fetched: Sequence[Fetched]) -> None:
    for source, group in groupby(fetched, key=lambda each: each.source):
        newest = {(each.kind, storable(each.location)): each for each in group}
        locations = dict.fromkeys(location for _, location in newest)
        before = {(row.kind, row.location): row for row in rows_of(connection, _THERE, locations, of=source)}
        fresh = {
            place: each
            for place, each in newest.items()
            if place not in before or (before[place].stamp, before[place].digest) != (each.stamp, each.digest)
        }
        _delete(connection, [before[place].key for place in fresh if place in before])
        run_many(connection, _INSERT, [_values(each) for each in fresh.values()])


def _values(each: Fetched) -> Values:
    return {
        "source": each.source,
        "kind": each.kind,
        "location": each.location,
        "url": each.url,
        "media_type": each.media_type,
        "stamp": each.stamp,
        "digest": each.digest,
        "taken": stored(each.taken),
        "size": len(each.body),
        "body": each.body,
    }


def _delete_oldest(connection: Connection, excess: int) -> None:
    oldest: list[int] = []
    with connection.execute(select(_C.key, _C.size).order_by(_C.taken, _C.size)) as rows:
        for key, size in rows:
            oldest.append(key)
            excess -= size
            if excess <= 0:
                break
    _delete(connection, oldest)


def _delete(connection: Connection, keys: Sequence[int]) -> None:
    for batch in batches(keys):
        connection.execute(delete(FETCHED).where(_C.key.in_(batch)))
