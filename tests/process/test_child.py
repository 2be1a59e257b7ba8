"""The one way to run work that may have to be killed: every wait ends, and so does every process."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from aggregator.process.child import Child, ChildError
from playing_child import MEMORY
from waiting import alive, below, command_of, state_of, until

MODULE = "playing_child"
PATIENT = 60.0


@pytest.fixture(autouse=True)
def _found(monkeypatch: pytest.MonkeyPatch) -> None:
    """Children find the tests' modules."""
    paths = [str(Path(__file__).parents[1]), os.environ.get("PYTHONPATH", "")]
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(filter(None, paths)))


@contextmanager
def a_child(arguments: tuple[str, ...] = ()) -> Iterator[Child]:
    child = Child(MODULE, arguments)
    try:
        assert child.greet(("echo", "ready"), PATIENT) == "ready"
        yield child
    finally:
        child.kill()


def test_it_answers_the_first_message_and_those_after_it() -> None:
    with a_child(arguments=("one", "two")) as child:
        assert child.ask(("echo", [1, 2]), PATIENT) == [1, 2]
        assert child.ask(("count", 0), PATIENT, bytes(3_000_000)) == 3_000_000
        assert child.ask(("arguments", 0), PATIENT) == ["one", "two"]


def test_an_interrupt_at_the_terminal_is_the_parent_s_matter() -> None:
    with a_child() as child:
        assert child.ask(("signals", 0), PATIENT) == [signal.SIG_IGN, signal.SIG_DFL]
        os.kill(child.pid, signal.SIGINT)
        assert child.ask(("echo", "still here"), PATIENT) == "still here"


def test_a_module_that_is_not_there_does_not_start() -> None:
    with pytest.raises(ChildError) as caught:
        Child("no_such_module").greet(("echo", 0))
    assert not caught.value.late


def test_a_program_that_cannot_be_run_does_not_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.executable", "/nowhere/python")
    with pytest.raises(ChildError, match="No such file"):
        Child(MODULE)


def test_one_that_refuses_to_start_is_said() -> None:
    with pytest.raises(ChildError) as caught:
        Child(MODULE).greet(("refuse to start", 0))
    assert not caught.value.late


def test_one_that_does_not_get_ready_in_time_is_ended(tmp_path: Path) -> None:
    with pytest.raises(ChildError, match="no answer within") as caught:
        Child(MODULE, (str(tmp_path),)).greet(("stand still", 0), 0.5)
    assert caught.value.late
    assert not any(str(tmp_path) in command_of(pid) for pid in below(os.getpid()))


@pytest.mark.parametrize(
    ("message", "late"), [pytest.param("die", False, id="dies"), pytest.param("stand still", True, id="stands still")]
)
def test_one_that_does_not_answer_is_ended(message: str, late: bool) -> None:
    with a_child() as child:
        with pytest.raises(ChildError) as caught:
            child.ask((message, 0), 0.5 if late else PATIENT)
        assert caught.value.late is late
        assert not alive(child.pid)
        with pytest.raises(ChildError):
            child.ask(("echo", 0), PATIENT)


@pytest.mark.parametrize(
    "said",
    [b"\xff" * 8, (1 << 40).to_bytes(8, "big"), (4).to_bytes(8, "big") + b"junk"],
    ids=["more than a length", "more than anybody sends", "no value"],
)
def test_one_that_says_what_makes_no_sense_is_ended(said: bytes) -> None:
    with a_child() as child:
        with pytest.raises(ChildError):
            child.ask(("talk nonsense", said), 60)
        assert not alive(child.pid)


def test_one_that_answers_twice_is_out_of_step() -> None:
    with a_child() as child:
        assert child.ask(("once", 1), 60) == 1
        assert child.in_step
        assert child.ask(("talk twice", 2), 60) == 2
        until(lambda: not child.in_step)


def test_one_that_takes_no_message_is_ended() -> None:
    with a_child() as child:
        os.kill(child.pid, signal.SIGSTOP)
        with pytest.raises(ChildError) as caught:
            child.ask(("count", 0), 0.5, bytes(20_000_000))
        assert caught.value.late
        assert not alive(child.pid)


def test_it_holds_no_more_memory_than_it_may() -> None:
    with a_child() as child:
        assert child.ask(("hoard", MEMORY // 4), PATIENT) == MEMORY // 4
        with pytest.raises(ChildError):
            child.ask(("hoard", MEMORY), PATIENT)


def test_several_threads_may_interrupt_it_while_one_waits_for_it() -> None:
    with a_child() as child:
        told = list[bool]()

        def ask() -> None:
            try:
                child.ask(("stand still", 0), PATIENT)
            except ChildError as error:
                told.append(error.late)

        asking = threading.Thread(target=ask)
        asking.start()
        until(lambda: state_of(child.pid) == "T")
        ending = [threading.Thread(target=child.interrupt) for _ in range(4)]
        for thread in ending:
            thread.start()
        for thread in [*ending, asking]:
            thread.join()
        assert told == [False], "it died, it was not late"
        assert not alive(child.pid)


@pytest.mark.parametrize("way", [Child.kill, lambda child: child.end(PATIENT), Child.interrupt])
def test_an_end_may_come_twice(way: Callable[[Child], None]) -> None:
    with a_child() as child:
        way(child)
        child.kill()
        child.kill()
        assert not alive(child.pid)


def test_one_that_does_not_end_when_asked_is_killed() -> None:
    with a_child() as child:
        child.ask(("ignore SIGTERM", 0), PATIENT)
        child.end(0.1)
        assert not alive(child.pid)


def test_one_that_stands_still_is_ended_too() -> None:
    with a_child() as child:
        os.kill(child.pid, signal.SIGSTOP)
        until(lambda: state_of(child.pid) == "T")
        child.end(0.1)
        assert not alive(child.pid)


def test_it_ends_when_the_other_end_is_closed() -> None:
    with a_child() as child:
        child.pipe.close()
        until(lambda: not alive(child.pid))


PARENT = f"""\
import sys, threading
from aggregator.process.child import Child
made = []
starting = threading.Thread(target=lambda: made.append(Child({MODULE!r})))
starting.start()
starting.join()
made[0].greet(("echo", 0))
print(made[0].pid, flush=True)
if sys.argv[1] == "stand still":
    made[0].pipe.send(("stand still", 0))
sys.stdin.read()
"""
"""The thread that asked for the child has ended: the kernel must not take it for the parent."""


@pytest.mark.parametrize("manner", ["wait", "stand still"])
def test_it_ends_with_its_parent_however_that_ends(manner: str) -> None:
    command = [sys.executable, "-c", PARENT, manner]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        pid = int(parent.stdout.readline())
        if manner == "stand still":
            until(lambda: state_of(pid) == "T")
        else:
            assert alive(pid)
        parent.kill()
    until(lambda: not alive(pid))


def test_a_child_keeps_no_other_from_its_end() -> None:
    """None holds an end of another's pipe."""
    with a_child() as first, a_child() as second:
        with closing(first.pipe):
            pass
        until(lambda: not alive(first.pid))
        assert second.ask(("echo", 1), PATIENT) == 1
