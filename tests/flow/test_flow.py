"""Hosts side by side, those of one host in turn, and nobody waits for a slow one."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

import pytest

from aggregator.app import opened, using
from aggregator.flow.flow import HOLD, Flow, Listener, jobs_of
from aggregator.model.config import Configuration, Schedule, Source
from aggregator.model.document import Lead, RawDocument
from aggregator.model.places import Places
from aggregator.model.running import Job, Learned, Listing, Memory, SourceReport
from aggregator.ports import Parts
from waiting import until

PARALLEL = 2


def a_source(name: str, host: str = "") -> Source:
    return Source(name, kind="feed", url=f"https://{host or name}.example/feed")


@dataclass
class PaperCollector:
    """Lists nothing, once it is let."""

    source: Source
    world: World

    def leads(self, memory: Memory) -> Listing:
        self.world.ask(self.source)
        return Listing((), complete=False)

    def fetch(self, lead: Lead, now: datetime) -> RawDocument | None:
        raise AssertionError("nothing was listed")

    def learned(self, complete: bool, again: Mapping[str, datetime]) -> Learned:
        return Learned()

    def close(self) -> None:
        self.world.leave(self.source)


@dataclass
class World:
    """What sources are asked for, and which of them answer only when the test lets them."""

    silent: dict[str, threading.Event] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    within: set[str] = field(default_factory=set)
    most: int = 0
    """Visits at a time."""
    together: list[set[str]] = field(default_factory=list)
    guard: threading.Lock = field(default_factory=threading.Lock)

    def ask(self, source: Source) -> None:
        with self.guard:
            self.asked.append(source.name)
            self.within.add(source.name)
            self.together.append(set(self.within))
        if source.name in self.silent:
            self.silent[source.name].wait()

    def leave(self, source: Source) -> None:
        with self.guard:
            self.within.discard(source.name)


@dataclass
class Desk:
    parts: Parts
    reports: list[SourceReport] = field(default_factory=list)
    change: threading.Condition = field(default_factory=threading.Condition)

    def flow(self) -> Flow:
        return Flow(self.parts, "test", Listener(ended=self.ended))

    def ended(self, report: SourceReport) -> None:
        with self.change:
            self.reports.append(report)
            self.change.notify_all()

    def wait_for(self, flow: Flow, number: int) -> list[str]:
        """The names of so many sources that ended first."""
        with self.change:
            while len(self.reports) < number:
                self.change.wait(0.1)
                flow.tend()
            return [report.name for report in self.reports]


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def desk_of(tmp_path: Path, world: World) -> Iterator[Callable[..., Desk]]:
    """Real parts over an empty store, but for the collectors."""
    with ExitStack() as stack:

        def make(*sources: Source) -> Desk:
            configuration = Configuration(str(tmp_path), sources=sources, schedule=Schedule(parallel=PARALLEL))
            places = Places(tmp_path, tmp_path / "data", None)
            storage = stack.enter_context(opened(places, configuration))
            parts = stack.enter_context(using(storage, places, configuration))
            parts.agenda.sync(sources, parts.clock.now())
            return Desk(replace(parts, collector=lambda source: PaperCollector(source, world)))

        yield make
        for event in world.silent.values():
            event.set()


def test_sources_of_one_host_are_one_job_and_files_another() -> None:
    sources = [
        Source("a", kind="feed", url="https://one.example/a"),
        Source("files", path="x"),
        Source("b", kind="feed", url="https://two.example/"),
        Source("c", kind="page", url="http://ONE.example:8080/c"),
        Source("more-files", path="y"),
    ]
    assert jobs_of(sources) == [
        Job("one.example", ("a", "c")),
        Job("", ("files", "more-files")),
        Job("two.example", ("b",)),
    ]


def test_sources_of_one_host_go_in_turn_and_in_order(desk_of: Callable[..., Desk], world: World) -> None:
    sources = [a_source(f"{host}{number}", host) for host in "ab" for number in range(3)]
    desk = desk_of(*sources)
    with closing(desk.flow()) as flow:
        flow.add(jobs_of(sources))
        assert flow.wait()
    assert sorted(report.name for report in desk.reports) == ["a0", "a1", "a2", "b0", "b1", "b2"]
    for host in "ab":
        assert [name for name in world.asked if name.startswith(host)] == [f"{host}{number}" for number in range(3)]
        assert all(sum(name.startswith(host) for name in names) <= 1 for names in world.together)


def test_a_host_that_does_not_answer_delays_itself_alone(desk_of: Callable[..., Desk], world: World) -> None:
    """More of them than visits at a time, so that they would take all places."""
    silent = [a_source(f"silent{number}") for number in range(PARALLEL + 2)]
    others = [a_source(f"s{number}") for number in range(20)]
    world.silent = {source.name: threading.Event() for source in silent}
    desk = desk_of(*silent, *others)
    with closing(desk.flow()) as flow:
        flow.add(jobs_of([*silent, *others]))
        assert sorted(desk.wait_for(flow, 20)) == sorted(source.name for source in others)
        assert flow.busy
        for event in world.silent.values():
            event.set()
        assert flow.wait()
    assert len(desk.reports) == 20 + len(silent)


def test_what_is_under_way_is_not_begun_twice(desk_of: Callable[..., Desk], world: World) -> None:
    world.silent = {"a": threading.Event()}
    desk = desk_of(a_source("a"), a_source("b"))
    with closing(desk.flow()) as flow:
        assert flow.add([Job("a.example", ("a",))]) == ["a"]
        assert flow.add([Job("a.example", ("a",)), Job("b.example", ("b",))]) == ["b"]
        world.silent["a"].set()
        flow.wait()
        assert flow.add([Job("a.example", ("a",))]) == ["a"]
        flow.wait()
    assert sorted(report.name for report in desk.reports) == ["a", "a", "b"]


def test_what_another_process_has_taken_is_left_to_it(desk_of: Callable[..., Desk]) -> None:
    desk = desk_of(a_source("a"), a_source("b"))
    now = desk.parts.clock.now()
    desk.parts.agenda.take(["a"], "somebody", now + HOLD, now)
    with closing(desk.flow()) as flow:
        assert flow.add(jobs_of(desk.parts.configuration.sources)) == ["b"]
        flow.wait()
        desk.parts.agenda.release("somebody")
        assert flow.add(jobs_of(desk.parts.configuration.sources)) == ["a", "b"]


def test_an_end_waits_for_no_host(desk_of: Callable[..., Desk], world: World) -> None:
    world.silent = {"a": threading.Event()}
    desk = desk_of(a_source("a"))
    flow = desk.flow()
    flow.add(jobs_of(desk.parts.configuration.sources))
    flow.close()
    assert desk.reports == []


def test_a_visit_beyond_all_its_limits_is_told_by_its_source(
    desk_of: Callable[..., Desk], world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.silent = {"a": threading.Event()}
    desk = desk_of(a_source("a"), a_source("b"))
    with closing(desk.flow()) as flow:
        flow.add(jobs_of(desk.parts.configuration.sources))
        desk.wait_for(flow, 1)
        assert flow.stuck() == ""
        monkeypatch.setattr("aggregator.flow.flow._longest", lambda *_: -1_000_000.0)
        assert flow.stuck() == "the visit to a does not end"
        world.silent["a"].set()
        flow.wait()


def test_a_publication_that_waits_for_another_process_is_told(
    desk_of: Callable[..., Desk], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("aggregator.flow.flow.STUCK", 0.0)
    let = threading.Event()

    @contextmanager
    def lock() -> Iterator[None]:
        let.wait()
        yield

    desk = desk_of()
    with closing(Flow(desk.parts, "test", lock=lock)) as flow:
        assert flow.stuck() == ""
        flow.publish()
        until(lambda: flow.stuck() == "a publication takes over 0 s: does another process hold publish.lock?")
        let.set()
        until(lambda: not flow.busy)
        assert flow.stuck() == ""
