"""The state of one visit to one source: what is still to be read, what came of the rest. Pure: time is passed in."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cached_property

from aggregator.codes import AlarmCode, Code
from aggregator.model.alarm import Alarm
from aggregator.model.article import (
    UNCERTAIN,
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
from aggregator.model.running import Batch, Learned, Listing, Outcome, Reread, Visit, live
from aggregator.model.trouble import Trouble
from aggregator.visits.gathering import Gathering
from aggregator.visits.late import UnreadableDates
from aggregator.visits.plan import (
    RECHECK_AFTER,
    Plan,
    is_current,
    is_in_step,
    is_outdated,
    is_unchanged,
    plan_visit,
    recheck_at,
    without_article,
)
from aggregator.visits.tally import Counting
from aggregator.visits.worklist import ALWAYS, WorkList

MOST_FAULTS = 3
"""Documents in a row that cannot be had: then the visit ends; it failed if nothing else was had, or is known."""
MOST_NOTES = 5
"""Different ones that such documents may bring; the rest would only hide what else there is to say."""
FAULTS_KEPT = timedelta(days=7)
"""How long ``status`` names an entry that gave no article after it was last seen."""


class VisitState:
    """Takes leads, and sorts what comes of them.

    One work list serves all kinds: a document may point to further ones, which join it. What is gathered is
    handed over in batches; the last one says how the visit ended.
    """

    def __init__(
        self, visit: Visit, sightings: Callable[[], Mapping[str, Sighting]], longest: timedelta, now: datetime
    ) -> None:
        """``sightings``: asked for once they are needed, which an unchanged feed does not do."""
        self._visit = visit
        self._load = sightings
        self._longest = longest
        self._begun = now
        self._plan = Plan((), 0, ())
        self._work = WorkList()
        self.reread: Reread | None = None
        """Where all is read again from what is kept."""
        self._counts = Counting()
        self.facts: IndexFacts | None = None
        """Of the source's own document."""
        self._error: Trouble | None = None
        self._alarms: dict[str, Alarm] = {}
        self._dates = UnreadableDates()
        self._retracted: list[Sighting] = []
        self._present: set[str] | None = None
        """Places that feeds or lists name in this visit."""
        self._faults = 0
        self._sound = False
        """Whether anything could be had, or is known and still there."""
        self._late = self._progress = False
        self._guesses: tuple[str, ...] = ()
        """Where a feed was looked for that nobody named."""
        self.gathered = Gathering(now)

    @cached_property
    def sightings(self) -> Mapping[str, Sighting]:
        """The source's places as they were before the visit."""
        return self._load()

    def begin(self, listing: Listing, preferred: Callable[[Lead], bool] | None, now: datetime) -> None:
        """Plans the visit by what the source lists; what is preferred is read first."""
        self.reread = listing.reread
        if any(lead.kind in INDEXES for lead in listing.leads):
            self._present = set()
        if listing.complete or any(lead.kind not in INDEXES for lead in listing.leads):
            self._plan = plan_visit(listing, self.sightings, self._visit.recipe, now, self._visit.accept_losses)
        else:
            self._plan = Plan(listing.leads, 0, (), troubles=listing.troubles)
        self._work = WorkList(self._plan.unread, listing.asked)
        if preferred is not None:
            self._work.prefer(preferred)

    def is_over(self, now: datetime) -> bool:
        """Whether nothing more is to be fetched."""
        return bool(self._error) or not len(self._work) or self._is_stopped(now)

    def is_late(self, now: datetime) -> bool:
        """Whether its time is over: what was taken and not read yet is put back.

        A clock that was set far, ahead or back, ends it too: the next one goes on at once.
        """
        return abs(now - self._begun) > self._longest

    def put_back(self, leads: Sequence[Lead]) -> None:
        """Taken, and not read."""
        self._work.first(leads)

    def take(self, now: datetime) -> Lead | None:
        """The next lead; None once the visit is over."""
        return None if self.is_over(now) else self._work.take()

    def fetched(self, lead: Lead, document: RawDocument | None, now: datetime) -> RawDocument | None:
        """The document as it is to be read; None if only its stamp is new, or the collector has nothing new of it."""
        self._faults = 0
        if document is None and lead.guess:
            self._found(lead)
        if document is None:
            if self.reread and lead.kind not in INDEXES:
                self._counts.count("unchanged")
            return None
        if document.missing:
            self._work.want(lead, now + RECHECK_AFTER if document.stamp else ALWAYS)
        if document.kind in INDEXES:
            return replace(document, known=self._known(now))
        if self.reread is not None:
            return self._read_again(lead, document, self.reread)
        if self._has_known_bytes(lead, document, now):
            return None
        # By its feed's digest again, in want of its page, an article is got no further.
        if document.digest or document.location not in self.sightings:
            self._progress = True
        return document

    def refused(self, lead: Lead, rejection: Rejection, now: datetime) -> None:
        """A document that is not to be had, nor will be soon."""
        if lead.guess:
            self._wrong(lead)
            return
        self._progress = True
        self._work.want(lead, now + RECHECK_AFTER)
        self._reject(rejection, now)

    def missed(self, lead: Lead, rejection: Rejection, error: Trouble, now: datetime) -> None:
        """A document that could not be had now. Several in a row are the host's trouble, not theirs.

        The source's own document is the source: then the visit is over.
        """
        if lead.guess and rejection.code is not Code.BUSY and not self._work.knows(lead):
            self._wrong(lead)
            return
        if _is_own(lead):
            self._error = error
            return
        self._counts.failed(lead.location, rejection.message)
        self._note_place(rejection, "failed", now)
        self._work.want(lead, ALWAYS)
        self._faults += 1
        if self._visit.source.remote and (
            rejection.code is Code.BUSY or (self._faults >= MOST_FAULTS and not self._sound)
        ):
            self._error = error

    def fail(self, error: Trouble) -> None:
        """The source as a whole could not be read."""
        self._error = error

    def sort(self, lead: Lead, reading: Reading, now: datetime) -> None:
        """Takes in what came of the lead's document."""
        match reading:
            case Prepared():
                self._sound = True
                self._name(reading.article.location)
                self._dates.note(reading)
                self.gathered.add(reading)
            case Rejection():
                self._recheck(lead, reading, now)
            case Unread(location):
                if since := self._is_as_before(location):
                    self._work.read_again(lead.location, since)
            case Further(leads):
                self._enqueue(leads, now)
            case Retracted(location):
                self._retract(location)
            case IndexFacts():
                if lead.guess:
                    self._found(lead)
                self._hear(lead, reading)

    def batch(self, now: datetime, outcome: Outcome | None = None) -> Batch:
        """What was gathered since this was last asked for."""
        gathered = self.gathered
        places = [document.article.location for document in gathered.documents]
        batch = Batch(
            self._visit,
            tuple(gathered.documents),
            tuple(gathered.without_article),
            {location: self.sightings[location] for location in places if location in self.sightings},
            self._plan.vanished if places else (),
            present=None if self._present is None or not places else frozenset(self._present),
            read=self.read,
            known=self.read + len(self._work),
            facts=self.facts,
            fetched=tuple(gathered.fetched),
            outcome=outcome,
        )
        gathered.clear(now)
        return batch

    def end(self, learned: Learned, now: datetime) -> Batch:
        """The last batch."""
        gone = self._gone(now)
        self._counts.count("unchanged", self._plan.unchanged)
        self._counts.count("vanished", len(gone))
        for trouble in self._plan.troubles:
            self._counts.failed(trouble.part, trouble.detail)
        return self.batch(
            now,
            Outcome(
                learned,
                self._error,
                self._counts.tally(),
                tuple(filter(None, (self._plan.alarm, *self._alarms.values(), self._bad_dates(gone)))),
                gone,
                self.facts,
                self.left,
                self.reread is not None,
            ),
        )

    @property
    def read(self) -> int:
        """Documents dealt with."""
        return self._counts.read + self.gathered.total

    @property
    def left(self) -> int:
        """Documents that there was no time for; none where no time would do: "again at once" would be a loop."""
        return self._work.waiting if self._late and self._progress else 0

    @property
    def complete(self) -> bool:
        """Whether all that documents point to had its turn."""
        return not self._error and not len(self._work) and not self._work.crowded

    def again(self) -> Mapping[str, datetime]:
        """Documents of many articles that are to be read again, from when on, because of what they point to."""
        return self._work.again()

    def _is_stopped(self, now: datetime) -> bool:
        if self.is_late(now):
            self._late = True
            why = f"stopped after {self._longest}"
        elif self._visit.source.remote and self._faults >= MOST_FAULTS:
            why = f"stopped after {self._faults} faults in a row"
        else:
            return False
        if self._late or self._work.waiting:
            detail = f"{why}: {self._work.waiting} documents are left for the next pass"
            self._alarms["stopped"] = Alarm(AlarmCode.STOPPED, detail)
        return True

    def _is_current(self, sighting: Sighting, now: datetime) -> bool:
        return is_current(sighting, self._visit.recipe, now, self._visit.source.remote)

    def _known(self, now: datetime) -> frozenset[str]:
        """Digests of entries that need not be read again."""
        return frozenset(s.digest for s in self.sightings.values() if s.digest and self._is_current(s, now))

    def _recheck(self, lead: Lead, rejection: Rejection, now: datetime) -> None:
        """Sees to it that what gave no article is heard of again."""
        if not self._visit.source.remote or rejection.location != lead.location:
            if self._visit.source.remote and rejection.code in UNCERTAIN:
                self._work.read_again(lead.location, now + RECHECK_AFTER)
        elif lead.guess and not self._work.knows(lead):
            self._wrong(lead)
            return
        elif lead.kind in INDEXES:
            # A notice of maintenance, perhaps: what the document is when it is none has not been read.
            self._work.read_again(lead.location, ALWAYS)
            if _is_own(lead):
                self._error = Trouble(rejection.code, "", rejection.message)
                return
        else:
            self._work.want(lead, now + RECHECK_AFTER)
        self._reject(rejection, now)

    def _name(self, location: str) -> None:
        """A feed or list names the place."""
        if self._present is not None:
            self._present.add(location)

    def _is_as_before(self, location: str) -> datetime | None:
        """Counts what is as it was; answers from when on it is to be looked at again, if it is uncertain."""
        self._name(location)
        self._counts.count("unchanged")
        before = self.sightings.get(location)
        self._sound = self._sound or before is None or before.status != "rejected"
        return recheck_at(before, self._visit.source.remote) if before is not None else None

    def _enqueue(self, leads: Iterable[Lead], now: datetime) -> None:
        """Articles come before further lists, so that a list is done with before the next one is asked for."""
        articles, lists, guesses = list[Lead](), list[Lead](), list[Lead]()
        for lead in filter(self._work.note, leads):
            if lead.kind in INDEXES:
                (guesses if lead.guess else lists).append(lead)
                continue
            self._name(lead.location)
            before = self.sightings.get(lead.location)
            if is_unchanged(before, lead, self._visit.recipe, now, remote=True):
                if since := self._is_as_before(lead.location):
                    self._work.want(lead, since)
            elif before and (before.status == "failed" or not before.stamp):
                # It may not keep the others from their turn.
                self._work.retry(lead, before.seen)
            else:
                articles.append(lead)
        self._work.first(articles)
        self._guess(guesses)
        for lead in self._work.last(lists):
            detail = f"not all documents were followed: {lead.location} leads too far"
            self._alarms["limit"] = Alarm(AlarmCode.NOT_FOLLOWED, detail)

    def _guess(self, leads: Sequence[Lead]) -> None:
        """Nobody guesses where the address was a feed before: its notice of maintenance leads to no other feed."""
        self._guesses = tuple(lead.url for lead in leads)
        if leads and self.sightings and not any(map(self._work.knows, leads)):
            self._error = Trouble(Code.NOT_A_FEED, "", f"{leads[0].via} is an HTML page, and it names no feed")
        else:
            self._work.guess(leads)

    def _found(self, lead: Lead) -> None:
        self._work.drop_guesses()
        if self.facts is not None and not self.facts.feeds:
            note = f"{self.facts.note}; one was found at {lead.url}"
            self.facts = replace(self.facts, note=note, feeds=(lead.url,))

    def _wrong(self, lead: Lead) -> None:
        """There is no feed, as there need not be; an error only where it was the last place to try."""
        if not self._work.guesses:
            tried = ", ".join(self._guesses)
            message = f"{lead.via} is an HTML page that names no feed, and there is none at {tried}"
            self._error = Trouble(Code.NOT_A_FEED, "", message)

    def _retract(self, location: str) -> None:
        sighting = self.sightings.get(location)
        if sighting is not None and sighting.status != "vanished":
            self._retracted.append(sighting)

    def _hear(self, lead: Lead, facts: IndexFacts) -> None:
        if self.facts is None:
            self.facts = facts
        elif _is_own(lead):
            before = self.facts
            self.facts = replace(facts, note=facts.note or before.note, feeds=facts.feeds or before.feeds)
        for alarm in facts.alarms:
            if len(self._alarms) < MOST_NOTES:
                self._alarms[f"facts {alarm}"] = alarm

    def _read_again(self, lead: Lead, document: RawDocument, trusted: Reread) -> RawDocument | None:
        """A page as it was kept, unless something newer was read since; asked for again if it may be newer now."""
        before = self.sightings.get(lead.location)
        if is_outdated(before, document):
            self._work.want(lead, ALWAYS)
            self._counts.count("unchanged")
            return None
        self._progress = True
        if is_in_step(before, lead, document, trusted):
            return replace(document, stamp=lead.stamp)
        self._work.want(lead, ALWAYS)
        return replace(document, stamp="", digest="")

    def _has_known_bytes(self, lead: Lead, document: RawDocument, now: datetime) -> bool:
        """Whether only the stamp is new: then the sighting gets it, and the document is not read again."""
        before = self.sightings.get(document.location) if document.digest else None
        if before is None or before.digest != document.digest or not self._is_current(before, now):
            return False
        if self._is_as_before(document.location):
            self._work.want(lead, now + RECHECK_AFTER)
        if before.stamp != document.stamp:
            self.gathered.without_article.append(replace(before, stamp=document.stamp, seen=now))
        return True

    def _reject(self, rejection: Rejection, now: datetime) -> None:
        self._counts.rejected(rejection)
        self._note_place(rejection, "rejected", now)

    def _note_place(self, rejection: Rejection, status: SightingStatus, now: datetime) -> None:
        before = self.sightings.get(rejection.location)
        self.gathered.without_article.append(without_article(rejection, status, before, self._visit, now))

    def _bad_dates(self, gone: Iterable[Sighting]) -> Alarm | None:
        """Of the places that are listed, or that a feed or list names: those whose dates cannot be read."""
        if self._present is None:
            there: Iterable[Sighting] = live(self.sightings)
        else:
            there = (self.sightings[location] for location in self._present if location in self.sightings)
        return self._dates.alarm(there, {sighting.location for sighting in gone})

    def _gone(self, now: datetime) -> tuple[Sighting, ...]:
        """What is no longer there. What its publisher took back is certain, whatever else failed."""
        gone = list(self._retracted)
        if not self._error:
            gone = [*self._plan.vanished, *gone]
            if self.facts is not None and not self.reread:
                # A feed never says that a faulty entry is gone; while it is there, its fault is told anew.
                gone += [s for s in self.sightings.values() if _is_fault(s) and now - s.seen > FAULTS_KEPT]
        return tuple({sighting.location: sighting for sighting in gone}.values())


def _is_fault(sighting: Sighting) -> bool:
    return sighting.article is None and sighting.status in {"rejected", "failed"}


def _is_own(lead: Lead) -> bool:
    """Whether it is the source's own document: what is at its address, or the one feed that a page there names."""
    return lead.kind in INDEXES and (not lead.depth or lead.kind == "feed")
