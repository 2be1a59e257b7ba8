"""One pass: re-route what the rules changed, ingest sources, publish what is behind."""

from __future__ import annotations

import structlog

from aggregator.collect.revisit import next_visit
from aggregator.cron import next_time
from aggregator.errors import AggregatorError, StaleTicketError, UsageError
from aggregator.model.config import Source
from aggregator.model.running import Pass, SourceReport
from aggregator.operations.reports import CollectReport, Progress
from aggregator.pipeline import ingest, publish, reroute
from aggregator.ports import Parts
from aggregator.prepare import recipe_of

LOG = structlog.get_logger()


def collect(
    names: tuple[str, ...] | None, holder: str, parts: Parts, progress: Progress, accept_losses: bool = False
) -> CollectReport:
    """Collects the named sources, or all enabled ones (None), one after the other.

    The caller holds the data folder's pass lock, so a source that is still marked as taken was left
    by a process that died: it is taken over, and the dead ticket's number is void.
    Raises UsageError for a name that is not configured.
    """
    wanted = chosen(names, parts.configuration.sources)
    now = parts.clock.now()
    parts.agenda.sync(parts.configuration.sources, now)
    rerouted = reroute(parts, lambda done, total: progress("topics", done, total))
    tickets = parts.agenda.take([source.name for source in wanted], holder, now, now)
    by_name = {source.name: source for source in wanted}
    passes = [Pass(by_name[t.source], t, recipe_of(by_name[t.source]), accept_losses) for t in tickets]
    reports = tuple(_one(current, parts, progress) for current in passes)
    progress("feeds", 0, 0)
    published = publish(parts)
    return CollectReport(
        reports,
        rerouted,
        feeds=tuple(key for key, outcome in published.items() if outcome.changed),
        left_out=tuple(line for outcome in published.values() for line in outcome.left_out),
        problems=tuple(outcome.problem for outcome in published.values() if outcome.problem),
    )


def chosen(names: tuple[str, ...] | None, sources: tuple[Source, ...]) -> list[Source]:
    """The enabled sources, or those named, which may be disabled ones. Raises UsageError."""
    if names is None:
        return [source for source in sources if source.enabled]
    known = {source.name: source for source in sources}
    for name in names:
        if name not in known:
            raise UsageError(f"there is no source called {name!r}", f"sources: {', '.join(known) or 'none'}")
    return [known[name] for name in dict.fromkeys(names)]


def _one(current: Pass, parts: Parts, progress: Progress) -> SourceReport:
    """Ingests one source; whatever goes wrong there is its own trouble and is recorded."""
    name = current.source.name
    try:
        return ingest(current, parts, lambda done, total: progress(name, done, total))
    except StaleTicketError:
        return SourceReport(name, error="another process took this source over")
    except AggregatorError as error:
        problem = str(error)
    except Exception as error:
        LOG.exception("source failed", source=name)
        problem = f"{type(error).__name__}: {error}"
    report = SourceReport(name, error=problem)
    now = parts.clock.now()
    with parts.store.write(current.ticket) as unit:
        visit = next_visit(current.source, now, next_time)
        unit.finish(current.ticket, visit, parts.agenda.memory(name).cursor, report, now)
    return report
