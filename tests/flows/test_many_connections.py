"""Thousands of clients that ask nothing: readers are served, articles are published, and the log stays small."""

from __future__ import annotations

import select
import socket
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path

import pytest

from aggregator.process.descriptors import raise_limit
from running import Running, daemon
from set_up import SetUp
from waiting import until

DESCRIPTORS = 1_024
SILENT = 2_000
DRIPPING = 50
PROBES = 60
LOG_BYTES = 1_000_000
HEAD = b"GET / HTTP/1.1\r\nHost: a\r\nX-Slow: " + b"z" * PROBES


class Crowd:
    """Connections that are opened anew whenever the server has ended them."""

    def __init__(self, address: tuple[str, int], size: int) -> None:
        self._address = address
        self._size = size
        self._open: dict[int, socket.socket] = {}
        self._sent: dict[int, int] = {}
        self._poll = select.poll()
        self.ended = 0

    def press(self, send: bytes = b"") -> None:
        """Opens what is missing; each sends the next byte of ``send``."""
        for number, _ in self._poll.poll(0):
            # They were told to go, or could not be opened: a silent one hears nothing else.
            self._close(number)
            self.ended += 1
        while len(self._open) < self._size:
            opened = socket.socket()
            opened.setblocking(False)
            opened.connect_ex(self._address)
            self._open[opened.fileno()] = opened
            self._poll.register(opened, select.POLLIN)
        if send:
            for number, opened in self._open.items():
                at = self._sent.get(number, 0)
                with suppress(OSError):
                    self._sent[number] = at + opened.send(send[at : at + 1])

    def close(self) -> None:
        for number in list(self._open):
            self._close(number)

    def _close(self, number: int) -> None:
        self._poll.unregister(number)
        self._sent.pop(number, None)
        self._open.pop(number).close()


@pytest.fixture
def running(set_up: SetUp) -> Iterator[Running]:
    raise_limit()
    set_up.post("0.md", "大桥零号", "大桥今天合龙。")
    with daemon(set_up, DESCRIPTORS) as started:
        until(lambda: started.titles("bridges"))
        yield started


@pytest.mark.timeout(600)
def test_readers_are_served_and_articles_published_beside_2000_silent_clients(set_up: SetUp, running: Running) -> None:
    host, port = running.address.removeprefix("http://").rsplit(":", 1)
    answered, published = 0, 1
    with closing(Crowd((host, int(port)), SILENT)) as silent, closing(Crowd((host, int(port)), DRIPPING)) as dripping:
        for probe in range(PROBES):
            silent.press()
            dripping.press(HEAD)
            answered += running.get("/feeds/bridges.atom").status_code == 200
            assert descriptors_of(running.process.pid) < DESCRIPTORS
            if probe % 10 == 0:
                published += 1
                _publish(set_up, running, published)
        assert silent.ended >= SILENT - DESCRIPTORS
        assert running.get("/healthz").json()["status"] == "ok"
    assert answered == PROBES
    assert (set_up.root / "log").stat().st_size < LOG_BYTES


def descriptors_of(pid: int) -> int:
    return len(list(Path(f"/proc/{pid}/fd").iterdir()))


def _publish(set_up: SetUp, running: Running, number: int) -> None:
    """Has a file found by a visit, and waits until the feed has all of them."""
    set_up.post(f"{number}.md", f"大桥{number}号", "大桥今天合龙。" * number)
    set_up.execute("update source set next_due = 0")
    until(lambda: len(running.titles("bridges")) == number)
