"""The daemon's pulse: each second it hands out what is due. It beats by elapsed time, whatever the clock."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from aggregator.base.times import spoken
from aggregator.daemon.dispatch import Dispatch
from aggregator.flow.flow import jobs_of
from aggregator.model.config import Configuration
from aggregator.ports import Agenda, Clock, Store

LOG = structlog.get_logger()
AT_ONCE = 200
"""Sources that are handed out in one tick."""
UPKEEP = 3600.0
"""Seconds after which feeds are looked at although no source was due: waiting articles get their day."""
PERIOD = 1.0
"""Seconds from one tick to the next."""
JUMP = timedelta(seconds=5)
"""A clock that is put right bit by bit strays by less between two ticks."""
NARROW = 0.5
"""Seconds within which both readings must be had, to be of one moment."""
TRIES = 5


@dataclass(frozen=True, slots=True)
class Reading:
    """What the clock says, and how much time had passed."""

    now: datetime
    elapsed: float


@dataclass(frozen=True, slots=True)
class Jump:
    """The clock was set."""

    by: timedelta
    """Ahead; negative: back."""
    elapsed: float
    """When that was seen."""

    def __str__(self) -> str:
        return f"the clock was set {'ahead' if self.by > timedelta(0) else 'back'} by {spoken(abs(self.by))}"


@dataclass(frozen=True, slots=True)
class Pulse:
    """Where the daemon stands: the whole state of its schedule besides the store."""

    ticked: Reading
    upkeep: float
    """When to publish although nothing was collected, in elapsed seconds."""
    jump: Jump | None = None
    """The last one."""


def read(clock: Clock) -> Reading:
    """Both at one moment; a process that is stopped between the two looks again."""
    for _ in range(TRIES):
        before, now, after = clock.elapsed(), clock.now(), clock.elapsed()
        if after - before < NARROW:
            break
    return Reading(now, after)


def first_pulse(reading: Reading) -> Pulse:
    return Pulse(ticked=reading, upkeep=reading.elapsed)


def jump(before: Reading, after: Reading) -> Jump | None:
    """How the clock was set between two readings; None if it just went on. Pure."""
    by = after.now - before.now - timedelta(seconds=after.elapsed - before.elapsed)
    return Jump(by, after.elapsed) if abs(by) > JUMP else None


def tick(
    pulse: Pulse, reading: Reading, configuration: Configuration, agenda: Agenda, store: Store, dispatch: Dispatch
) -> Pulse:
    """Hands out what is due, and waits for nothing. What was missed while nobody ticked is due once.

    After the clock was set, and now and then, it sees to it that nothing waits for an instant of the clock before.
    """
    set_now, upkeep = jump(pulse.ticked, reading), pulse.upkeep
    if set_now is not None:
        LOG.warning(str(set_now))
        upkeep = reading.elapsed
    if reading.elapsed >= upkeep:
        _mend(reading.now, configuration, agenda, store)
    ours = {source.name: source for source in configuration.sources if source.enabled}
    jobs = jobs_of(ours[name] for name in agenda.due(reading.now, AT_ONCE) if name in ours)
    if jobs:
        dispatch.enqueue(configuration, jobs)
    elif reading.elapsed >= upkeep and dispatch.enqueue(configuration, ()):
        upkeep = reading.elapsed + UPKEEP
    return Pulse(reading, upkeep, set_now or pulse.jump)


def _mend(now: datetime, configuration: Configuration, agenda: Agenda, store: Store) -> None:
    if mended := agenda.mend_schedule(configuration.sources, now):
        LOG.warning("planned by a clock that was set back; due as late as by this one", sources=" ".join(mended))
    if number := store.mend_instants(now):
        LOG.warning("dated by a clock that was far ahead; dated by this one", articles=number)


class Ticker:
    """A thread that ticks, and waits by elapsed time: a scheduler by the clock would stand still when that is set
    back."""

    def __init__(self, beat: Callable[[], None], period: float = PERIOD) -> None:
        self._beat = beat
        self._period = period
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, name="tick", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """No further tick starts."""
        self._ended.set()

    def _run(self) -> None:
        while not self._ended.is_set():
            try:
                self._beat()
            except Exception as error:
                # The next one may go better: a database that is locked, a disk that is full.
                LOG.exception("a tick failed", exc_info=error)
            self._ended.wait(self._period)
