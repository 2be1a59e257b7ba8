"""One worker process: it takes work, and one that is of no use is ended, told of and replaced."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from aggregator.daemon.dispatch.local import IDLE, LONGEST_PAUSE, STOP_SECONDS, LocalDispatch, pause_after
from aggregator.model.config import Configuration, Site
from aggregator.model.running import Job
from waiting import alive, below, state_of, until

JOBS = (Job("one.example", ("a", "b")), Job("", ("files",)))
PATIENCE = 60.0
SOON = 3.0
"""Small enough to be waited for; who lives gives a sign of it every twentieth of a second."""


@dataclass
class Bench:
    """A dispatch with the worker of the tests, and what that noted."""

    folder: Path
    dispatch: LocalDispatch
    lost: list[str] = field(default_factory=list)
    """The worker's notes up to each time one was lost."""

    @property
    def log(self) -> list[str]:
        file = self.folder / "log"
        return file.read_text(encoding="utf-8").splitlines() if file.exists() else []

    @property
    def workers(self) -> list[int]:
        """The number of each process that was started, in order."""
        return [int(line.split()[1]) for line in self.log if line.startswith("started ")]

    @property
    def work(self) -> list[str]:
        """The sources of each work that was taken."""
        return [line.partition("works")[2].strip() for line in self.log if line.startswith("works")]

    def has_worked(self, times: int) -> bool:
        return len(self.work) == times

    def order(self, word: str) -> None:
        """How workers behave from now on. In one step, so that no worker reads half of it."""
        fresh = self.folder / "order.new"
        fresh.write_text(word, encoding="utf-8")
        fresh.replace(self.folder / "order")

    def give(self, configuration: Configuration, jobs: tuple[Job, ...] = JOBS) -> None:
        """Offers it again and again, as the tick does."""
        until(lambda: self.dispatch.enqueue(configuration, jobs))


@pytest.fixture(autouse=True)
def _found(monkeypatch: pytest.MonkeyPatch) -> None:
    """The worker finds the tests' modules."""
    paths = [str(Path(__file__).parents[1]), os.environ.get("PYTHONPATH", "")]
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(filter(None, paths)))


@contextmanager
def a_bench(folder: Path, patience: float = PATIENCE, idle: float = IDLE) -> Iterator[Bench]:
    bench: Bench
    dispatch = LocalDispatch(
        "playing_worker", (str(folder),), lambda: bench.lost.append(" / ".join(bench.log)), patience, idle
    )
    bench = Bench(folder, dispatch)
    try:
        yield bench
    finally:
        dispatch.stop()


def a_configuration(folder: Path, title: str = "one") -> Configuration:
    return Configuration(str(folder), site=Site(title=title))


@pytest.mark.parametrize(
    ("deaths", "seconds"), [(1, 1), (2, 2), (3, 4), (8, 128), (9, 256), (10, LONGEST_PAUSE), (5_000, LONGEST_PAUSE)]
)
def test_a_worker_that_dies_again_and_again_is_started_ever_more_slowly(deaths: int, seconds: float) -> None:
    assert pause_after(deaths) == seconds


def test_it_takes_work_and_one_worker_does_it_all(tmp_path: Path) -> None:
    with a_bench(tmp_path) as bench:
        assert bench.workers == [], "nobody works before there is work"
        assert bench.dispatch.enqueue(a_configuration(tmp_path), JOBS)
        bench.give(a_configuration(tmp_path), ())
        until(lambda: bench.work == ["a b files", ""])
        assert len(bench.workers) == 1
        assert bench.dispatch.problems() == ()


def test_more_work_is_refused_until_the_last_was_taken(tmp_path: Path) -> None:
    """Refused, not waited for: the tick offers it again."""
    with a_bench(tmp_path) as bench:
        bench.order("stand still")
        configuration = a_configuration(tmp_path)
        assert bench.dispatch.enqueue(configuration, JOBS)
        until(lambda: state_of(bench.workers[0]) == "T")
        assert not bench.dispatch.enqueue(configuration, JOBS)
        bench.order("")
        os.kill(bench.workers[0], signal.SIGCONT)
        bench.give(configuration)
        until(lambda: bench.work == ["a b files", "a b files"])


def test_a_worker_without_a_sign_of_life_is_ended_told_of_and_replaced(tmp_path: Path) -> None:
    with a_bench(tmp_path, patience=SOON) as bench:
        bench.order("stand still")
        bench.give(a_configuration(tmp_path))
        (told,) = until(bench.dispatch.problems)
        assert told == "the worker process gave no sign of life for 3 s and was ended"
        # It is told of first: the kernel may take its time.
        until(lambda: bench.lost)
        assert not alive(bench.workers[0])
        assert (len(bench.lost), bench.work) == (1, []), "what it had taken is free again"
        bench.order("")
        bench.give(a_configuration(tmp_path))
        until(lambda: bench.work == ["a b files"])
        assert len(bench.workers) == 2
        assert told in bench.dispatch.problems(), "an operator looks later"


def test_a_worker_that_says_that_it_hangs_is_replaced(tmp_path: Path) -> None:
    with a_bench(tmp_path) as bench:
        bench.order("be stuck")
        bench.give(a_configuration(tmp_path))
        until(lambda: bench.lost)
        said = "the worker process hung and was ended: a transaction takes over 300 s: be stuck"
        assert bench.dispatch.problems()[0] == said, "with what it told of last"
        assert not alive(bench.workers[0])


def test_while_what_a_worker_took_is_given_back_health_is_told_and_no_other_takes_anything(tmp_path: Path) -> None:
    given_back = threading.Event()

    def give_back() -> None:
        given_back.wait()

    dispatch = LocalDispatch("playing_worker", (str(tmp_path),), give_back)
    bench = Bench(tmp_path, dispatch)
    try:
        bench.order("die")
        bench.give(a_configuration(tmp_path))
        until(lambda: dispatch.problems() == ("the worker process ended",))
        bench.order("")
        assert not dispatch.enqueue(a_configuration(tmp_path), JOBS)
        given_back.set()
        bench.give(a_configuration(tmp_path))
        assert len(bench.workers) == 2
    finally:
        given_back.set()
        dispatch.stop()


def test_a_worker_that_dies_is_told_of_and_another_is_not_started_at_once(tmp_path: Path) -> None:
    with a_bench(tmp_path) as bench:
        bench.order("die")
        bench.give(a_configuration(tmp_path))
        until(lambda: len(bench.lost) == 1)
        assert bench.dispatch.problems() == ("the worker process ended",)
        assert not bench.dispatch.enqueue(a_configuration(tmp_path), JOBS), "within the pause"
        bench.give(a_configuration(tmp_path))
        until(lambda: len(bench.lost) == 2)
        bench.order("")
        bench.give(a_configuration(tmp_path))
        until(lambda: bench.work == ["a b files"])
        assert len(bench.workers) == 3


def test_a_worker_that_does_not_start_is_told_of(tmp_path: Path) -> None:
    with a_bench(tmp_path) as bench:
        bench.order("refuse to start")
        assert not bench.dispatch.enqueue(a_configuration(tmp_path), JOBS)
        (told,) = bench.dispatch.problems()
        assert told.startswith("the worker process did not start: ")
        bench.order("")
        bench.give(a_configuration(tmp_path))
        until(lambda: bench.work == ["a b files"])


def test_another_configuration_starts_another_worker(tmp_path: Path) -> None:
    with a_bench(tmp_path) as bench:
        bench.give(a_configuration(tmp_path, "before"))
        until(lambda: bench.work)
        bench.give(a_configuration(tmp_path, "after"))
        until(lambda: len(bench.work) == 2)
        assert [line.split()[2] for line in bench.log if line.startswith("started")] == ["before", "after"]
        assert not alive(bench.workers[0])
        assert len(bench.lost) == 1
        assert bench.dispatch.problems() == (), "nothing went wrong"


def test_what_could_not_be_published_is_told(tmp_path: Path) -> None:
    with a_bench(tmp_path) as bench:
        bench.order("feed x: no room")
        bench.give(a_configuration(tmp_path))
        until(lambda: bench.dispatch.problems() == ("feed x: no room",))


def test_a_worker_without_work_is_ended_and_the_next_work_starts_another(tmp_path: Path) -> None:
    with a_bench(tmp_path, idle=0.0) as bench:
        bench.give(a_configuration(tmp_path))
        until(lambda: len(bench.lost) == 1)
        assert bench.work == ["a b files"], "no worker is without work before it had any"
        assert not alive(bench.workers[0])
        assert bench.dispatch.problems() == ()
        assert bench.dispatch.enqueue(a_configuration(tmp_path), JOBS), "at once: nothing went wrong"
        until(lambda: len(bench.work) == 2)


def test_a_worker_with_work_is_never_ended_for_want_of_it(tmp_path: Path) -> None:
    with a_bench(tmp_path, idle=0.0) as bench:
        bench.order("be busy")
        for times in (1, 2, 3):
            bench.give(a_configuration(tmp_path))
            until(partial(bench.has_worked, times))
        assert (len(bench.workers), bench.lost) == (1, [])


@pytest.mark.parametrize("word", ["", "ignore SIGTERM", "be busy"])
def test_a_stop_ends_it_for_good(tmp_path: Path, word: str) -> None:
    with a_bench(tmp_path) as bench:
        bench.order(word)
        bench.give(a_configuration(tmp_path))
        until(lambda: bench.work)
        bench.dispatch.stop()
        assert not alive(bench.workers[0])
        assert not bench.dispatch.enqueue(a_configuration(tmp_path), JOBS)
        bench.dispatch.stop()
        assert (len(bench.workers), len(bench.lost)) == (1, 1)
    assert STOP_SECONDS < 5


def test_a_stop_waits_for_no_worker_that_is_being_started(tmp_path: Path) -> None:
    with a_bench(tmp_path) as bench:
        bench.order("start late")
        answers = list[bool]()
        giving = threading.Thread(target=lambda: answers.append(bench.dispatch.enqueue(a_configuration(tmp_path), ())))
        giving.start()
        until(lambda: bench.workers)
        bench.dispatch.stop()
        giving.join()
        assert answers == [False]
        assert not any(pid in below(os.getpid()) and alive(pid) for pid in bench.workers)
        assert bench.dispatch.problems() == (), "it was told to"


def test_a_store_that_fails_when_a_worker_is_lost_is_told_and_ends_nothing(tmp_path: Path) -> None:
    def fail() -> None:
        raise OSError("database: disk is full")

    dispatch = LocalDispatch("playing_worker", (str(tmp_path),), fail, PATIENCE)
    bench = Bench(tmp_path, dispatch)
    bench.order("die")
    with capture_logs() as logs:
        bench.give(a_configuration(tmp_path))
        until(lambda: [line for line in logs if "exc_info" in line])
        bench.give(a_configuration(tmp_path))
        until(lambda: len([line for line in logs if "exc_info" in line]) == 2)
        assert str(logs[-1]["exc_info"]) == "database: disk is full"
        dispatch.stop()
