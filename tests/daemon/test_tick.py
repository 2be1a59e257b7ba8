"""What one tick does, with the time passed in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from aggregator.daemon.tick import UPKEEP, Pulse, first_pulse, tick
from aggregator.model.article import Sighting
from aggregator.model.config import Configuration, Source
from aggregator.model.document import DocumentKind, Fetched
from aggregator.model.fetching import HostMemory
from aggregator.model.running import Job, Memory, SourceState, Ticket
from fakes import StoppedClock

CONFIGURATION = Configuration("config", sources=(Source("a"), Source("b"), Source("off", enabled=False)))


@dataclass
class PaperAgenda:
    """Answers ``due`` from a list; the tick asks nothing else."""

    names: list[str] = field(default_factory=list)

    def due(self, now: datetime, limit: int) -> Sequence[str]:
        return self.names[:limit]

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


def ticked(pulse: Pulse, clock: StoppedClock, agenda: PaperAgenda, dispatch: PaperDispatch) -> Pulse:
    return tick(pulse, clock.now(), CONFIGURATION, agenda, dispatch)


def a_job(*names: str) -> tuple[Job, ...]:
    return (Job("", names),)


def test_the_first_tick_publishes_even_if_nothing_is_due() -> None:
    clock, dispatch = StoppedClock(), PaperDispatch()
    pulse = ticked(first_pulse(clock.now()), clock, PaperAgenda(), dispatch)
    ticked(pulse, clock, PaperAgenda(), dispatch)
    assert dispatch.orders == [()]


def test_what_is_due_is_handed_out_at_each_tick_until_it_is_taken() -> None:
    clock, dispatch = StoppedClock(), PaperDispatch()
    pulse = ticked(first_pulse(clock.now()), clock, PaperAgenda(["a", "b"]), dispatch)
    ticked(pulse, clock, PaperAgenda(["b"]), dispatch)
    assert dispatch.orders == [a_job("a", "b"), a_job("b")]


def test_sources_that_the_configuration_no_longer_has_are_left_alone() -> None:
    clock, dispatch = StoppedClock(), PaperDispatch()
    pulse = ticked(first_pulse(clock.now()), clock, PaperAgenda(["gone", "off", "b"]), dispatch)
    assert dispatch.orders == [a_job("b")]
    ticked(pulse, clock, PaperAgenda(["gone"]), dispatch)
    assert dispatch.orders == [a_job("b"), ()]


def test_feeds_are_looked_at_every_hour() -> None:
    clock, dispatch = StoppedClock(), PaperDispatch()
    pulse = ticked(first_pulse(clock.now()), clock, PaperAgenda(), dispatch)
    clock.time += UPKEEP - timedelta(seconds=1)
    pulse = ticked(pulse, clock, PaperAgenda(), dispatch)
    assert dispatch.orders == [()]
    clock.time += timedelta(seconds=1)
    ticked(pulse, clock, PaperAgenda(), dispatch)
    assert dispatch.orders == [(), ()]


def test_a_look_that_could_not_be_had_is_tried_at_the_next_tick() -> None:
    clock, dispatch = StoppedClock(), PaperDispatch(takes=False)
    pulse = ticked(first_pulse(clock.now()), clock, PaperAgenda(), dispatch)
    dispatch.takes = True
    pulse = ticked(pulse, clock, PaperAgenda(), dispatch)
    ticked(pulse, clock, PaperAgenda(), dispatch)
    assert dispatch.orders == [(), ()]


def test_a_clock_that_goes_back_stops_nothing() -> None:
    clock, dispatch = StoppedClock(), PaperDispatch()
    pulse = ticked(first_pulse(clock.now()), clock, PaperAgenda(), dispatch)
    clock.time -= timedelta(days=1)
    ticked(pulse, clock, PaperAgenda(), dispatch)
    assert dispatch.orders == [(), ()]
