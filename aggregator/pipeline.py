"""The flows: *visit* a source, *store* what visits bring, *reroute* after a change of rules, *publish* what changed.

Read this file first. Each line names the stage that does the work.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import closing
from datetime import datetime, timedelta
from itertools import islice
from uuid import UUID
from zoneinfo import ZoneInfo

from aggregator.base.cron import next_time
from aggregator.collect.address.kept import to_keep
from aggregator.errors import CollectError, RejectedError
from aggregator.feeds.choose import routing
from aggregator.identify.claims import Claims
from aggregator.identify.rungs import wanted_keys
from aggregator.identify.settle import Settler
from aggregator.model.article import Change, Rejection, Sighting
from aggregator.model.config import Configuration, Source
from aggregator.model.document import INDEXES, Lead, RawDocument
from aggregator.model.running import Batch, Ending, Outcome, Overwritten, Tally, Visit
from aggregator.model.trouble import Trouble
from aggregator.ports import Collector, Parts, Unit
from aggregator.site.outputs import outputs
from aggregator.site.pages.route import feed_keys
from aggregator.site.publish import Published, admit_waiting, publish_one, withdraw_stale
from aggregator.visits.late import Lateness
from aggregator.visits.outcome import ending
from aggregator.visits.overwritten import overwritten
from aggregator.visits.state import VisitState
from aggregator.visits.tally import tally_of

BATCH = 500
"""Documents in one transaction."""
GROUP = 128
"""Files read at once: enough to spare the waiting, few enough to be read again one by one."""
HEAVY = 2_000_000
"""Bytes that fill a group early."""
MOST_LOST = 1_000
"""Articles whose texts are compared because their places vanished; where more did, titles and dates must tell."""
REROUTE_BATCH = 200
LONGEST = timedelta(minutes=20)
"""One source of files may not keep the others waiting for longer; the rest has its turn at the next visit."""


def visit(
    begun: Visit, parts: Parts, most: int | None = None, preferred: Callable[[Lead], bool] | None = None
) -> Generator[Batch, None, None]:
    """Stages 1 to 3, and 5, of one source: what is new there, ready to be stored. Writes nothing.

    Takes leads, fetches and reads what is there, sorts what that says, and goes on with where it leads. The last
    batch ends the visit, also where the source as a whole failed. ``most``: documents of a batch, instead of BATCH;
    ``preferred``: which of those that are listed are read first. Raises CollectError where not even a visit can begin.
    """
    source, clock, most = begun.source, parts.clock, most or BATCH
    state = VisitState(begun, lambda: _sightings(begun, parts), longest(source, parts.configuration), clock.now())
    with closing(parts.collector(source)) as collector:
        try:
            state.begin(collector.leads(begun.memory), preferred, clock.now())
            while not state.is_over(clock.now()):
                fetched = _fetch(most, state, collector, parts)
                answers = iter(parts.reader.read([document for _, document in fetched], source) if fetched else ())
                for number, (lead, _) in enumerate(fetched):
                    if number and state.is_late(clock.now()):
                        state.put_back([lead for lead, _ in fetched[number:]])
                        break
                    for reading in next(answers):
                        state.sort(lead, reading, clock.now())
                        if state.gathered.is_full(most, clock.now()):
                            yield state.batch(clock.now())
                if state.gathered.is_full(most, clock.now()):
                    yield state.batch(clock.now())
        except CollectError as error:
            state.fail(trouble(error))
        learned = collector.learned(state.complete, state.again())
    yield state.end(learned, clock.now())


def _fetch(most: int, state: VisitState, collector: Collector, parts: Parts) -> list[tuple[Lead, RawDocument]]:
    """The next documents with their leads: article files in groups, all else one by one, for it comes slowly.

    Fewer, or none, where a batch is full of what need not be read.
    """
    group: list[tuple[Lead, RawDocument]] = []
    weight, clock = 0, parts.clock
    while len(group) < min(GROUP, most) and weight <= HEAVY and not state.gathered.is_full(most, clock.now()):
        if (lead := state.take(clock.now())) is None:
            break
        document = _fetch_one(lead, state, collector, parts)
        if document is not None:
            if _is_kept(document, state, parts):
                state.gathered.keep(to_keep(document))
            group.append((lead, document))
            weight += len(document.body)
            if lead.kind != "post":
                break
    return group


def _is_kept(document: RawDocument, state: VisitState, parts: Parts) -> bool:
    """Whether it is to be kept as it was fetched; article files are where they are.

    A page that is read again has another stamp by other rules.
    """
    new = state.reread is None or (document.kind not in INDEXES and bool(document.stamp))
    kept = new and document.kind != "post" and bool(document.body)
    return kept and not parts.configuration.storage.keep_fetched.nothing


def _fetch_one(lead: Lead, state: VisitState, collector: Collector, parts: Parts) -> RawDocument | None:
    now = parts.clock.now()
    try:
        return state.fetched(lead, collector.fetch(lead, now), parts.clock.now())
    except RejectedError as error:
        rejection = Rejection(lead.location, error.code, str(error), error.line, lead.stamp, "")
        state.refused(lead, rejection, parts.clock.now())
    except CollectError as error:
        rejection = Rejection(lead.location, error.code, str(error), None, "", "")
        state.missed(lead, rejection, trouble(error), parts.clock.now())
    return None


def trouble(error: CollectError) -> Trouble:
    """The error as a value."""
    return Trouble(error.code, "", str(error), error.hint)


def store(
    batches: Sequence[Batch], stored: Mapping[str, Tally], parts: Parts
) -> tuple[Mapping[str, Tally], list[Ending]]:
    """Stages 4 to 6 of what visits bring, in one transaction.

    ``stored``: by source, what was stored of these visits before. Answers the same after it, and the ends of the
    visits that are over. Raises StaleTicketError when another process has taken one of the sources over.
    """
    now = parts.clock.now()
    tallies, changes = dict(stored), list[Change]()
    with parts.store.write(*{batch.visit.ticket: None for batch in batches}) as unit:
        documents = [document for batch in batches for document in batch.documents]
        dated = unit.dated(now) if documents else now
        places = [(batch.visit.source.name, location) for batch in batches for location in batch.before]
        lost = dict.fromkeys(article for batch in batches for article in _lost(batch))
        settler = Settler(unit.known(wanted_keys(documents, places, lost)), Claims(parts.configuration.sources))
        for batch in batches:
            name = batch.visit.source.name
            recipe, present, zone = batch.visit.recipe, batch.present, ZoneInfo(batch.visit.source.timezone)
            tally = tallies.get(name, Tally())
            late = Lateness(batch.visit.memory.seen, tally, parts.configuration.feeds, dated)
            settled = settler.settle(
                batch.documents, batch.before, batch.vanished, recipe, dated, present, late.is_late, zone
            )
            tallies[name] = tally + tally_of(settled) + late.counted()
            changes += settled
            unit.note_overwritten(name, overwritten(batch, settled))
        unit.save(changes, dated, parts.router.rules)
        revised = {change.identity.id for change in changes if change.identity.kind == "revision"}
        unit.forget_texts(revised, parts.configuration.retention.revisions)
        unit.sight([sighting for batch in batches for sighting in batch.without_article])
        _route(changes, unit, parts, dated)
        endings = [
            _ending(batch.visit, batch.outcome, tallies[batch.visit.source.name], unit, now)
            for batch in batches
            if batch.outcome is not None
        ]
        fetched = [each for batch in batches for each in batch.fetched]
        if fetched or endings:
            unit.keep(fetched, parts.configuration.storage.keep_fetched, now)
        _finish(batches, endings, unit, now)
    return tallies, endings


def _lost(batch: Batch) -> Iterator[UUID]:
    """Articles whose places vanished, and that a document at a new place may go on with."""
    if len(batch.documents) > len(batch.before):
        articles = (sighting.article for sighting in batch.vanished if sighting.article)
        yield from islice(articles, MOST_LOST)


def _ending(begun: Visit, outcome: Outcome, stored: Tally, unit: Unit, now: datetime) -> Ending:
    retracts = begun.source.deletes == "retract"
    left = unit.overwritten(begun.source.name) if retracts else Overwritten()
    return ending(begun, outcome, stored, now, next_time, left)


def _finish(batches: Sequence[Batch], endings: Sequence[Ending], unit: Unit, now: datetime) -> None:
    retracting = {batch.visit.source.name for batch in batches if batch.visit.source.deletes == "retract"}
    for end in endings:
        unit.sight(end.gone)
        if end.gone and end.ticket.source in retracting:
            unit.withdraw(end.ticket.source, [sighting.location for sighting in end.gone], now)
        if end.withdrawn:
            unit.withdraw_articles(end.withdrawn, now)
        for host in end.hosts:
            unit.keep_host(host)
    unit.finish(endings, now)


def _route(changes: Sequence[Change], unit: Unit, parts: Parts, now: datetime) -> None:
    feeds, policy = unit.feed_versions(), parts.configuration.feeds
    routed = [
        routing(c.identity.id, c.prepared.verdicts, c.published or now, feeds, policy, now, c.late)
        for c in changes
        if c.identity.kind == "revision" or (c.identity.kind == "new" and c.prepared.verdicts)
    ]
    unit.route(routed, parts.router.rules, now)


def reroute(parts: Parts) -> int:
    """Stage 5 again, for a batch of articles whose topics other rules decided; answers how many there were."""
    with parts.store.write() as unit:
        now = unit.dated(parts.clock.now())
        stale = parts.archive.subjects(REROUTE_BATCH, parts.router.rules)
        feeds, policy = unit.feed_versions(), parts.configuration.feeds
        routed = [
            routing(id_, parts.router.classify(subject), published, feeds, policy, now, late)
            for id_, published, late, subject in stale
        ]
        unit.route(routed, parts.router.rules, now)
    return len(stale)


def publish(parts: Parts, unseen: bool = True) -> Mapping[str, Published]:
    """Stages 7 and 8: builds every feed that is behind, and the list of them; answers what became of each.

    Without ``unseen``, feeds that were never published with an entry wait: their first window takes all that
    there is, so it should not be taken while more of it is coming.
    """
    admit_waiting(feed_keys(parts.configuration), parts)
    withdraw_stale(parts.configuration, parts.publisher)
    feeds = parts.archive.feed_versions()
    seen = {key for key, version in feeds.items() if version.entered_once}
    wanted = (each for each in outputs(parts.configuration) if unseen or each.key in seen or not each.is_feed)
    return {output.name: publish_one(output, feeds, parts) for output in wanted}


def _sightings(begun: Visit, parts: Parts) -> Mapping[str, Sighting]:
    return parts.agenda.sightings(begun.source.name) if begun.memory.seen else {}


def longest(source: Source, configuration: Configuration) -> timedelta:
    """How long a visit may go on beginning something."""
    return configuration.schedule.longest if source.remote else LONGEST
