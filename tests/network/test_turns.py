"""Turns at a host: one at a time, with a pause, and nothing remembered for ever."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

import pytest

from aggregator.network.turns import MOST_HOSTS, Turns
from fakes import StoppedClock


@pytest.fixture
def clock() -> StoppedClock:
    return StoppedClock()


@pytest.fixture
def turns(clock: StoppedClock) -> Turns:
    return Turns(clock)


def take(turns: Turns, host: str = "a.example", gap: float = 5) -> None:
    with turns.turn(host, gap):
        pass


def test_the_first_does_not_wait(turns: Turns, clock: StoppedClock) -> None:
    take(turns)
    assert clock.waited == 0


@pytest.mark.parametrize("set_by", [0, -1, 1])
@pytest.mark.parametrize(("passed", "waited"), [(0, 5), (2, 3), (5, 0), (60, 0)])
def test_the_next_waits_for_the_rest_of_the_pause(
    turns: Turns, clock: StoppedClock, passed: float, waited: float, set_by: float
) -> None:
    """Whatever the machine's clock was set to in between."""
    take(turns)
    clock.move(seconds=passed)
    clock.set_by(hours=set_by)
    take(turns)
    assert clock.waited == waited


def test_the_pause_counts_from_the_end_of_a_request(turns: Turns, clock: StoppedClock) -> None:
    with turns.turn("a.example", 5):
        clock.move(seconds=100)
    take(turns)
    assert clock.waited == 5


def test_a_failed_request_counts_too(turns: Turns, clock: StoppedClock) -> None:
    with pytest.raises(OSError, match="broke"), turns.turn("a.example", 5):
        raise OSError("broke")
    take(turns)
    assert clock.waited == 5


def test_each_keeps_its_own_pause_and_hosts_do_not_wait_for_each_other(turns: Turns, clock: StoppedClock) -> None:
    take(turns, gap=5)
    take(turns, "b.example")
    take(turns, gap=0)
    assert clock.waited == 0
    take(turns, gap=2)
    assert clock.waited == 2


def test_one_at_a_time_in_order_of_the_pauses() -> None:
    """Eight threads, five requests each: never two at once, and each begins a pause after another's end."""
    clock = StoppedClock()
    turns = Turns(clock)
    spans: list[tuple[datetime, datetime]] = []
    inside: list[int] = []

    def ask() -> None:
        for _ in range(5):
            with turns.turn("a.example", 1):
                inside.append(len(inside))
                begun = clock.now()
                clock.move(seconds=1)
                spans.append((begun, clock.now()))
                assert inside.pop() == 0

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    start = datetime(2026, 5, 1, 8, 0, tzinfo=UTC)
    assert spans == [
        (start + timedelta(seconds=2 * number), start + timedelta(seconds=2 * number + 1)) for number in range(40)
    ]


def test_hosts_are_forgotten_once_their_pause_is_over(turns: Turns, clock: StoppedClock) -> None:
    take(turns, "patient.example", gap=10_000)
    for number in range(MOST_HOSTS * 3):
        take(turns, f"h{number}.example", gap=1)
        clock.move(seconds=1)
    assert len(turns) <= MOST_HOSTS
    take(turns, "patient.example", gap=10_000)
    assert clock.waited == 10_000 - MOST_HOSTS * 3


def test_a_host_that_is_asked_now_is_not_forgotten(turns: Turns, clock: StoppedClock) -> None:
    with turns.turn("a.example", 5):
        clock.move(seconds=100)
        for number in range(MOST_HOSTS * 2):
            take(turns, f"h{number}.example", gap=0)
    take(turns)
    assert clock.waited == 5
