"""Readings gathered into transactions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import timedelta

from aggregator.errors import CollectError
from aggregator.model.article import Prepared, Rejection
from aggregator.ports import Clock

HEAVY = 16_000_000
"""Characters of text that end a batch early, so that a batch of long articles fits into memory."""
PATIENCE = timedelta(seconds=10)
"""A batch that took so long to gather is stored as it is: slow hosts must not keep articles unsafe."""


def batches(readings: Iterable[Prepared | Rejection], size: int, clock: Clock) -> Iterator[list[Prepared | Rejection]]:
    """Lists of up to ``size`` readings, or of fewer heavy or slow ones, each taken only when asked for.

    A CollectError of the readings is raised after what was gathered before it has been handed out.
    """
    batch: list[Prepared | Rejection] = []
    weight, began, fault = 0, clock.now(), None
    rest = iter(readings)
    while True:
        try:
            reading = next(rest, None)
        except CollectError as error:
            reading, fault = None, error
        if reading is None:
            break
        batch.append(reading)
        if isinstance(reading, Prepared):
            weight += len(reading.article.html) + len(reading.subject.text)
        if len(batch) == size or weight > HEAVY or clock.now() - began > PATIENCE:
            yield batch
            batch, weight, began = [], 0, clock.now()
    if batch:
        yield batch
    if fault is not None:
        raise fault
