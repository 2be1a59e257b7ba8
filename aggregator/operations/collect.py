"""One visit to all or some sources: what is new is stored and published, then it stops."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, closing, nullcontext
from dataclasses import dataclass

from aggregator.errors import AggregatorError, UsageError
from aggregator.flow.flow import Flow, Listener, jobs_of
from aggregator.flow.log import log_counts
from aggregator.model.config import Source
from aggregator.model.running import SourceReport
from aggregator.operations.reports import CollectReport, Progress, silent
from aggregator.ports import Parts
from aggregator.visits.tally import both

HOLDER = "collect"
"""Who takes the sources; there is one at a time on a data folder."""
AGAIN = 0.5
"""Seconds after which sources that another process visits are asked for once more."""


@dataclass(frozen=True, slots=True)
class CollectRequest:
    """Which sources are visited, and how."""

    sources: tuple[str, ...] | None = None
    """Their names; None means all that are enabled."""
    accept_losses: bool = False
    """Whether a source that lost most of its documents is taken at its word."""


def collect(
    parts: Parts,
    request: CollectRequest,
    progress: Progress = silent,
    lock: Callable[[], AbstractContextManager[object]] = nullcontext,
) -> CollectReport:
    """Visits the sources, and publishes what that brings.

    What the daemon is visiting at the moment is visited after that. ``lock``: held while files are replaced.
    Raises UsageError for a name that is not configured, StoreError.
    """
    wanted = chosen(request.sources, parts.configuration.sources)
    done = _Done(len(wanted), progress)
    parts.store.mend_instants(parts.clock.now())
    parts.agenda.sync(parts.configuration.sources, parts.clock.now())
    listener = Listener(done.ended, done.progress, lambda number: progress("topics", number, 0))
    with closing(Flow(parts, HOLDER, listener, lock, request.accept_losses)) as flow:
        _visit(wanted, flow, parts)
        progress("feeds", 0, 0)
        published = flow.finish()
    return CollectReport(
        tuple(done.reports[source.name] for source in wanted),
        published.rerouted,
        feeds=published.feeds,
        left_out=published.left_out,
        problems=published.problems,
    )


def _visit(wanted: Sequence[Source], flow: Flow, parts: Parts) -> None:
    """Until all are visited. What was only read again from what is kept is asked as well where it is due anyway."""
    left, quiet = list(wanted), False
    while left or not quiet:
        taken = set(flow.add(jobs_of(left)))
        left = [source for source in left if source.name not in taken]
        if left:
            time.sleep(AGAIN)
        quiet = flow.wait(AGAIN)
        if hangs := flow.stuck():
            raise AggregatorError(hangs, "is a disk or a network folder away? what was stored is safe; start again")
        if reread := flow.take_reread():
            due = set(parts.agenda.due(parts.clock.now(), len(parts.configuration.sources)))
            left += [source for source in wanted if source.name in reread & due]


class _Done:
    """The reports so far; shows how far the work is."""

    def __init__(self, total: int, progress: Progress) -> None:
        self._total = total
        self._progress = progress
        self._guard = threading.Lock()
        self.reports: dict[str, SourceReport] = {}

    def ended(self, report: SourceReport) -> None:
        log_counts(report)
        with self._guard:
            before = self.reports.get(report.name)
            self.reports[report.name] = report if before is None else both(before, report)
            self._progress("sources", len(self.reports), self._total)

    def progress(self, source: str, read: int, known: int) -> None:
        with self._guard:
            self._progress(source, read, known)


def chosen(names: tuple[str, ...] | None, sources: tuple[Source, ...]) -> list[Source]:
    """The enabled sources, or those named, which may be disabled ones. Raises UsageError."""
    if names is None:
        return [source for source in sources if source.enabled]
    known = {source.name: source for source in sources}
    for name in names:
        if name not in known:
            raise UsageError(f"there is no source called {name!r}", f"sources: {', '.join(known) or 'none'}")
    return [known[name] for name in dict.fromkeys(names)]
