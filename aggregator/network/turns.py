"""One request at a time at a host, with a pause between two."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from aggregator.ports import Clock

MOST_HOSTS = 512
"""Beyond so many, hosts that nobody waits for and whose pause is over are forgotten."""


@dataclass(slots=True)
class _Host:
    turn: threading.Lock = field(default_factory=threading.Lock)
    askers: int = 0
    """How many have the turn or wait for it."""
    ended: float | None = None
    """By `Clock.elapsed`."""
    gap: float = 0.0
    """The longest pause that anybody keeps here, in seconds."""

    def rest(self, gap: float, now: float) -> float:
        """Seconds of the pause that are left."""
        return 0.0 if self.ended is None else gap - (now - self.ended)

    def forgettable(self, now: float) -> bool:
        return not self.askers and self.rest(self.gap, now) <= 0


class Turns:
    """Whose turn it is, by host name; all ports of a host are one host. Thread-safe."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._hosts: dict[str, _Host] = {}

    def __len__(self) -> int:
        return len(self._hosts)

    @contextmanager
    def turn(self, name: str, gap: float) -> Iterator[None]:
        """Waits until nobody asks the host and ``gap`` seconds have passed since the last request ended."""
        host = self._enter(name, gap)
        try:
            with host.turn:
                rest = host.rest(gap, self._clock.elapsed()) if gap > 0 else 0.0
                if rest > 0:
                    self._clock.wait(rest)
                try:
                    yield
                finally:
                    host.ended = self._clock.elapsed()
        finally:
            with self._lock:
                host.askers -= 1

    def _enter(self, name: str, gap: float) -> _Host:
        with self._lock:
            host = self._hosts.get(name)
            if host is None:
                if len(self._hosts) >= MOST_HOSTS:
                    self._forget()
                host = self._hosts[name] = _Host()
            host.askers += 1
            host.gap = max(host.gap, gap)
            return host

    def _forget(self) -> None:
        now = self._clock.elapsed()
        self._hosts = {name: host for name, host in self._hosts.items() if not host.forgettable(now)}
