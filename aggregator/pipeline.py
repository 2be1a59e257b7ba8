"""The three flows: *ingest* a source, *reroute* after a change of rules, *publish* what changed.

Read this file first. Each line names the stage that does the work.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from aggregator.collect.finish import finish
from aggregator.collect.intake import Intake, batches
from aggregator.collect.plan import NOTHING, plan_pass
from aggregator.errors import CollectError
from aggregator.feeds.choose import routing
from aggregator.identify.settle import settle
from aggregator.model.running import Pass, SourceReport
from aggregator.ports import Parts
from aggregator.site.page_route import feed_keys
from aggregator.site.publish import OPML, Published, admit_waiting, publish_one, withdraw_stale

BATCH = 500
"""Articles in one transaction."""
REROUTE_BATCH = 200
Watch = Callable[[int, int], None]
"""Told how much is done, and of how much."""


def ingest(current: Pass, parts: Parts, watch: Watch) -> SourceReport:
    """Stages 1 to 6 for one source: what is new there becomes stored articles with their topics.

    Raises StaleTicketError when another process has taken the source over.
    """
    source, recipe = current.source, current.recipe
    memory = parts.agenda.memory(source.name)
    intake = Intake(source.name, memory, recipe, parts.clock)
    collector = parts.collector(source)
    try:
        listing = collector.leads(memory)
    except CollectError as error:
        return finish(current, intake, NOTHING, memory.cursor, parts, f"{error.code}: {error}")
    plan = plan_pass(listing, memory, recipe, parts.clock.now(), current.accept_losses)
    for batch in batches(parts.reader.read(intake.documents(collector, plan.unread), source), BATCH):
        with parts.store.write(current.ticket) as unit:
            now = parts.clock.now()
            prepared, aside = intake.sort(batch)
            changes = settle(prepared, memory.sightings, unit.known(prepared), plan.vanished, recipe, now)
            unit.save(changes, now, parts.router.rules)
            unit.sight(aside)
            feeds, policy = unit.feed_versions(), parts.configuration.feeds
            routed = [
                routing(c.identity.id, c.prepared.verdicts, c.published or now, feeds, policy, now)
                for c in changes
                if c.identity.kind == "revision" or (c.identity.kind == "new" and c.prepared.verdicts)
            ]
            unit.route(routed, parts.router.rules, now)
        intake.tally.changes(changes)
        watch(intake.tally.read, len(plan.unread))
    return finish(current, intake, plan, listing.cursor, parts)


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
