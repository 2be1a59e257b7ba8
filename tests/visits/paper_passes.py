"""A collector on paper, and a pass over what it gives."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from aggregator.errors import CollectError
from aggregator.model.article import Further, IndexFacts, Prepared, Reading, Rejection, Sighting, SightingStatus
from aggregator.model.config import Source
from aggregator.model.document import DocumentKind, Lead, Pace, RawDocument
from aggregator.model.running import Learned, Listing, Memory, Pass, SourceReport, Ticket
from aggregator.visits.intake import Intake
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
    return IndexFacts(location, 1, Pace(), title=location, alarm=note)


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

    def readings(self, documents: Iterable[RawDocument]) -> Iterator[Reading]:
        """What a reader would make of them, one by one."""
        for document in documents:
            self.known[document.location] = document.known
            sayings = self.says.get(document.location, (an_article_at(document.location),))
            yield from (saying for saying in sayings if saying is not None and not isinstance(saying, Exception))


@dataclass
class Done:
    """A pass that came to its end, or broke off."""

    intake: Intake
    articles: list[str]
    aside: list[Sighting]
    report: SourceReport
    error: CollectError | None = None


def an_intake(collector: PaperCollector, *sightings: Sighting, kind: str = "feed", longest: int = 60) -> Intake:
    source = Source("s", kind="files" if kind == "files" else "feed", url="https://s.example/top")
    current = Pass(source, Ticket("s", 1), "recipe")
    before = {sighting.location: sighting for sighting in sightings}
    return Intake(current, lambda: before, collector.clock, timedelta(seconds=longest))


def done(collector: PaperCollector, intake: Intake) -> Done:
    articles: list[str] = []
    error = None
    try:
        intake.begin(collector)
        for reading in intake.follow(collector.readings(intake.documents(collector))):
            prepared, _ = intake.sort([reading]) if isinstance(reading, Rejection) else ([reading], ())
            articles += [document.article.location for document in prepared]
    except CollectError as fault:
        error = fault
    return Done(intake, articles, list(intake.leftover()), intake.tally.report(alarm=intake.alarm), error)


def seen(
    location: str, status: SightingStatus = "new", *, stamp: str = "1", digest: str = "old", recipe: str = "recipe"
) -> Sighting:
    return a_sighting(location, status, source="s", stamp=stamp, digest=digest, recipe=recipe)
