"""Sources gathered side by side, those of one host in turn, and stored by one writer in large transactions."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import suppress
from queue import Empty, Full, Queue

from aggregator.base.links import host_of
from aggregator.model.config import Source
from aggregator.visits.haul import Haul

Gather = Callable[[Source], Iterable[Haul]]
ARTICLES = 500
"""Of one transaction."""
HAULS = 100
"""Of one transaction, most of which bring nothing."""
PATIENCE = 0.5
"""Seconds that a haul waits for company: many in one transaction cost a fraction of as many transactions."""
AHEAD = 64
"""Hauls that may wait; then those who gather wait for the writer."""
ASKED = 0.2
"""Seconds after which those who wait look whether the writer has gone."""


def by_host(sources: Iterable[Source]) -> list[list[Source]]:
    """Sources in the order given, those of one host together; files are a host of their own."""
    groups: dict[str, list[Source]] = {}
    for source in sources:
        groups.setdefault(host_of(source.url), []).append(source)
    return list(groups.values())


def gathered(
    groups: Sequence[Sequence[Source]], gather: Gather, parallel: int, patience: float = PATIENCE
) -> Generator[list[Haul], None, None]:
    """What the sources bring, in lists that are worth a transaction each; up to ``parallel`` groups at a time.

    Once it is closed, or raises what ``gather`` raises first, every thread ends at its next haul. The threads
    do not outlive the process: a signal ends it at once, and what was not stored is gathered again.
    """
    waiting: Queue[Sequence[Source]] = Queue()
    hauls: Queue[Haul | BaseException | None] = Queue(AHEAD)
    gone = threading.Event()
    workers = min(parallel, len(groups))
    # The longest first; an empty one sends a worker home.
    for group in (*sorted(groups, key=len, reverse=True), *[()] * workers):
        waiting.put(group)

    def work() -> None:
        ending: BaseException | None = None
        try:
            for group in iter(waiting.get, ()):
                for source in group:
                    for haul in gather(source):
                        _put(haul, hauls, gone)
        except _Gone:
            return
        except BaseException as error:  # noqa: BLE001 - handed to the caller
            ending = error
        with suppress(_Gone):
            _put(ending, hauls, gone)

    for number in range(workers):
        threading.Thread(target=work, name=f"gather-{number}", daemon=True).start()
    try:
        yield from _lists(hauls, workers, patience)
    finally:
        gone.set()


class _Gone(Exception):  # noqa: N818 - no error
    """Nobody takes hauls any more."""


def _put(haul: Haul | BaseException | None, hauls: Queue[Haul | BaseException | None], gone: threading.Event) -> None:
    """Waits for room. Raises _Gone."""
    while not gone.is_set():
        try:
            return hauls.put(haul, timeout=ASKED)
        except Full:
            continue
    raise _Gone


def _lists(hauls: Queue[Haul | BaseException | None], workers: int, patience: float) -> Iterator[list[Haul]]:
    """Hauls until all workers have gone home."""
    batch: list[Haul] = []
    until = 0.0
    while workers:
        try:
            haul = hauls.get(timeout=max(0.0, until - time.monotonic()) if batch else None)
        except Empty:
            yield batch
            batch = []
            continue
        if haul is None:
            workers -= 1
            continue
        if isinstance(haul, BaseException):
            raise haul
        if not batch:
            until = time.monotonic() + patience
        batch.append(haul)
        if len(batch) >= HAULS or sum(len(haul.prepared) for haul in batch) >= ARTICLES:
            yield batch
            batch = []
    if batch:
        yield batch
