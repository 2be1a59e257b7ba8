"""Jobs in, visits side by side, one writer, one publisher.

A job is one host's due sources; they are visited in turn. Hosts go side by side: so many at a time as the operator
allows, and beside them those that keep us waiting, so that a slow or silent host delays itself alone.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from datetime import timedelta

from aggregator.base.links import host_of
from aggregator.flow.publisher import PublishLoop, PublishTally
from aggregator.flow.run import SLOW, Run, WatchedCollector
from aggregator.flow.writer import GoneError, Writer, trouble_of
from aggregator.model.config import Source
from aggregator.model.running import Batch, Job, SourceReport, Visit
from aggregator.pipeline import longest, visit
from aggregator.ports import Parts
from aggregator.prepare.stages import recipe_of
from aggregator.visits.outcome import failed

HOLD = timedelta(minutes=2)
"""How long a source is taken for, each time anew while its visit goes on; who died gives it back after that."""
RENEW = 30.0
"""Seconds between two renewals."""
SETTLED = 2.0
"""Seconds without a batch after which nothing is expected of a visit soon."""
MOST_SLOW = 56
"""Hosts that may keep us waiting at a time, beside those that are at work."""
STUCK = 300.0
"""Seconds beyond all limits of its own after which a visit, a transaction or a publication counts as hanging."""


@dataclass(frozen=True, slots=True)
class Listener:
    """Who is told what happens, from several threads."""

    ended: Callable[[SourceReport], None] = lambda _: None
    """A visit ended, and what it brought is stored."""
    progress: Callable[[str, int, int], None] = lambda _, __, ___: None
    """Source, its documents that are stored, and those that are known of."""
    rerouted: Callable[[int], None] = lambda _: None
    """How many articles new rules have routed so far."""


def jobs_of(sources: Iterable[Source]) -> list[Job]:
    """Sources in the order given, those of one host together; files are a host of their own."""
    names: dict[str, list[str]] = {}
    for source in sources:
        names.setdefault(_host(source), []).append(source.name)
    return [Job(host, tuple(listed)) for host, listed in names.items()]


class Flow:
    """Visits what it is given, stores and publishes what that brings. ``close`` it at the end."""

    def __init__(
        self,
        parts: Parts,
        holder: str,
        listener: Listener = Listener(),
        lock: Callable[[], AbstractContextManager[object]] = nullcontext,
        accept_losses: bool = False,
    ) -> None:
        """``holder``: who takes the sources; ``lock``: see PublishLoop; ``accept_losses``: see Visit."""
        self._parts = parts
        self._holder = holder
        self._listener = listener
        self._accept_losses = accept_losses
        self._sources = {source.name: source for source in parts.configuration.sources}
        self._writer = Writer(parts, self._stored, self._visited)
        self._publisher = PublishLoop(parts, self._is_quiet, listener.rerouted, lock)
        self._change = threading.Condition()
        self._waiting: dict[str, deque[Visit]] = {}
        """By host: visits whose turn has not come."""
        self._ready: deque[str] = deque()
        """Hosts with such visits that nobody visits."""
        self._runs: dict[str, Run] = {}
        """By host: the visit under way."""
        self._under_way: set[str] = set()
        """Sources that were taken, and whose visit is not stored to its end."""
        self._reread: set[str] = set()
        self._closed = False
        self._renewed = time.monotonic()
        self._writer.start()
        self._publisher.start()

    def add(self, jobs: Sequence[Job]) -> list[str]:
        """Takes the jobs' sources; answers those it got. What is under way already, or is another's, is left out."""
        with self._change:
            names = [name for job in jobs for name in job.sources if name not in self._under_way]
        now = self._parts.clock.now()
        tickets = self._parts.agenda.take(names, self._holder, now + HOLD, now) if names else ()
        memories = self._parts.agenda.memories([ticket.source for ticket in tickets])
        with self._change:
            for ticket in tickets:
                source = self._sources[ticket.source]
                begun = Visit(source, ticket, recipe_of(source), memories[source.name], self._accept_losses)
                self._waiting.setdefault(_host(source), deque()).append(begun)
                self._under_way.add(source.name)
            fresh = self._waiting.keys() - self._runs.keys() - set(self._ready)
            # Those with the most to do first.
            self._ready.extend(sorted(fresh, key=lambda host: (-len(self._waiting[host]), host)))
            self._staff()
        return [ticket.source for ticket in tickets]

    def take_reread(self) -> set[str]:
        """Sources that were read again from what is kept, and not asked, since this was last called."""
        with self._change:
            reread, self._reread = self._reread, set()
            return reread

    def publish(self) -> None:
        """Publishes what is behind, although nothing was stored."""
        self._publisher.wake()

    def wait(self, seconds: float | None = None) -> bool:
        """Until all that was added is stored, or for so long; whether it is. Raises what the store raises."""
        until = None if seconds is None else time.monotonic() + seconds
        with self._change:
            while self._under_way and (until is None or time.monotonic() < until):
                self._raise()
                self._change.wait(SLOW)
                self._staff()
                if self._must_renew():
                    # Nobody waits for the database meanwhile: what follows is looked at again.
                    self._change.release()
                    try:
                        self._renew()
                    finally:
                        self._change.acquire()
            self._raise()
            return not self._under_way

    def finish(self) -> PublishTally:
        """Publishes all that is behind; what became of feeds since the beginning. Raises what the store raises."""
        return self._publisher.finish()

    def close(self) -> None:
        """Nobody begins another visit; what was gathered and is not stored is gathered again by the next one."""
        with self._change:
            self._closed = True
            self._waiting.clear()
            self._ready.clear()
        self._writer.close()
        self._publisher.close()

    @property
    def published(self) -> PublishTally:
        return self._publisher.published

    @property
    def busy(self) -> bool:
        """Whether anything is to be visited, stored or published."""
        with self._change:
            return bool(self._under_way) or self._publisher.busy

    def stuck(self) -> str:
        """What hangs beyond all limits, in a line; empty if nothing does."""
        now = time.monotonic()
        if self._writer.busy_for > STUCK:
            return f"a transaction takes over {STUCK:g} s"
        if self._publisher.busy_for > STUCK:
            return f"a publication takes over {STUCK:g} s: does another process hold publish.lock?"
        with self._change:
            for run in self._runs.values():
                if now - run.began > _longest(run.source, self._parts) + STUCK:
                    return f"the visit to {run.source.name} does not end"
        return ""

    def tend(self) -> None:
        """To be called now and then: hosts that are slow make room for others, sources stay taken. Raises what the
        store raises."""
        with self._change:
            self._raise()
            self._staff()
            renew = self._must_renew()
        if renew:
            self._renew()

    def _is_quiet(self) -> bool:
        """Whether all that is coming soon has come: no visit is about to bring something, but for slow hosts'."""
        with self._change:
            now = time.monotonic()
            return self._writer.quiet and all(now - run.brought > SETTLED for run in self._runs.values())

    def _raise(self) -> None:
        for error in (self._writer.error, self._publisher.error):
            if error is not None:
                raise error

    def _staff(self) -> None:
        """Begins as many threads as hosts may be visited beside those that are."""
        for _ in range(min(self._room(), len(self._ready))):
            host = self._ready.popleft()
            self._runs[host] = Run(self._waiting[host][0].source)
            threading.Thread(target=self._visit_hosts, args=(host,), name="visits", daemon=True).start()

    def _room(self) -> int:
        now = time.monotonic()
        slow = sum(run.is_slow(now) for run in self._runs.values())
        return max(0, self._parts.configuration.schedule.parallel + min(slow, MOST_SLOW) - len(self._runs))

    def _visit_hosts(self, host: str | None) -> None:
        """Visits the sources of a host in turn, then those of the next one, as long as there is any."""
        try:
            while host is not None:
                while (begun := self._next_visit(host)) is not None:
                    run = self._runs[host]
                    for batch in self._batches(begun, run):
                        self._writer.put(batch)
                        run.brought = time.monotonic()
                host = self._next_host(host)
        except GoneError:
            return

    def _next_visit(self, host: str) -> Visit | None:
        with self._change:
            visits = self._waiting.get(host)
            if not visits or self._closed:
                return None
            begun = visits.popleft()
            self._runs[host] = Run(begun.source)
            return begun

    def _next_host(self, done: str) -> str | None:
        """The host to visit next; ``done`` once more, if something was added for it meanwhile."""
        with self._change:
            if self._waiting.get(done):
                return done
            self._runs.pop(done, None)
            self._waiting.pop(done, None)
            host = self._ready.popleft() if self._ready and self._room() and not self._closed else None
            if host is not None:
                self._runs[host] = Run(self._waiting[host][0].source)
            elif not self._runs:
                self._writer.flush()
            return host

    def _batches(self, begun: Visit, run: Run) -> Iterator[Batch]:
        """What a visit brings; whatever goes wrong there is its own trouble."""
        watched = replace(self._parts, collector=lambda source: WatchedCollector(self._parts.collector(source), run))
        try:
            yield from visit(begun, watched)
        except Exception as error:  # noqa: BLE001 - it is told, with its source
            if self._closed:
                # What it works with was closed under it.
                return
            yield Batch(begun, outcome=failed(begun, trouble_of(error, begun)))

    def _stored(self, batches: Sequence[Batch]) -> None:
        if any(batch.documents or (batch.outcome and batch.outcome.gone) for batch in batches):
            self._publisher.wake()
        with self._change:
            self._reread |= {b.visit.source.name for b in batches if b.outcome is not None and b.outcome.reread}
        for batch in batches:
            # What a visit knows of is all there is once it has ended.
            known = batch.read if batch.outcome is not None else batch.known
            self._listener.progress(batch.visit.source.name, batch.read, known)

    def _visited(self, report: SourceReport) -> None:
        self._listener.ended(report)
        with self._change:
            self._under_way.discard(report.name)
            if not self._under_way:
                self._change.notify_all()

    def _must_renew(self) -> bool:
        now = time.monotonic()
        if not self._under_way or now - self._renewed <= RENEW:
            return False
        self._renewed = now
        return True

    def _renew(self) -> None:
        """Keeps what is under way taken. Not to be called with the lock held: the database may let it wait."""
        self._parts.agenda.hold(self._holder, self._parts.clock.now() + HOLD)


def _host(source: Source) -> str:
    return host_of(source.url)


def _longest(source: Source, parts: Parts) -> float:
    """Seconds that a visit may take by its own limits: time to begin anything, and for what was begun last."""
    begun, limits = longest(source, parts.configuration), source.limits
    return begun.total_seconds() + 2 * limits.download_seconds + 2 * limits.seconds
