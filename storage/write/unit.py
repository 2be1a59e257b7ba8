"""The write side: `SqlStore` begins transactions, `SqlUnit` is one."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Engine, Insert, bindparam, insert, select, update

import storage.read.lookups as lookups
import storage.versions as versions
import storage.write.ahead as ahead
import storage.write.overwritten as overwritten
import storage.write.places as places
import storage.write.routing as routing
import storage.write.saving as saving
import storage.write.upkeep as upkeep
from aggregator.errors import StaleTicketError
from aggregator.model.article import Change, Known, Routing, Sighting, StatedSite, Wanted
from aggregator.model.config import KeepFetched
from aggregator.model.document import Fetched
from aggregator.model.fetching import HostMemory
from aggregator.model.reading import FeedVersion
from aggregator.model.running import DueReason, Ending, Memory, Overwritten, SourceReport, Ticket
from storage.agenda import EDITED
from storage.dialect import dialect_of
from storage.dialect.base import Dialect
from storage.engine import KEYS, rows_of, run_many, writing
from storage.fetched import keep
from storage.states import alarms_text, host_values, memory_values, report_text
from storage.tables import HOST, META, RUN, SOURCE
from storage.values import Values, site_of, site_values, stored

_INSERT_RUN = insert(RUN)
_STATES = select(SOURCE).where(SOURCE.c.name.in_(KEYS))
_UPDATE_SOURCE = update(SOURCE).where(SOURCE.c.name == bindparam("at"))


@cache
def _upsert_host(dialect: Dialect) -> Insert:
    insert = dialect.insert(HOST)
    set_ = {name: insert.excluded[name] for name in ("held_until", "held_since", "reason", "strikes", "robots")}
    return insert.on_conflict_do_update(index_elements=[HOST.c.host], set_=set_)


class SqlStore:
    """Where transactions begin; one writes at a time, in all processes together."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    @contextmanager
    def write(self, *tickets: Ticket) -> Iterator[SqlUnit]:
        """A transaction; an exception in its block undoes it.

        Raises StaleTicketError before the block if a source was taken by somebody else since, and
        StoreError if the database fails or another process holds the writer lock for 30 s.
        """
        with writing(self._engine) as connection:
            if tickets:
                _check(connection, tickets)
            unit = SqlUnit(connection)
            yield unit
            unit.seal()

    def mend_instants(self, now: datetime) -> int:
        with writing(self._engine) as connection:
            return ahead.mend(connection, now)

    def close(self) -> None:
        self._engine.dispose()


class SqlUnit:
    """One write transaction; of no use after its block. Implements `aggregator.ports.Unit`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._shown = False
        """Whether anything was written that a page may show."""

    def known(self, wanted: Wanted) -> Known:
        return lookups.known(self._connection, wanted)

    def dated(self, now: datetime) -> datetime:
        return ahead.dated(self._connection, now)

    def feed_versions(self) -> Mapping[str, FeedVersion]:
        return versions.all_versions(self._connection)

    def save(self, changes: Sequence[Change], now: datetime, rules: str = "") -> None:
        self._shown |= saving.save(self._connection, changes, now, rules)

    def forget_texts(self, articles: Collection[UUID], most: int) -> None:
        if articles:
            self._shown |= upkeep.forget_texts(self._connection, articles, most)

    def sight(self, sightings: Sequence[Sighting]) -> None:
        self._shown |= places.sight(self._connection, sightings)

    def withdraw(self, source: str, locations: Collection[str], now: datetime) -> None:
        self._shown |= places.withdraw(self._connection, source, locations, now)

    def note_overwritten(self, source: str, articles: Collection[UUID]) -> None:
        if articles:
            overwritten.note(self._connection, source, articles)

    def overwritten(self, source: str) -> Overwritten:
        return overwritten.left(self._connection, source)

    def withdraw_articles(self, articles: Collection[UUID], now: datetime) -> None:
        self._shown |= places.withdraw_articles(self._connection, articles, now)

    def route(self, routings: Sequence[Routing], rules: str, now: datetime) -> None:
        self._shown |= bool(routings)
        routing.route(self._connection, routings, rules, now)

    def admit(self, feed: str, limit: int, now: datetime) -> int:
        admitted = routing.admit(self._connection, feed, limit, now)
        self._shown |= admitted > 0
        return admitted

    def admitted_late(self, feed: str, since: datetime) -> int:
        return routing.admitted_late(self._connection, feed, since)

    def finish(self, endings: Sequence[Ending], now: datetime) -> None:
        """Frees the sources, too, and forgets what is old. A report with an error is no success.

        Raises StaleTicketError.
        """
        rows = _check(self._connection, [ending.ticket for ending in endings])
        told = [ending for ending in endings if _tells(ending.report)]
        names = [ending.ticket.source for ending in told]
        upkeep.forget(self._connection, names, now)
        articles = upkeep.articles(self._connection, names)
        states = [_state(ending, rows[ending.ticket.source], articles, now) for ending in endings]
        run_many(self._connection, _UPDATE_SOURCE, states)
        renamed = [e.ticket.source for e in endings if _site(r := rows[e.ticket.source], e) != site_of(r)]
        versions.raise_naming(self._connection, renamed, now)
        self._shown |= bool(renamed)
        run_many(self._connection, _INSERT_RUN, [_run(ending, rows[ending.ticket.source], now) for ending in told])

    def keep(self, fetched: Sequence[Fetched], bounds: KeepFetched, now: datetime) -> None:
        keep(self._connection, fetched, bounds, now)

    def keep_host(self, host: HostMemory) -> None:
        run_many(self._connection, _upsert_host(dialect_of(self._connection)), [host_values(host)])

    def record_feed(self, feed: str, created: datetime, entries: int) -> None:
        versions.record_feed(self._connection, feed, created, entries)

    def record_path(self, path: str, recipe: str, etag: str, modified: datetime) -> None:
        versions.record_path(self._connection, path, recipe, etag, modified)

    def built(self, path: str, wanted: int) -> None:
        versions.built(self._connection, path, wanted)

    def seal(self) -> None:
        """The last thing before the commit: tells readers that pages may have changed."""
        if self._shown:
            self._connection.execute(update(META).values(changes=META.c.changes + 1))


def _tells(report: SourceReport) -> bool:
    """Whether a visit is worth a line in the history, and may have changed what the source holds.

    Hundreds of feeds that have nothing new are the rule, all day long.
    """
    return bool(report.found - report.unchanged or report.vanished or report.error or report.alarms)


def _state(ending: Ending, row: Any, articles: Mapping[str, int], now: datetime) -> Values:
    source, report = ending.ticket.source, ending.report
    return {
        "at": source,
        **_due(row, ending),
        **memory_values(_kept(row, ending)),
        "articles": articles.get(source, row.articles),
        "last_run": row.last_run if ending.reread else stored(now),
        **_error(row, ending),
        "alarms": alarms_text(report.alarms) if ending.asked and ending.read else row.alarms,
        "remarks": alarms_text(ending.remarks) if ending.asked and ending.read else row.remarks,
        **site_values(_site(row, ending)),
        "last_success": row.last_success if ending.error or ending.reread or not ending.asked else stored(now),
        # Not ahead for good, should the clock have been.
        "last_new": stored(now) if report.new or (row.last_new or 0) > stored(now) else row.last_new,
        "holder": "",
        "held_until": None,
    }


def _site(row: Any, ending: Ending) -> StatedSite:
    """What it says of its site; nothing of an address that is another one by now."""
    edited = _edited_meanwhile(row) and row.due_reason == DueReason.ASK
    known, said = site_of(row), ending.site
    if said is None or edited:
        return known
    if said.title or said.home:
        return said
    # A page named the feed, which has not changed since and was not read again.
    return replace(known, feed=said.feed)


def _error(row: Any, ending: Ending) -> Values:
    """Why the visit failed. One that asked nothing says nothing of the network's faults: they stay."""
    if not ending.asked or (ending.error is None and ending.reread and row.failures):
        return {"error_code": row.error_code, "error": row.error, "remedy": row.remedy}
    if ending.error is None:
        return {"error_code": None, "error": "", "remedy": None}
    return {"error_code": ending.error.code, "error": ending.error.detail, "remedy": ending.error.remedy}


def _run(ending: Ending, row: Any, now: datetime) -> Values:
    started = stored(now) if row.taken is None else row.taken
    report = report_text(ending.report)
    return {"source": ending.ticket.source, "started": started, "finished": stored(now), "report": report}


def _due(row: Any, ending: Ending) -> Values:
    """When next, and why."""
    read_due = row.read_due if _after_taking(row, row.read_due) else None
    if ending.reread and ending.next is not None:
        read_due = stored(ending.next.at)
    if ending.reread or ending.next is None or _edited_meanwhile(row):
        due = {"next_due": row.next_due, "due_reason": row.due_reason, "reason": row.reason}
    else:
        due = {"next_due": stored(ending.next.at), "due_reason": DueReason.VISIT, "reason": ending.next.reason}
    return due | {"read_due": read_due}


def _kept(row: Any, ending: Ending) -> Memory:
    """What to remember: nothing of an address that is another one by now, nor what was forgotten during the visit."""
    if _edited_meanwhile(row) and row.due_reason == DueReason.ASK:
        return Memory()
    forgotten = ending.cursor_before is not None and row.cursor != ending.cursor_before
    return replace(ending.memory, cursor=row.cursor) if forgotten else ending.memory


def _edited_meanwhile(row: Any) -> bool:
    """Whether the operator edited the source while it was collected by what it was before."""
    return row.due_reason in EDITED and _after_taking(row, row.next_due)


def _after_taking(row: Any, at: int | None) -> bool:
    """Whether that is later than when the visit took the source."""
    return row.taken is not None and at is not None and at > row.taken


def _check(connection: Connection, tickets: Sequence[Ticket]) -> Mapping[str, Any]:
    """The sources' rows. Raises StaleTicketError."""
    names = dict.fromkeys(ticket.source for ticket in tickets)
    rows = {row.name: row for row in rows_of(connection, _STATES, names)}
    for ticket in tickets:
        row = rows.get(ticket.source)
        if row is None or row.ticket != ticket.number:
            raise StaleTicketError(f"source {ticket.source} was taken over by another worker; this pass is dropped")
    return rows
