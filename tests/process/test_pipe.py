"""Messages of any size, in order; and no wait for one without an end."""

from __future__ import annotations

import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.process.pipe import Pipe

LENGTH = struct.pack("!Q", 100)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text() | st.binary(max_size=70_000) | st.floats(allow_nan=False),
    lambda inner: (
        st.lists(inner) | st.dictionaries(st.text(), inner) | st.tuples(inner, inner) | st.frozensets(st.text())
    ),
    max_leaves=8,
)


@contextmanager
def a_pair() -> Iterator[tuple[Pipe, Pipe]]:
    one, other = map(Pipe, socket.socketpair())
    with closing(one), closing(other):
        yield one, other


@contextmanager
def half_a_pair() -> Iterator[tuple[Pipe, socket.socket]]:
    """A pipe, and the bare socket at its other end."""
    ours, theirs = socket.socketpair()
    with closing(Pipe(ours)) as pipe, theirs:
        yield pipe, theirs


@contextmanager
def sending(pipe: Pipe, *messages: object) -> Iterator[None]:
    """Sends in a thread of its own: what is larger than the kernel's buffer waits for who receives."""

    def send() -> None:
        for message in messages:
            pipe.send(message)

    thread = threading.Thread(target=send)
    thread.start()
    yield
    thread.join()


@given(messages=st.lists(VALUES, max_size=6))
def test_any_messages_arrive_whole_and_in_order(messages: list[object]) -> None:
    with a_pair() as (one, other), sending(one, *messages):
        assert [other.receive() for _ in messages] == messages


@pytest.mark.parametrize("size", [0, 1, 65_536, 20_000_000])
def test_a_message_of_any_size_goes_through(size: int) -> None:
    body = bytes(size)
    with a_pair() as (one, other), sending(one, body, "next"):
        assert other.receive() == body
        assert other.receive() == "next"


def test_bytes_travel_as_they_are_between_values() -> None:
    with a_pair() as (one, other):
        one.send({"a": 1})
        one.send_bytes(b"\x80raw")
        one.send("last")
        assert (other.receive(), bytes(other.receive_bytes()), other.receive()) == ({"a": 1}, b"\x80raw", "last")


@pytest.mark.parametrize(
    "sent", [b"", struct.pack("!Q", 100)[:5], struct.pack("!Q", 100), struct.pack("!Q", 100) + b"x"]
)
def test_a_part_of_a_message_and_then_silence_is_a_timeout(sent: bytes) -> None:
    with half_a_pair() as (pipe, other):
        other.sendall(sent)
        with pytest.raises(TimeoutError):
            pipe.receive(0.01)


def test_drops_that_keep_coming_prolong_no_wait() -> None:
    """Each is in time; the message is not."""
    ended = threading.Event()

    def drip(other: socket.socket) -> None:
        other.sendall(struct.pack("!Q", 1 << 24))
        while not ended.wait(0.005):
            other.sendall(b"x")

    with half_a_pair() as (pipe, other):
        thread = threading.Thread(target=drip, args=(other,))
        thread.start()
        with pytest.raises(TimeoutError):
            pipe.receive(0.1)
        ended.set()
        thread.join()


def test_who_takes_nothing_is_a_timeout_for_who_sends() -> None:
    with a_pair() as (one, _), pytest.raises(TimeoutError):
        one.send(bytes(20_000_000), 0.01)


@pytest.mark.parametrize("sent", [b"", LENGTH[:5], LENGTH + b"x"])
def test_an_end_that_is_gone_is_an_end_of_file(sent: bytes) -> None:
    with half_a_pair() as (pipe, other):
        other.sendall(sent)
        other.close()
        assert pipe.poll(0)
        with pytest.raises(EOFError):
            pipe.receive()


def test_sending_to_an_end_that_is_gone_is_an_error() -> None:
    with half_a_pair() as (pipe, other):
        other.close()
        with pytest.raises(BrokenPipeError):
            pipe.send("anybody?")


def test_each_direction_keeps_its_own_time() -> None:
    """The time limit of who receives once became that of who was sending, and the other way round."""
    with a_pair() as (one, other):
        answers: list[object] = []
        thread = threading.Thread(target=lambda: answers.append(one.receive()))
        thread.start()
        with pytest.raises(TimeoutError):
            one.send(bytes(20_000_000), 0.01)
        other.send("late, and in time")
        thread.join()
    assert answers == ["late, and in time"]


def test_who_waits_while_it_is_closed_is_told() -> None:
    with a_pair() as (one, _):
        began, told = threading.Event(), list[type[Exception]]()

        def receive() -> None:
            began.set()
            try:
                one.receive()
            except (EOFError, OSError) as error:
                told.append(type(error))

        thread = threading.Thread(target=receive)
        thread.start()
        began.wait()
        one.close()
        thread.join()
    assert len(told) == 1


def test_polling_tells_whether_a_message_begins() -> None:
    with a_pair() as (one, other):
        assert not other.poll(0)
        one.send(1)
        assert other.poll(60)
        assert other.receive() == 1
