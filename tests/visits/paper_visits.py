"""A collector on paper, and a pass over what it gives."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from aggregator.codes import AlarmCode
from aggregator.errors import CollectError, RejectedError
from aggregator.model.alarm import Alarm
from aggregator.model.article import Further, IndexFacts, Prepared, Reading, Rejection, Sighting, SightingStatus
from aggregator.model.config import Source
from aggregator.model.document import DocumentKind, Lead, Pace, RawDocument
from aggregator.model.running import Learned, Listing, Memory, Outcome, SourceReport, Ticket, Visit
from aggregator.pipeline import trouble
from aggregator.visits.state import VisitState
from aggregator.visits.tally import report_of
from builders import a_prepared, a_sighting, an_article
from fakes import StoppedClock

Saying = Reading | Exception | None
"""What comes of a document: its reading; the error of fetching it; None: the collector says it is as before."""

PAGE: DocumentKind = "article-page"


def a_lead(location: str, kind: DocumentKind = PAGE, *, stamp: str = "", depth: int = 1, via: str = "top") -> Lead:
    return Lead("s", location, stamp, kind, f"https://s.example/{location}", depth=depth, via=via)


TOP = a_lead("top", "feed", depth=0)


def further(*locations: str, kind: DocumentKind = PAGE, stamp: str = "", depth: int = 1, via: str = "top") -> Further:
    return Further(tuple(a_lead(location, kind, stamp=stamp, depth=depth, via=via) for location in locations))


def an_article_at(location: str) -> Prepared:
    return a_prepared(an_article(location, source="s"))


def facts(location: str, note: str = "") -> IndexFacts:
    return IndexFacts(location, 1, Pace(), title=location, alarms=(Alarm(AlarmCode.SELECTOR, note),) if note else ())


@dataclass
class PaperCollector:
    """Gives what is written in ``says``, and an article for what is not; notes what it was asked for."""

    says: Mapping[str, tuple[Saying, ...]]
    listing: Listing = Listing((TOP,), complete=False)  # noqa: RUF009 - frozen
    clock: StoppedClock = field(default_factory=StoppedClock)
    takes: timedelta = timedelta(0)
    digest: str = "new"
    asked: list[str] = field(default_factory=list)
    known: dict[str, frozenset[str]] = field(default_factory=dict)
    """What the fetched documents were told of earlier entries."""

    def leads(self, memory: Memory) -> Listing:
        return self.listing

    def fetch(self, lead: Lead, now: datetime) -> RawDocument | None:
        self.asked.append(lead.location)
        self.clock.time += self.takes
        for saying in self.says.get(lead.location, ()):
            if isinstance(saying, Exception):
                raise saying
            if saying is None:
                return None
        return RawDocument("s", lead.location, lead.stamp, b"", self.digest, now, lead.kind, depth=lead.depth)

    def learned(self, complete: bool, again: Mapping[str, datetime]) -> Learned:
        return Learned()

    def close(self) -> None: ...

    def readings(self, document: RawDocument) -> Iterator[Reading]:
        """What a reader would make of it."""
        self.known[document.location] = document.known
        sayings = self.says.get(document.location, (an_article_at(document.location),))
        yield from (saying for saying in sayings if saying is not None and not isinstance(saying, Exception))


@dataclass
class Done:
    """A visit that came to its end, or broke off."""

    state: VisitState
    articles: list[str]
    without_article: list[Sighting]
    outcome: Outcome
    report: SourceReport


def a_state(collector: PaperCollector, *sightings: Sighting, kind: str = "feed", longest: int = 60) -> VisitState:
    source = Source("s", kind="files" if kind == "files" else "feed", url="https://s.example/top")
    begun = Visit(source, Ticket("s", 1), "recipe")
    before = {sighting.location: sighting for sighting in sightings}
    return VisitState(begun, lambda: before, timedelta(seconds=longest), collector.clock.now())


def step(collector: PaperCollector, state: VisitState) -> bool:
    """Takes one lead, fetches and reads what is there; whether there was one."""
    clock = collector.clock
    if (lead := state.take(clock.now())) is None:
        return False
    try:
        document = state.fetched(lead, collector.fetch(lead, clock.now()), clock.now())
    except RejectedError as error:
        rejection = Rejection(lead.location, error.code, str(error), error.line, lead.stamp, "")
        state.refused(lead, rejection, clock.now())
    except CollectError as error:
        rejection = Rejection(lead.location, error.code, str(error), None, "", "")
        state.missed(lead, rejection, trouble(error), clock.now())
    else:
        for reading in collector.readings(document) if document else ():
            state.sort(lead, reading, clock.now())
    return True


def done(collector: PaperCollector, state: VisitState, preferred: Callable[[Lead], bool] | None = None) -> Done:
    state.begin(collector.leads(Memory()), preferred, collector.clock.now())
    while step(collector, state):
        continue
    batch = state.end(Learned(), collector.clock.now())
    assert batch.outcome is not None
    outcome = batch.outcome
    report = report_of("s", outcome.tally, str(outcome.error or ""), outcome.alarms)
    articles = [document.article.location for document in batch.documents]
    return Done(state, articles, list(batch.without_article), outcome, report)


def seen(
    location: str, status: SightingStatus = "new", *, stamp: str = "1", digest: str = "old", recipe: str = "recipe"
) -> Sighting:
    return a_sighting(location, status, source="s", stamp=stamp, digest=digest, recipe=recipe)
