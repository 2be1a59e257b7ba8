"""What a process knows of hosts: who asked us to stay away, and their robots.txt."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from aggregator.base.links import host_of
from aggregator.codes import Code
from aggregator.errors import CollectError
from aggregator.model.fetching import Answer, Ask, HostMemory, Manner, RobotsFile
from aggregator.network.address import origin
from aggregator.network.holds import host_after
from aggregator.network.robots import Ruling, for_robot, robots_file, robots_url, ruling, stale
from aggregator.ports import Fetcher

ROBOTS_LIMIT = 2_000_000
"""Bytes of a robots.txt that are taken; 500 KiB of them are read (RFC 9309 section 2.5)."""
ROBOTS_SECONDS = 20.0
MOST_HOSTS = 500
"""Of which anything is known at a time."""
MOST_RULES = 2_000_000
"""Characters of all their robots.txt files."""
LONGEST_STORED = 65_536
"""Characters of one that the store keeps."""
MOST_ORIGINS = 4
"""Of one host, whose robots.txt is kept."""


class HostBook:
    """Shared by all collectors of a process, from several threads."""

    def __init__(self, fetcher: Fetcher, load: Callable[[str], HostMemory], agent: str) -> None:
        """``load``: what the store remembers of a host; ``agent``: our User-Agent."""
        self._fetcher = fetcher
        self._load = load
        self._agent = agent
        self._known: dict[str, HostMemory] = {}
        self._changed: set[str] = set()
        self._guard = threading.Lock()

    def memory(self, url: str) -> HostMemory:
        """What is remembered of the address's host."""
        host = host_of(url)
        with self._guard:
            known = self._known.get(host)
        if known is None:
            known = self._load(host)
            with self._guard:
                known = self._known.setdefault(host, known)
        return known

    def hear(self, url: str, answer: Answer, now: datetime) -> None:
        """Takes note of what a host answered."""
        self._keep(self.memory(url), lambda before: host_after(before, answer, now))

    def ruling(self, url: str, manner: Manner, now: datetime) -> Ruling:
        """What the host's robots.txt says of the address; it is asked for where it was not for a day.

        Raises CollectError for a host that may not be asked at all.
        """
        place, agent = origin(url), manner.user_agent or self._agent
        key = place if agent == self._agent else f"{place} {agent[:100]}"
        file = self.memory(url).robots.get(key)
        if file is None or stale(file, now):
            file = for_robot(self._robots(place, manner, now), agent)
            self._keep(self.memory(place), lambda before: replace(before, robots=_with(before, key, file)))
        return ruling(file, url, agent)

    def changed(self, url: str) -> tuple[HostMemory, ...]:
        """What is worth storing since this was last asked: of the address's host, and of hosts that are held.

        What strangers' links lead to is not: they would fill the disk.
        """
        own = host_of(url)
        with self._guard:
            changed = (self._known[host] for host in sorted(self._changed))
            worth = [memory for memory in changed if memory.host == own or memory.held_until is not None]
            # What other hosts said is for the visits to them to store.
            self._changed -= {memory.host for memory in worth}
            return tuple(map(_stored, worth))

    def _robots(self, place: str, manner: Manner, now: datetime) -> RobotsFile:
        ask = Ask(robots_url(place), manner, accept="text/plain,*/*;q=0.5", limit=ROBOTS_LIMIT, seconds=ROBOTS_SECONDS)
        try:
            return robots_file(self._fetcher.get(ask), now)
        except CollectError as error:
            if error.code in {Code.BAD_ADDRESS, Code.PRIVATE_ADDRESS}:
                raise
            return robots_file(None, now)

    def _keep(self, known: HostMemory, change: Callable[[HostMemory], HostMemory]) -> None:
        with self._guard:
            before = self._known.get(known.host, known)
            after = change(before)
            if after != before:
                self._known.pop(known.host, None)
                self._known[known.host] = after
                self._changed.add(known.host)
                self._forget()

    def _forget(self) -> None:
        """The hosts that were heard of longest ago: a stranger's links may lead to any number."""
        size = sum(map(_size, self._known.values()))
        for host, memory in [*self._known.items()][:-1]:
            if len(self._known) <= MOST_HOSTS and size <= MOST_RULES:
                break
            size -= _size(memory)
            del self._known[host]
            self._changed.discard(host)


def _size(memory: HostMemory) -> int:
    return sum(len(file.text) for file in memory.robots.values())


def _stored(memory: HostMemory) -> HostMemory:
    """Without rules that are longer than anybody writes in earnest: these are asked for again."""
    return replace(memory, robots={at: file for at, file in memory.robots.items() if len(file.text) <= LONGEST_STORED})


def _with(memory: HostMemory, place: str, file: RobotsFile) -> dict[str, RobotsFile]:
    kept = {where: robots for where, robots in memory.robots.items() if where != place}
    newest = sorted(kept.items(), key=lambda pair: pair[1].seen)[-(MOST_ORIGINS - 1) :]
    return dict([*newest, (place, file)])
