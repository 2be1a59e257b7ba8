"""What one tick does, with the time passed in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from aggregator.daemon.tick import IDLE, LONGEST_PAUSE, UPKEEP, Pulse, first_pulse, tick, told
from aggregator.daemon.worker import Order
from aggregator.model.article import Sighting
from aggregator.model.config import Configuration, Source
from aggregator.model.fetching import HostMemory
from aggregator.model.running import Memory, SourceReport, SourceState, Ticket
from aggregator.operations.reports import CollectReport
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

    def memories(self, sources: Sequence[str]) -> Mapping[str, Memory]:
        raise AssertionError("the worker's to do")

    def sightings(self, source: str) -> Mapping[str, Sighting]:
        raise AssertionError("the worker's to do")

    def host(self, host: str) -> HostMemory:
        raise AssertionError("the worker's to do")

    def states(self) -> Sequence[SourceState]:
        raise AssertionError("not asked by a tick")


@dataclass
class PaperDispatch:
    """Notes the orders; a pass takes as long as told, and answers as told."""

    clock: StoppedClock
    takes: timedelta = timedelta(seconds=3)
    answers: CollectReport | None = field(default_factory=lambda: CollectReport(()))
    orders: list[tuple[str, ...]] = field(default_factory=list)
    rests: int = 0

    def run(self, order: Order) -> CollectReport | None:
        self.orders.append(order.sources)
        self.clock.time += self.takes
        return self.answers

    def rest(self) -> None:
        self.rests += 1


def ticked(pulse: Pulse, agenda: PaperAgenda, dispatch: PaperDispatch) -> Pulse:
    return tick(pulse, dispatch.clock.now, CONFIGURATION, agenda, dispatch)


def test_the_first_tick_publishes_even_if_nothing_is_due() -> None:
    dispatch = PaperDispatch(StoppedClock())
    ticked(first_pulse(dispatch.clock.now()), PaperAgenda(), dispatch)
    assert dispatch.orders == [()]


def test_what_is_due_is_done_in_one_pass_however_late() -> None:
    dispatch = PaperDispatch(StoppedClock())
    pulse = ticked(first_pulse(dispatch.clock.now()), PaperAgenda(["a", "b"]), dispatch)
    assert dispatch.orders == [("a", "b")]
    assert pulse.worked == dispatch.clock.now()
    ticked(pulse, PaperAgenda(), dispatch)
    assert dispatch.orders == [("a", "b")]


def test_sources_that_the_configuration_no_longer_has_are_left_alone() -> None:
    dispatch = PaperDispatch(StoppedClock())
    pulse = ticked(first_pulse(dispatch.clock.now()), PaperAgenda(["gone", "off", "b"]), dispatch)
    assert dispatch.orders == [("b",)]
    ticked(pulse, PaperAgenda(["gone"]), dispatch)
    assert dispatch.orders == [("b",)]


def test_feeds_are_looked_at_every_hour() -> None:
    dispatch = PaperDispatch(StoppedClock())
    pulse = ticked(first_pulse(dispatch.clock.now()), PaperAgenda(), dispatch)
    dispatch.clock.time += UPKEEP - timedelta(seconds=1)
    pulse = ticked(pulse, PaperAgenda(), dispatch)
    assert dispatch.orders == [()]
    dispatch.clock.time += timedelta(seconds=1)
    ticked(pulse, PaperAgenda(), dispatch)
    assert dispatch.orders == [(), ()]


def test_an_idle_worker_is_sent_home() -> None:
    dispatch = PaperDispatch(StoppedClock())
    pulse = ticked(first_pulse(dispatch.clock.now()), PaperAgenda(), dispatch)
    dispatch.clock.time += IDLE
    pulse = ticked(pulse, PaperAgenda(), dispatch)
    assert dispatch.rests == 0
    dispatch.clock.time += timedelta(seconds=1)
    ticked(pulse, PaperAgenda(), dispatch)
    assert dispatch.rests == 1


def test_a_clock_that_goes_back_stops_nothing() -> None:
    dispatch = PaperDispatch(StoppedClock())
    pulse = ticked(first_pulse(dispatch.clock.now()), PaperAgenda(), dispatch)
    dispatch.clock.time -= timedelta(days=1)
    ticked(pulse, PaperAgenda(["a"]), dispatch)
    assert dispatch.orders == [(), ("a",)]


def test_a_pass_with_problems_is_shown_and_does_not_slow_the_next() -> None:
    dispatch = PaperDispatch(StoppedClock(), answers=CollectReport((), problems=("feed a: no space",)))
    pulse = ticked(first_pulse(dispatch.clock.now()), PaperAgenda(), dispatch)
    assert pulse.problems == ("feed a: no space",)
    ticked(pulse, PaperAgenda(["a"]), dispatch)
    assert dispatch.orders == [(), ("a",)]


def test_what_an_operator_reads_of_a_pass() -> None:
    sources = (
        SourceReport(
            "a", found=30, new=5, rejected=25, rejections=tuple(f"{n}.md:1: empty: nothing" for n in range(25))
        ),
        SourceReport("b", error="no-folder: gone", alarm="0 of 9 documents are left"),
        SourceReport("c", found=3, unchanged=3),
    )
    lines = [text for _, text in told(CollectReport(sources, 7, ("all",), ("all: article x: bad",), ("disk full",)))]
    assert lines[0] == "source a: 0.md:1: empty: nothing"
    assert lines[20:] == [
        "source a: 5 more; `aggregator status` lists them",
        "source a: 5 new, 25 rejected",
        "source b: no-folder: gone",
        "source b: 0 of 9 documents are left",
        "disk full",
        "all: article x: bad",
        "7 articles routed by new rules",
        "published: all",
    ]


def test_a_worker_that_dies_is_tried_again_ever_more_slowly() -> None:
    dispatch = PaperDispatch(StoppedClock(), takes=timedelta(0), answers=None)
    agenda = PaperAgenda(["a"])
    pulse = first_pulse(dispatch.clock.now())
    pauses = []
    for _ in range(14):
        before = len(dispatch.orders)
        pulse = ticked(pulse, agenda, dispatch)
        assert len(dispatch.orders) == before + 1
        assert pulse.problems
        assert ticked(pulse, agenda, dispatch) is pulse
        pauses.append(pulse.pause_until - dispatch.clock.now())
        dispatch.clock.time = pulse.pause_until
    assert pauses[:4] == [timedelta(seconds=2**n) for n in range(4)]
    assert pauses[-1] == LONGEST_PAUSE
    dispatch.answers = CollectReport(())
    assert ticked(pulse, agenda, dispatch).failures == 0
