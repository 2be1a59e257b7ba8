"""The flows: *gather* what a source has, *store* it, *reroute* after a change of rules, *publish* what changed.

Read this file first. Each line names the stage that does the work.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from datetime import datetime

from aggregator.errors import CollectError
from aggregator.feeds.choose import routing
from aggregator.identify.rungs import wanted_keys
from aggregator.identify.settle import Settler
from aggregator.model.article import Change
from aggregator.model.running import Pass, SourceReport
from aggregator.ports import Parts, Unit
from aggregator.site.pages.route import feed_keys
from aggregator.site.publish import OPML, Published, admit_waiting, publish_one, withdraw_stale
from aggregator.visits.batch import batches
from aggregator.visits.finish import finish
from aggregator.visits.haul import Haul
from aggregator.visits.intake import LONGEST, Intake
from aggregator.visits.tally import Tally

BATCH = 500
"""Articles in one transaction."""
REROUTE_BATCH = 200
Watch = Callable[[int, int], None]
"""Told how much is done, and of how much."""


def gather(current: Pass, parts: Parts) -> Iterator[Haul]:
    """Stages 1 to 3, and 5, of one source: what is new there, ready to be stored. Writes nothing.

    The last haul ends the pass, also where the source as a whole failed.
    """
    source, error = current.source, ""
    longest = parts.configuration.schedule.longest if source.remote else LONGEST
    sightings = lambda: parts.agenda.sightings(source.name) if current.memory.seen else {}  # noqa: E731
    intake = Intake(current, sightings, parts.clock, longest)
    with closing(parts.collector(source)) as collector:
        try:
            intake.begin(collector)
            readings = parts.reader.read(intake.documents(collector), source)
            for batch in batches(intake.follow(readings), BATCH, parts.clock):
                yield Haul(current, intake, *intake.sort(batch))
        except CollectError as fault:
            error = fault.told
        learned = collector.learned(intake.complete and not error, intake.again())
        yield Haul(current, intake, (), intake.leftover(), learned, error)


def store(hauls: Sequence[Haul], parts: Parts) -> list[SourceReport]:
    """Stages 4 to 6 of what sources brought, in one transaction; the reports of the passes that end with it.

    Raises StaleTicketError when another process has taken one of the sources over.
    """
    now = parts.clock.now()
    tallies: dict[str, Tally] = {haul.current.source.name: haul.intake.stored for haul in hauls}
    with parts.store.write(*{haul.current.ticket: None for haul in hauls}) as unit:
        prepared = [document for haul in hauls for document in haul.prepared]
        places = [place for haul in hauls for place in haul.places]
        settler = Settler(unit.known(wanted_keys(prepared, places)))
        changes: list[Change] = []
        for haul in (haul for haul in hauls if haul.prepared):
            current, intake = haul.current, haul.intake
            settled = settler.settle(haul.prepared, intake.sightings, intake.plan.vanished, current.recipe, now)
            tallies[current.source.name] += Tally(current.source.name, settled)
            changes += settled
        unit.save(changes, now, parts.router.rules)
        unit.sight([sighting for haul in hauls for sighting in haul.aside])
        _route(changes, unit, parts, now)
        ended = [(haul, haul.learned, tallies[haul.current.source.name]) for haul in hauls]
        endings = [finish(haul, learned, tally, unit, now) for haul, learned, tally in ended if learned]
        unit.finish(endings, now)
    for haul in hauls:
        haul.intake.stored = tallies[haul.current.source.name]
    return [ending.report for ending in endings]


def _route(changes: Sequence[Change], unit: Unit, parts: Parts, now: datetime) -> None:
    feeds, policy = unit.feed_versions(), parts.configuration.feeds
    routed = [
        routing(c.identity.id, c.prepared.verdicts, c.published or now, feeds, policy, now)
        for c in changes
        if c.identity.kind == "revision" or (c.identity.kind == "new" and c.prepared.verdicts)
    ]
    unit.route(routed, parts.router.rules, now)


def reroute(parts: Parts, watch: Watch) -> int:
    """Stage 5 again, for articles whose topics other rules decided. Resumable; answers how many there were."""
    done = 0
    while True:
        with parts.store.write() as unit:
            now = parts.clock.now()
            stale = parts.archive.subjects(REROUTE_BATCH, parts.router.rules)
            feeds, policy = unit.feed_versions(), parts.configuration.feeds
            routed = [
                routing(id_, parts.router.classify(subject), published, feeds, policy, now)
                for id_, published, subject in stale
            ]
            unit.route(routed, parts.router.rules, now)
        done += len(stale)
        if not stale:
            return done
        watch(done, 0)


def publish(parts: Parts) -> Mapping[str, Published]:
    """Stages 7 and 8: builds every feed that is behind, and the list of them; answers what became of each."""
    keys = feed_keys(parts.configuration)
    admit_waiting(keys, parts)
    withdraw_stale(keys, parts.publisher)
    return {key: publish_one(key, parts) for key in (*keys, OPML)}
