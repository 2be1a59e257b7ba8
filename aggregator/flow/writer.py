"""The one writer: what visits bring becomes transactions. What fails, fails alone."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from queue import Empty, Full, Queue

import structlog

from aggregator.codes import Code
from aggregator.errors import AggregatorError, CollectError, StaleTicketError
from aggregator.model.running import Batch, Ending, SourceReport, Tally, Ticket, Visit
from aggregator.model.trouble import Trouble
from aggregator.pipeline import store, trouble
from aggregator.ports import Parts
from aggregator.visits.outcome import failed
from aggregator.visits.tally import report_of

LOG = structlog.get_logger()
ARTICLES = 500
"""Of one transaction, places without an article among them."""
BATCHES = 100
"""Of one transaction, most of which bring nothing."""
PATIENCE = 0.5
"""Seconds that a batch waits for company: many in one transaction cost a fraction of as many transactions."""
AHEAD = 64
"""Batches that may wait; then those who gather wait for the writer."""
ASKED = 0.2
"""Seconds after which those who wait look whether the writer has gone."""
TAKEN_OVER = "another process took this source over"


class GoneError(Exception):
    """Nobody takes batches any more."""


class Writer:
    """Takes batches from any thread, and stores them in its own."""

    def __init__(
        self,
        parts: Parts,
        stored: Callable[[Sequence[Batch]], None],
        ended: Callable[[SourceReport], None],
        patience: float = PATIENCE,
    ) -> None:
        """``stored`` is told after each commit, ``ended`` at the end of each visit; both in the writer's thread."""
        self._parts = parts
        self._stored = stored
        self._ended = ended
        self._patience = patience
        self._waiting: Queue[Batch | None] = Queue(AHEAD)
        """None: nobody is going to bring more for now."""
        self._held_over: Batch | None = None
        """It did not fit into the last transaction."""
        self._gone = threading.Event()
        self._tallies: dict[str, Tally] = {}
        """By source: what was stored of visits that are under way."""
        self._dropped: set[Ticket] = set()
        """Visits that failed, whose further batches are left for the next one."""
        self._since: float | None = None
        self._counting = threading.Lock()
        self._brought = self._done = 0
        """Batches that were put here, and that were dealt with."""
        self.error: BaseException | None = None
        """Why it can store nothing more."""
        self._thread = threading.Thread(target=self._run, name="writer", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def put(self, batch: Batch) -> None:
        """Waits for room. Raises GoneError."""
        while not self._gone.is_set():
            try:
                self._waiting.put(batch, timeout=ASKED)
            except Full:
                continue
            with self._counting:
                self._brought += 1
            return
        raise GoneError

    def flush(self) -> None:
        """Nobody is going to bring more for now: what waits for company need not wait."""
        with suppress(Full):
            self._waiting.put_nowait(None)

    def close(self) -> None:
        """Takes nothing more; a transaction under way is waited for, what waits is dropped."""
        self._gone.set()
        self.flush()
        if self._thread.is_alive():
            self._thread.join()

    @property
    def quiet(self) -> bool:
        """Whether nothing waits, and no visit is under way that has brought a part of what it will bring."""
        return self._brought == self._done and not self._tallies

    @property
    def busy_for(self) -> float:
        """Seconds since the transaction under way began; 0 without one."""
        since = self._since
        return 0.0 if since is None else time.monotonic() - since

    def _run(self) -> None:
        try:
            while batches := self._next():
                self._since = time.monotonic()
                self._store(batches)
                self._since = None
                self._done += len(batches)
        except BaseException as error:  # noqa: BLE001 - handed to whoever waits for the flow
            self.error = error
            self._gone.set()

    def _next(self) -> list[Batch]:
        """Batches that are worth a transaction; none once nothing more is taken."""
        batches: list[Batch] = []
        until = 0.0
        while not self._gone.is_set():
            try:
                patience = max(0.0, until - time.monotonic()) if batches else ASKED
                batch = self._held_over or self._waiting.get(timeout=patience)
            except Empty:
                if batches:
                    return batches
                continue
            self._held_over = None
            if batch is None:
                if batches:
                    return batches
                continue
            if not batches:
                until = time.monotonic() + self._patience
            elif sum(map(_size, batches)) + _size(batch) > ARTICLES:
                self._held_over = batch
                return batches
            batches.append(batch)
            if len(batches) >= BATCHES or sum(map(_size, batches)) >= ARTICLES:
                return batches
        return batches

    def _store(self, batches: Sequence[Batch]) -> None:
        """At once; where that fails, one by one, so that only the one at fault fails.

        Where not even a failure can be stored, it is no source's trouble: raises what the store raises.
        """
        wanted = [batch for batch in batches if batch.visit.ticket not in self._dropped]
        self._dropped -= {batch.visit.ticket for batch in batches if batch.outcome is not None}
        if not wanted:
            return
        try:
            tallies, endings = store(wanted, self._tallies, self._parts)
        except Exception as error:  # noqa: BLE001 - it is stored, or raised where it cannot be
            if len(wanted) > 1:
                for batch in wanted:
                    self._store([batch])
            else:
                self._fail(wanted[0], error)
            return
        self._tallies = dict(tallies)
        self._stored(wanted)
        for end in endings:
            self._end(end)

    def _end(self, end: Ending) -> None:
        self._tallies.pop(end.ticket.source, None)
        self._ended(end.report)

    def _fail(self, batch: Batch, error: Exception) -> None:
        """Ends the visit that the batch is of, with what was stored of it."""
        visit = batch.visit
        tally = self._tallies.pop(visit.source.name, Tally())
        if batch.outcome is None:
            self._dropped.add(visit.ticket)
        if isinstance(error, StaleTicketError):
            self._ended(report_of(visit.source.name, tally, TAKEN_OVER))
            return
        last = Batch(visit, outcome=failed(visit, trouble_of(error, visit)))
        try:
            _, (end,) = store([last], {visit.source.name: tally}, self._parts)
        except StaleTicketError:
            self._ended(report_of(visit.source.name, tally, TAKEN_OVER))
        else:
            self._ended(end.report)


def _size(batch: Batch) -> int:
    """Documents and places."""
    return len(batch.documents) + len(batch.without_article)


def trouble_of(error: Exception, visit: Visit) -> Trouble:
    """What went wrong with a source; a fault of the program goes to the log as well."""
    if isinstance(error, CollectError):
        return trouble(error)
    if isinstance(error, AggregatorError):
        return Trouble(Code.NONE, "", str(error))
    LOG.exception("source failed", source=visit.source.name, exc_info=error)
    return Trouble(Code.NONE, "", f"{type(error).__name__}: {error}")
