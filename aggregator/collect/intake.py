"""One pass over one source at its two ends: documents in, what became of them out."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cached_property

from aggregator.collect.plan import Plan, as_before, plan_pass, stands
from aggregator.collect.tally import Tally
from aggregator.errors import CollectError, RejectedError
from aggregator.model.article import (
    Further,
    IndexFacts,
    Prepared,
    Reading,
    Rejection,
    Retracted,
    Sighting,
    Unread,
)
from aggregator.model.document import INDEXES, Lead, RawDocument
from aggregator.model.running import Pass
from aggregator.ports import Clock, Collector

LONGEST = timedelta(minutes=20)
"""One source of files may not keep the others waiting for longer; the rest has its turn at the next pass."""
MOST_FAULTS = 3
"""Documents in a row that cannot be had: then the host is left alone until the next pass."""
DEEPEST = 3
"""Documents of many articles that lead to each other: a sitemap's index may have indexes in it."""
MOST_INDEXES = 500
"""Documents of many articles in one pass."""
MOST_NOTES = 5
"""Different ones that such documents may bring; the rest would only hide what else there is to say."""


class Intake:
    """Reads the documents of a pass and sorts what comes of them; keeps the tally.

    One work list serves all kinds: a document may point to further ones, which join it. Sightings of
    documents that give no article gather in ``aside`` until the next transaction.
    """

    def __init__(
        self,
        current: Pass,
        sightings: Callable[[], Mapping[str, Sighting]],
        clock: Clock,
        longest: timedelta = LONGEST,
    ) -> None:
        """``sightings``: asked for once they are needed, which an unchanged feed does not do."""
        self.tally = Tally(current.source.name)
        """Of all but what was stored."""
        self.stored = Tally(current.source.name)
        """The writer's."""
        self.plan = Plan((), 0, ())
        self.facts: IndexFacts | None = None
        """Of the source's own document."""
        self.retracted: list[Sighting] = []
        self.left = 0
        """Documents that there was no time for."""
        self._current = current
        self._load = sightings
        self._clock = clock
        self._longest = longest
        self._until = clock.now() + longest
        self._alarms: dict[str, str] = {}
        self._aside: list[Sighting] = []
        self._work: deque[Lead] = deque()
        self._again: deque[Lead] = deque()
        """What could not be had before; it may not keep the others from their turn."""
        self._queued: set[tuple[str, str]] = set()
        self._indexes = 0
        self._faults = 0
        self._progress = False

    @cached_property
    def sightings(self) -> Mapping[str, Sighting]:
        """The source's places as they were before the pass."""
        return self._load()

    def begin(self, collector: Collector) -> None:
        """Lists the source and plans the pass. Raises CollectError."""
        listing = collector.leads(self._current.memory)
        if listing.complete or any(lead.kind not in INDEXES for lead in listing.leads):
            now, accept_losses = self._clock.now(), self._current.accept_losses
            self.plan = plan_pass(listing, self.sightings, self._current.recipe, now, accept_losses)
        else:
            self.plan = Plan(listing.leads, 0, (), troubles=listing.troubles)
        self._work.extend(self.plan.unread)

    def prefer(self, wanted: Callable[[Lead], bool]) -> None:
        """Has these documents read before the others."""
        self._work = deque(sorted(self._work, key=wanted, reverse=True))

    @property
    def alarm(self) -> str:
        """What is to be said of the pass itself."""
        return "; ".join(self._alarms.values())

    @property
    def total(self) -> int:
        """Documents that are known of so far."""
        return self.read + len(self._work) + len(self._again)

    @property
    def read(self) -> int:
        """Documents dealt with."""
        return self.tally.read + self.stored.read

    def documents(self, collector: Collector) -> Iterator[RawDocument]:
        """The documents whose bytes are new; the others, and those that cannot be read, go aside.

        Raises CollectError where the source as a whole cannot be read (further).
        """
        while queue := self._work or self._again:
            if self._clock.now() > self._until:
                self._stop()
                return
            document = self._fetched(collector, queue.popleft())
            if document is not None and not self._known_bytes(document):
                self._progress = self._progress or self._advances(document)
                yield document

    def follow(self, readings: Iterable[Reading]) -> Iterator[Prepared | Rejection]:
        """What may become of articles; all else that documents say is dealt with here, as soon as it is known.

        Raises CollectError where the source's own document is no good.
        """
        for reading in readings:
            match reading:
                case Prepared():
                    yield reading
                case Rejection(whole=True):
                    raise CollectError(reading.code, reading.message)
                case Rejection():
                    yield reading
                case Unread():
                    self.tally.count("unchanged")
                case Further(leads):
                    self._enqueue(leads)
                case Retracted(location):
                    self._retract(location)
                case IndexFacts():
                    self._hear(reading)

    def sort(self, readings: Iterable[Prepared | Rejection]) -> tuple[list[Prepared], Sequence[Sighting]]:
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

    def _stop(self) -> None:
        # Without progress, "again at once" would be a loop.
        self.left = len(self._work) if self._progress else 0
        self._work.clear()
        self._again.clear()
        self._alarms["time"] = f"stopped after {self._longest}: {self.left} documents are left for the next pass"

    def _fetched(self, collector: Collector, lead: Lead) -> RawDocument | None:
        try:
            document = collector.fetch(lead, self._clock.now())
        except RejectedError as error:
            self._reject(Rejection(lead.location, error.code, str(error), error.line, lead.stamp, ""))
            return None
        except CollectError as error:
            if lead.kind in INDEXES and not lead.depth:
                raise
            self._fail(lead, error)
            return None
        self._faults = 0
        if document is not None and document.kind in INDEXES:
            return replace(document, known=self._known_entries(document.seen))
        return document

    def _advances(self, document: RawDocument) -> bool:
        """Whether an article is got further: not by its feed's digest again, in want of its page."""
        return document.kind not in INDEXES and (bool(document.digest) or document.location not in self.sightings)

    def _known_entries(self, now: datetime) -> frozenset[str]:
        return frozenset(s.digest for s in self.sightings.values() if s.digest and self._stands(s, now))

    def _stands(self, sighting: Sighting, now: datetime) -> bool:
        return stands(sighting, self._current.recipe, now, self._current.source.remote)

    def _fail(self, lead: Lead, error: CollectError) -> None:
        """One document could not be had. Several in a row are the host's trouble, not theirs."""
        self.tally.failed(lead.location, str(error))
        self._aside.append(self._sighting(lead.location, "", "", f"{error.code}: {error}", failed=True))
        self._faults += 1
        if self._current.source.remote and (error.code == "busy" or self._faults >= MOST_FAULTS):
            raise error

    def _enqueue(self, leads: Iterable[Lead]) -> None:
        """Articles come before further lists, so that a list is done with before the next one is asked for."""
        articles: list[Lead] = []
        for lead in leads:
            if (lead.kind, lead.location) in self._queued:
                continue
            self._queued.add((lead.kind, lead.location))
            if lead.kind in INDEXES:
                self._indexes += 1
                if lead.depth <= DEEPEST and self._indexes <= MOST_INDEXES:
                    self._work.append(lead)
                else:
                    self._alarms["limit"] = f"not all documents were followed: {lead.location} leads too far"
                continue
            before = self.sightings.get(lead.location)
            if as_before(before, lead, self._current.recipe, self._clock.now(), remote=True):
                self.tally.count("unchanged")
            elif before and (before.status == "failed" or not before.stamp):
                self._again.append(lead)
            else:
                articles.append(lead)
        self._work.extendleft(reversed(articles))

    def _retract(self, location: str) -> None:
        sighting = self.sightings.get(location)
        if sighting is not None and sighting.status != "vanished":
            self.retracted.append(sighting)

    def _hear(self, facts: IndexFacts) -> None:
        if self.facts is None:
            self.facts = facts
        if facts.alarm and len(self._alarms) < MOST_NOTES:
            self._alarms[f"facts {facts.alarm}"] = facts.alarm

    def _known_bytes(self, document: RawDocument) -> bool:
        """Whether only the stamp is new: then the sighting gets it, and the document is not read again."""
        if document.kind in INDEXES or not document.digest:
            return False
        before = self.sightings.get(document.location)
        if before is None or before.digest != document.digest or not self._stands(before, document.seen):
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
        before = self.sightings.get(location)
        return Sighting(
            source=self._current.source.name,
            location=location,
            stamp=stamp,
            digest=digest,
            recipe=self._current.recipe,
            status="failed" if failed else "rejected",
            seen=self._clock.now(),
            # The article of this place lives on with the text it had; a mended file finds it again.
            article=before.article if before else None,
            content_hash=before.content_hash if before else "",
            url=before.url if before else None,
            reason=reason,
        )
