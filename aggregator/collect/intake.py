"""One pass over one source at its two ends: documents in, what became of them out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from aggregator.collect.plan import stands
from aggregator.collect.tally import Tally
from aggregator.errors import CollectError, RejectedError
from aggregator.model.article import Lead, Prepared, RawDocument, Reading, Rejection, Sighting
from aggregator.model.running import Memory
from aggregator.ports import Clock, Collector

LONGEST = timedelta(minutes=20)
"""One source may not keep the others waiting for longer; the rest of its documents has its turn at the next pass."""
HEAVY = 16_000_000
"""Characters of text that end a batch early, so that a batch of long articles fits into memory."""


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
        self._until = clock.now() + LONGEST
        self.alarm = ""
        """What is to be said of the pass itself."""

    def documents(self, collector: Collector, leads: Sequence[Lead]) -> Iterator[RawDocument]:
        """The documents whose bytes are new; the others, and those that cannot be read, go aside."""
        for number, lead in enumerate(leads):
            if self._clock.now() > self._until:
                self.alarm = f"stopped after {LONGEST}: {len(leads) - number} documents are left for the next pass"
                return
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
        if before is None or before.digest != document.digest or not stands(before, self._recipe, document.seen):
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
            url=before.url if before else None,
            reason=reason,
        )


def vanish(sighting: Sighting, now: datetime) -> Sighting:
    """The same place, gone."""
    return replace(sighting, status="vanished", seen=now)


def batches(readings: Iterable[Reading], size: int) -> Iterator[list[Reading]]:
    """Lists of up to ``size`` readings, or of fewer heavy ones, each taken only when asked for."""
    batch: list[Reading] = []
    weight = 0
    for reading in readings:
        batch.append(reading)
        if isinstance(reading, Prepared):
            weight += len(reading.article.html) + len(reading.subject.text)
        if len(batch) == size or weight > HEAVY:
            yield batch
            batch, weight = [], 0
    if batch:
        yield batch
