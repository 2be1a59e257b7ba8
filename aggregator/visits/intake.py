"""One pass over one source at its two ends: documents in, what became of them out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cached_property

from aggregator.errors import CollectError, RejectedError
from aggregator.model.article import (
    DOUBTFUL,
    Further,
    IndexFacts,
    Prepared,
    Reading,
    Rejection,
    Retracted,
    Sighting,
    SightingStatus,
    Unread,
)
from aggregator.model.document import INDEXES, Lead, RawDocument
from aggregator.model.running import Pass
from aggregator.ports import Clock, Collector
from aggregator.visits.plan import DOUBT, Plan, as_before, doubtful_from, plan_pass, stands, without_article
from aggregator.visits.tally import Tally
from aggregator.visits.worklist import ALWAYS, WorkList

LONGEST = timedelta(minutes=20)
"""One source of files may not keep the others waiting for longer; the rest has its turn at the next pass."""
MOST_FAULTS = 3
"""Documents in a row that cannot be had: then the pass ends; it failed if nothing else was had, or is known."""
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
        self._current = current
        self._load = sightings
        self._clock = clock
        self._longest = longest
        self._until = clock.now() + longest
        self._alarms: dict[str, str] = {}
        self._aside: list[Sighting] = []
        self._work = WorkList()
        self._reading: Lead | None = None
        """What was fetched last; of what comes over the network, the readings that come are its."""
        self._faults = 0
        self._well = False
        """Whether anything could be had, or is known and still there."""
        self._late = self._progress = False

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
        self._work = WorkList(self.plan.unread, listing.asked)

    def prefer(self, wanted: Callable[[Lead], bool]) -> None:
        """Has these documents read before the others."""
        self._work.prefer(wanted)

    @property
    def alarm(self) -> str:
        """What is to be said of the pass itself."""
        return "; ".join(self._alarms.values())

    @property
    def total(self) -> int:
        """Documents that are known of so far."""
        return self.read + len(self._work)

    @property
    def left(self) -> int:
        """Documents that there was no time for; none where no time would do: "again at once" would be a loop."""
        return self._work.waiting if self._late and self._progress else 0

    @property
    def complete(self) -> bool:
        """Whether all that documents point to had its turn."""
        return not len(self._work) and not self._work.crowded

    def again(self) -> Mapping[str, datetime]:
        """Documents of many articles that are to be read again, from when on, because of what they point to."""
        return self._work.again()

    @property
    def read(self) -> int:
        """Documents dealt with."""
        return self.tally.read + self.stored.read

    def documents(self, collector: Collector) -> Iterator[RawDocument]:
        """The documents whose bytes are new; the others, and those that cannot be read, go aside.

        Raises CollectError where the source as a whole cannot be read (further).
        """
        while len(self._work) and not self._stopped():
            self._reading = self._work.take()
            document = self._fetched(collector, self._reading)
            if document is not None and not self._known_bytes(document):
                # By its feed's digest again, in want of its page, an article is got no further.
                if document.kind not in INDEXES and (document.digest or document.location not in self.sightings):
                    self._progress = True
                yield document

    def follow(self, readings: Iterable[Reading]) -> Iterator[Prepared | Rejection]:
        """What may become of articles; all else that documents say is dealt with here, as soon as it is known.

        Raises CollectError where the source's own document is no good.
        """
        for reading in readings:
            match reading:
                case Prepared():
                    self._well = True
                    yield reading
                case Rejection():
                    self._doubt(reading)
                    yield reading
                case Unread(location):
                    if (since := self._stood(location)) and self._reading is not None:
                        self._work.read_again(self._reading.location, since)
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

    def _stopped(self) -> bool:
        if self._clock.now() > self._until:
            self._late = True
            why = f"stopped after {self._longest}"
        elif self._current.source.remote and self._faults >= MOST_FAULTS:
            why = f"stopped after {self._faults} faults in a row"
        else:
            return False
        if self._late or self._work.waiting:
            self._alarms["stopped"] = f"{why}: {self._work.waiting} documents are left for the next pass"
        return True

    def _fetched(self, collector: Collector, lead: Lead) -> RawDocument | None:
        try:
            document = collector.fetch(lead, self._clock.now())
        except RejectedError as error:
            self._progress = True
            self._work.doubt(lead, self._clock.now() + DOUBT)
            self._reject(Rejection(lead.location, error.code, str(error), error.line, lead.stamp, ""))
            return None
        except CollectError as error:
            if _is_own(lead):
                raise
            self._fail(lead, error)
            return None
        self._faults = 0
        if document is not None and document.missing:
            self._work.doubt(lead, document.seen + DOUBT if document.stamp else ALWAYS)
        if document is not None and document.kind in INDEXES:
            known = (s.digest for s in self.sightings.values() if s.digest and self._stands(s, document.seen))
            return replace(document, known=frozenset(known))
        return document

    def _stands(self, sighting: Sighting, now: datetime) -> bool:
        return stands(sighting, self._current.recipe, now, self._current.source.remote)

    def _fail(self, lead: Lead, error: CollectError) -> None:
        """One document could not be had. Several in a row are the host's trouble, not theirs."""
        self.tally.failed(lead.location, str(error))
        self._put_aside(Rejection(lead.location, error.code, str(error), None, "", ""), "failed")
        self._work.doubt(lead, ALWAYS)
        self._faults += 1
        if self._current.source.remote and (error.code == "busy" or (self._faults >= MOST_FAULTS and not self._well)):
            raise error

    def _doubt(self, rejection: Rejection) -> None:
        """Sees to it that what gave no article is heard of again. Raises CollectError for the source's own document."""
        if (lead := self._reading) is None or not self._current.source.remote:
            return
        if rejection.location != lead.location:
            if rejection.code in DOUBTFUL:
                self._work.read_again(lead.location, self._clock.now() + DOUBT)
        elif lead.kind in INDEXES:
            # A notice of maintenance, perhaps: what the document is when it is none has not been read.
            self._work.read_again(lead.location, ALWAYS)
            if _is_own(lead):
                raise CollectError(rejection.code, rejection.message)
        else:
            self._work.doubt(lead, self._clock.now() + DOUBT)

    def _stood(self, location: str) -> datetime | None:
        """Counts what stands as it was; answers until when, if it is in doubt."""
        self.tally.count("unchanged")
        before = self.sightings.get(location)
        self._well = self._well or before is None or before.status != "rejected"
        return doubtful_from(before, self._current.source.remote) if before is not None else None

    def _enqueue(self, leads: Iterable[Lead]) -> None:
        """Articles come before further lists, so that a list is done with before the next one is asked for."""
        articles, lists = list[Lead](), list[Lead]()
        for lead in filter(self._work.note, leads):
            if lead.kind in INDEXES:
                lists.append(lead)
                continue
            before = self.sightings.get(lead.location)
            if as_before(before, lead, self._current.recipe, self._clock.now(), remote=True):
                if since := self._stood(lead.location):
                    self._work.doubt(lead, since)
            elif before and (before.status == "failed" or not before.stamp):
                # It may not keep the others from their turn.
                self._work.retry(lead, before.seen)
            else:
                articles.append(lead)
        self._work.first(articles)
        for lead in self._work.last(lists):
            self._alarms["limit"] = f"not all documents were followed: {lead.location} leads too far"

    def _retract(self, location: str) -> None:
        sighting = self.sightings.get(location)
        if sighting is not None and sighting.status != "vanished":
            self.retracted.append(sighting)

    def _hear(self, facts: IndexFacts) -> None:
        if self.facts is None:
            self.facts = facts
        elif self._reading is not None and _is_own(self._reading):
            self.facts = replace(facts, note=facts.note or self.facts.note)
        if facts.alarm and len(self._alarms) < MOST_NOTES:
            self._alarms[f"facts {facts.alarm}"] = facts.alarm

    def _known_bytes(self, document: RawDocument) -> bool:
        """Whether only the stamp is new: then the sighting gets it, and the document is not read again."""
        before = self.sightings.get(document.location) if document.digest and document.kind not in INDEXES else None
        if before is None or before.digest != document.digest or not self._stands(before, document.seen):
            return False
        if self._stood(document.location) and self._reading is not None:
            self._work.doubt(self._reading, document.seen + DOUBT)
        if before.stamp != document.stamp:
            self._aside.append(replace(before, stamp=document.stamp, seen=document.seen))
        return True

    def _reject(self, rejection: Rejection) -> None:
        self.tally.rejected(rejection)
        self._put_aside(rejection, "rejected")

    def _put_aside(self, rejection: Rejection, status: SightingStatus) -> None:
        before = self.sightings.get(rejection.location)
        self._aside.append(without_article(rejection, status, before, self._current, self._clock.now()))


def _is_own(lead: Lead) -> bool:
    """Whether it is the source's own document: what is at its address, or the one feed that a page there names."""
    return lead.kind in INDEXES and (not lead.depth or lead.kind == "feed")
