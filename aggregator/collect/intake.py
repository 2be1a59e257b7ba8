"""One pass over one source at its two ends: documents in, what became of them out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import islice

from aggregator.collect.tally import Tally
from aggregator.errors import CollectError, RejectedError
from aggregator.model.article import Lead, Prepared, RawDocument, Reading, Rejection, Sighting
from aggregator.model.running import Memory
from aggregator.ports import Clock, Collector


class Intake:
    """Reads the documents of a pass and sorts the readings; keeps the tally.

    Sightings of documents that give no article gather in ``aside`` until the next transaction.
    """

    def __init__(self, source: str, memory: Memory, recipe: str, clock: Clock) -> None:
        self.tally = Tally(source)
        self._source = source
        self._memory = memory
        self._recipe = recipe
        self._clock = clock
        self._aside: list[Sighting] = []

    def documents(self, collector: Collector, leads: Iterable[Lead]) -> Iterator[RawDocument]:
        """The documents whose bytes are new; the others, and those that cannot be read, go aside."""
        for lead in leads:
            try:
                document = collector.fetch(lead, self._clock.now())
            except RejectedError as error:
                rejection = Rejection(lead.location, error.code, str(error), error.line, lead.stamp, "")
                self._reject(rejection)
            except CollectError as error:
                self.tally.failed(lead.location, str(error))
                self._aside.append(self._sighting(lead.location, "", "", f"{error.code}: {error}", failed=True))
            else:
                if not self._known_bytes(document):
                    yield document

    def sort(self, readings: Iterable[Reading]) -> tuple[list[Prepared], Sequence[Sighting]]:
        """The readings that are articles, and the sightings of all that gathered aside."""
        prepared = []
        for reading in readings:
            if isinstance(reading, Rejection):
                self._reject(reading)
            else:
                prepared.append(reading)
        return prepared, self.leftover()

    def leftover(self) -> Sequence[Sighting]:
        """What has gone aside since it was last asked for."""
        aside, self._aside = self._aside, []
        return aside

    def _known_bytes(self, document: RawDocument) -> bool:
        """Whether only the stamp is new: then the sighting gets it, and the document is not read again."""
        before = self._memory.sightings.get(document.location)
        if before is None or before.status in {"failed", "vanished"}:
            return False
        if (before.digest, before.recipe) != (document.digest, self._recipe):
            return False
        self.tally.count("unchanged")
        if before.stamp != document.stamp:
            self._aside.append(replace(before, stamp=document.stamp, seen=document.seen))
        return True

    def _reject(self, rejection: Rejection) -> None:
        self.tally.rejected(rejection)
        reason = f"{rejection.code}: {rejection.message}"
        sighting = self._sighting(rejection.location, rejection.stamp, rejection.digest, reason)
        self._aside.append(replace(sighting, line=rejection.line))

    def _sighting(self, location: str, stamp: str, digest: str, reason: str, failed: bool = False) -> Sighting:
        before = self._memory.sightings.get(location)
        return Sighting(
            source=self._source,
            location=location,
            stamp=stamp,
            digest=digest,
            recipe=self._recipe,
            status="failed" if failed else "rejected",
            seen=self._clock.now(),
            # The article of this place lives on with the text it had; a mended file finds it again.
            article=before.article if before else None,
            content_hash=before.content_hash if before else "",
            reason=reason,
        )


def vanish(sighting: Sighting, now: datetime) -> Sighting:
    """The same place, gone."""
    return replace(sighting, status="vanished", seen=now)


def batches(readings: Iterable[Reading], size: int) -> Iterator[list[Reading]]:
    """Lists of up to ``size``, each taken only when asked for."""
    remaining = iter(readings)
    while batch := list(islice(remaining, size)):
        yield batch
