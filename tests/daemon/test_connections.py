"""Who is let in, and who has to go for it: decided by a table that is told the time."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.daemon.connections import Arrival, Bounds, Connections, Place, whose

BOUNDS = Bounds(most=6, per_address=3, trusted=("10.0.0.0/8", "fd00::1"))


class Room:
    """A table, and the names of those that were ended, in their order."""

    def __init__(self, bounds: Bounds = BOUNDS) -> None:
        self.table = Connections()
        self.bounds = bounds
        self.ended: list[str] = []
        self.places: dict[str, Place] = {}

    def enter(self, *names: str, host: str = "192.0.2.1") -> Arrival:
        """The names are connections; the time is how many there have been."""
        for name in names:
            end = partial(self.ended.append, name)
            arrival, place = self.table.enter(host, end, len(self.places), self.bounds)
            if place is not None:
                self.places[name] = place
        return arrival

    def work(self, *names: str) -> None:
        for name in names:
            self.table.works(self.places[name])


@pytest.mark.parametrize(
    ("host", "name", "bounded"),
    [
        ("192.0.2.7", "192.0.2.7", True),
        ("::ffff:192.0.2.7", "192.0.2.7", True),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64", True),
        ("2001:db8:1:2::1", "2001:db8:1:2::/64", True),
        ("fe80::1%eth0", "fe80::/64", True),
        ("127.0.0.1", "127.0.0.1", False),
        ("127.9.9.9", "127.9.9.9", False),
        ("::1", "::/64", False),
        ("::ffff:127.0.0.1", "127.0.0.1", False),
        ("10.20.30.40", "10.20.30.40", False),
        ("::ffff:10.20.30.40", "10.20.30.40", False),
        ("fd00::1", "fd00::/64", False),
        ("fd00::2", "fd00::/64", True),
    ],
)
def test_under_which_name_an_address_is_counted_and_whether_it_is_bounded(host: str, name: str, bounded: bool) -> None:
    assert whose(host, BOUNDS.trusted) == (name, bounded)


def test_an_address_that_has_as_many_as_it_may_loses_the_one_that_waited_longest() -> None:
    room = Room()
    assert room.enter("a", "b", "c") is Arrival.FREE
    assert room.enter("d") is Arrival.INSTEAD
    assert room.ended == ["a"]


def test_an_address_whose_connections_are_all_at_work_gets_no_further_one() -> None:
    room = Room()
    room.enter("a", "b", "c")
    room.work("a", "b", "c")
    assert room.enter("d") is Arrival.REFUSED
    assert room.enter("e", host="192.0.2.2") is Arrival.FREE
    assert (room.ended, len(room.table)) == ([], 4)


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "10.1.1.1"])
def test_proxies_are_bound_in_all_only(host: str) -> None:
    room = Room()
    assert room.enter(*"abcdef", host=host) is Arrival.FREE
    assert room.enter("g", host=host) is Arrival.INSTEAD
    assert room.ended == ["a"]


def test_when_it_is_full_the_address_that_keeps_us_waiting_most_loses_one() -> None:
    room = Room()
    room.enter("reader", host="192.0.2.9")
    room.enter(*"abc", host="192.0.2.1")
    room.enter("d", "e", host="192.0.2.2")
    room.enter("new", host="192.0.2.3")
    assert room.ended == ["a"]


def test_of_as_many_addresses_the_longest_goes() -> None:
    room = Room()
    for number in range(7):
        room.enter(str(number), host=f"192.0.2.{number}")
    assert room.ended == ["0"]


def test_what_is_at_work_is_never_ended_and_then_there_is_no_room() -> None:
    room = Room()
    for name in "abcdef":
        room.enter(name, host=f"192.0.2.{ord(name)}")
    room.work(*"abcde")
    assert room.table.has_room(BOUNDS)
    room.enter("g", host="192.0.2.1")
    assert room.ended == ["f"]
    room.work("g")
    assert not room.table.has_room(BOUNDS)
    room.table.leave(room.places["a"])
    room.table.leave(room.places["a"])
    assert room.table.has_room(BOUNDS)


def test_waiting_again_is_waiting_anew() -> None:
    """A connection that was served and is idle goes after those that never asked."""
    room = Room(Bounds(2, 10))
    room.enter("a", "b")
    room.work("a")
    room.table.waits(room.places["a"], 9)
    room.table.waits(room.places["b"], 10)
    room.enter("c")
    assert room.ended == ["b"]


STEPS = st.lists(st.tuples(st.sampled_from(["enter", "works", "waits", "leave"]), st.integers(0, 9)), max_size=60)


@given(STEPS)
def test_whatever_happens_no_bound_is_passed_and_nobody_is_forgotten(steps: Sequence[tuple[str, int]]) -> None:
    room = Room()
    for now, (step, number) in enumerate(steps):
        place = room.places.get(str(number))
        if step == "enter" and str(number) not in room.places and room.table.has_room(BOUNDS):
            room.enter(str(number), host=f"192.0.2.{number % 3}")
        elif step == "works" and place:
            room.table.works(place)
        elif step == "waits" and place:
            room.table.waits(place, now)
        elif step == "leave" and place:
            room.table.leave(place)
        open_now = set(room.table)
        assert len(open_now) <= BOUNDS.most
        for client in {place.client for place in open_now}:
            mine = [place for place in open_now if place.client is client]
            assert client.places == len(mine) <= BOUNDS.per_address
            assert set(client.waiting) <= set(mine)
