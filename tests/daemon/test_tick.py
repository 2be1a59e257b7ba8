"""What one tick does, with the time passed in; and what it does when the clock is set."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest

from aggregator.daemon.tick import JUMP, UPKEEP, Jump, Pulse, Reading, Ticker, first_pulse, jump, read, tick
from aggregator.model.article import Sighting
from aggregator.model.config import Configuration, Source
from aggregator.model.document import DocumentKind, Fetched
from aggregator.model.fetching import HostMemory
from aggregator.model.running import Job, Memory, SourceState, Ticket
from aggregator.ports import Unit
from fakes import StoppedClock

CONFIGURATION = Configuration("config", sources=(Source("a"), Source("b"), Source("off", enabled=False)))


@dataclass
class PaperAgenda:
    """Answers ``due`` from a list, and notes when its schedule was mended; the tick asks nothing else."""

    names: list[str] = field(default_factory=list)
    mended: list[datetime] = field(default_factory=list)

    def due(self, now: datetime, limit: int) -> Sequence[str]:
        return self.names[:limit]

    def mend_schedule(self, sources: Sequence[Source], now: datetime) -> Sequence[str]:
        self.mended.append(now)
        return ()

    def sync(self, sources: Sequence[Source], now: datetime) -> None:
        raise AssertionError("the worker's to do")

    def take(self, names: Sequence[str], holder: str, until: datetime, now: datetime) -> Sequence[Ticket]:
        raise AssertionError("the worker's to do")

    def hold(self, holder: str, until: datetime) -> None:
        raise AssertionError("the worker's to do")

    def release(self, holder: str) -> None:
        raise AssertionError("not a tick's to do")

    def memories(self, sources: Sequence[str]) -> Mapping[str, Memory]:
        raise AssertionError("the worker's to do")

    def sightings(self, source: str) -> Mapping[str, Sighting]:
        raise AssertionError("the worker's to do")

    def host(self, host: str) -> HostMemory:
        raise AssertionError("the worker's to do")

    def kept(self, source: str, kind: DocumentKind, location: str) -> Fetched | None:
        raise AssertionError("the worker's to do")

    def states(self) -> Sequence[SourceState]:
        raise AssertionError("not asked by a tick")


@dataclass
class PaperStore:
    """Notes when its instants were mended."""

    mended: list[datetime] = field(default_factory=list)

    def mend_instants(self, now: datetime) -> int:
        self.mended.append(now)
        return 0

    def write(self, *tickets: Ticket) -> AbstractContextManager[Unit]:
        raise AssertionError("not a tick's to do")

    def close(self) -> None:
        raise AssertionError("not a tick's to do")


@dataclass
class PaperDispatch:
    """Notes the jobs."""

    takes: bool = True
    orders: list[tuple[Job, ...]] = field(default_factory=list)

    def enqueue(self, configuration: Configuration, jobs: Sequence[Job]) -> bool:
        self.orders.append(tuple(jobs))
        return self.takes

    def problems(self) -> tuple[str, ...]:
        return ()

    def stop(self) -> None:
        raise AssertionError("not a tick's to do")


@dataclass
class Schedule:
    """A daemon's schedule, ticked by hand."""

    clock: StoppedClock = field(default_factory=StoppedClock)
    agenda: PaperAgenda = field(default_factory=PaperAgenda)
    store: PaperStore = field(default_factory=PaperStore)
    dispatch: PaperDispatch = field(default_factory=PaperDispatch)

    def __post_init__(self) -> None:
        self.pulse: Pulse = first_pulse(read(self.clock))

    def tick(self, *due: str) -> None:
        self.agenda.names = list(due)
        self.pulse = tick(self.pulse, read(self.clock), CONFIGURATION, self.agenda, self.store, self.dispatch)


def a_job(*names: str) -> tuple[Job, ...]:
    return (Job("", names),)


@pytest.fixture
def schedule() -> Schedule:
    return Schedule()


def test_the_first_tick_publishes_even_if_nothing_is_due(schedule: Schedule) -> None:
    schedule.tick()
    schedule.tick()
    assert schedule.dispatch.orders == [()]


def test_what_is_due_is_handed_out_at_each_tick_until_it_is_taken(schedule: Schedule) -> None:
    schedule.tick("a", "b")
    schedule.tick("b")
    assert schedule.dispatch.orders == [a_job("a", "b"), a_job("b")]


def test_sources_that_the_configuration_no_longer_has_are_left_alone(schedule: Schedule) -> None:
    schedule.tick("gone", "off", "b")
    assert schedule.dispatch.orders == [a_job("b")]
    schedule.tick("gone")
    assert schedule.dispatch.orders == [a_job("b"), ()]


def test_feeds_are_looked_at_every_hour(schedule: Schedule) -> None:
    schedule.tick()
    schedule.clock.move(seconds=UPKEEP - 1)
    schedule.tick()
    assert schedule.dispatch.orders == [()]
    schedule.clock.move(seconds=1)
    schedule.tick()
    assert schedule.dispatch.orders == [(), ()]


def test_a_look_that_could_not_be_had_is_tried_at_the_next_tick(schedule: Schedule) -> None:
    schedule.dispatch.takes = False
    schedule.tick()
    schedule.dispatch.takes = True
    schedule.tick()
    schedule.tick()
    assert schedule.dispatch.orders == [(), ()]


SET = {
    "back by ten minutes": timedelta(minutes=-10),
    "back by a day": timedelta(days=-1),
    "back by ten years": timedelta(days=-3650),
    "ahead by an hour": timedelta(hours=1),
    "ahead by fifty years": timedelta(days=365 * 50),
}


@pytest.mark.parametrize("by", SET.values(), ids=SET)
def test_a_clock_that_is_set_is_seen_and_nothing_waits_for_its_instants(schedule: Schedule, by: timedelta) -> None:
    schedule.tick()
    schedule.clock.move(seconds=1)
    schedule.clock.set_by(seconds=by.total_seconds())
    schedule.tick("a")
    assert schedule.pulse.jump == Jump(by, 1.0)
    now = schedule.clock.now()
    assert (schedule.agenda.mended[-1], schedule.store.mended[-1]) == (now, now)
    assert schedule.dispatch.orders == [(), a_job("a")]


def test_upkeep_comes_by_elapsed_time_though_the_clock_was_set_back(schedule: Schedule) -> None:
    schedule.tick()
    schedule.clock.set_by(minutes=-10)
    schedule.tick()
    assert schedule.dispatch.orders == [(), ()], "once because it was set"
    schedule.clock.move(seconds=UPKEEP)
    schedule.tick()
    assert schedule.dispatch.orders == [(), (), ()]


@pytest.mark.parametrize("asleep", [timedelta(seconds=1), timedelta(hours=9), timedelta(days=400)])
def test_time_that_passes_is_no_jump_however_long_nobody_ticked(schedule: Schedule, asleep: timedelta) -> None:
    schedule.tick()
    schedule.clock.move(seconds=asleep.total_seconds())
    schedule.tick()
    assert schedule.pulse.jump is None


def test_a_clock_that_is_put_right_bit_by_bit_makes_no_jump() -> None:
    before = read(StoppedClock())
    assert jump(before, Reading(before.now + timedelta(seconds=1) - JUMP, 1.0)) is None
    assert jump(before, Reading(before.now + timedelta(seconds=1) + JUMP, 1.0)) is None
    assert jump(before, Reading(before.now - JUMP, 1.0)) is not None


class Stopped(StoppedClock):
    """A process that was stopped between its looks at the clock and at the elapsed time, the first time."""

    def __init__(self) -> None:
        super().__init__()
        self.looks = 0

    def now(self) -> datetime:
        now = super().now()
        self.looks += 1
        if self.looks == 1:
            self.move(minutes=10)
        return now


def test_both_readings_are_of_one_moment_although_the_process_was_stopped_between_them() -> None:
    clock = Stopped()
    before, reading = read(StoppedClock()), read(clock)
    assert jump(before, reading) is None
    assert clock.looks == 2


def test_a_tick_that_fails_is_not_the_last_one() -> None:
    """Of a database that is locked, or a disk that is full; the third one has it end."""
    ticked, done = [], threading.Event()

    def beat() -> None:
        ticked.append(1)
        if len(ticked) < 3:
            raise OSError("no room")
        done.set()

    ticker = Ticker(beat, period=0.0)
    ticker.start()
    assert done.wait(60)
    ticker.stop()
