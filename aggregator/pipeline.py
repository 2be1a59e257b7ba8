"""The three flows: *ingest* a source, *reroute* after a change of rules, *publish* what changed.

Read this file first. Each line names the stage that does the work.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from aggregator.collect.intake import Intake, batches, vanish
from aggregator.collect.plan import NOTHING, Plan, plan_pass
from aggregator.collect.revisit import next_visit
from aggregator.cron import next_time
from aggregator.errors import CollectError
from aggregator.feeds.choose import routing
from aggregator.identify.settle import settle
from aggregator.model.config import Source
from aggregator.model.running import SourceReport, Ticket
from aggregator.ports import Parts
from aggregator.site.page_route import feed_keys
from aggregator.site.publish import OPML, Published, admit_waiting, publish_one

BATCH = 500
"""Articles in one transaction."""
Watch = Callable[[int, int], None]
"""Told how much is done, and of how much."""


def ingest(source: Source, ticket: Ticket, recipe: str, parts: Parts, watch: Watch) -> SourceReport:
    """Stages 1 to 6 for one source: what is new there becomes stored articles with their topics.

    ``recipe`` is the digest of the rules that its documents are read by. Raises StaleTicketError.
    """
    memory = parts.agenda.memory(source.name)
    intake = Intake(source.name, memory, recipe, parts.clock)
    collector = parts.collector(source)
    try:
        listing = collector.leads(source, memory)
    except CollectError as error:
        return _finish(source, ticket, intake, NOTHING, memory.cursor, parts, f"{error.code}: {error}")
    plan = plan_pass(listing, memory, recipe)
    for batch in batches(parts.reader.read(intake.documents(collector, plan.unread), source), BATCH):
        with parts.store.write(ticket) as unit:
            now = parts.clock.now()
            prepared, aside = intake.sort(batch)
            changes = settle(prepared, memory.sightings, unit.known(prepared), plan.gone, recipe, now)
            unit.save(changes, now)
            unit.sight(aside)
            feeds, policy = unit.feed_versions(), parts.configuration.feeds
            routed = [
                routing(c.identity.id, c.prepared.verdicts, c.prepared.article.published or now, feeds, policy, now)
                for c in changes
                if c.identity.kind != "same"
            ]
            unit.route(routed, parts.router.rules, now)
        intake.tally.changes(changes)
        watch(intake.tally.read, len(plan.unread))
    return _finish(source, ticket, intake, plan, listing.cursor, parts)


def _finish(
    source: Source, ticket: Ticket, intake: Intake, plan: Plan, cursor: str, parts: Parts, error: str = ""
) -> SourceReport:
    now = parts.clock.now()
    intake.tally.finish(plan)
    report = intake.tally.report(error, plan.alarm)
    with parts.store.write(ticket) as unit:
        unit.sight([*intake.leftover(), *(vanish(sighting, now) for sighting in plan.vanished)])
        if source.deletes == "retract":
            unit.withdraw(source.name, [sighting.location for sighting in plan.vanished], now)
        unit.finish(ticket, next_visit(source, now, next_time), cursor, report, now)
    return report


def reroute(parts: Parts, watch: Watch) -> int:
    """Stage 5 again, for articles whose topics other rules decided. Resumable; answers how many there were."""
    done = 0
    while True:
        with parts.store.write() as unit:
            now = parts.clock.now()
            stale = parts.archive.subjects(BATCH, parts.router.rules)
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
    return {key: publish_one(key, parts) for key in (*keys, OPML)}
