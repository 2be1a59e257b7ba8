"""One pass: re-route what the rules changed, gather and store what sources have, publish what is behind."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from contextlib import closing

import structlog

from aggregator.errors import AggregatorError, CollectError, StaleTicketError, UsageError
from aggregator.model.config import Source
from aggregator.model.running import Learned, Pass, SourceReport
from aggregator.operations.parallel import by_host, gathered
from aggregator.operations.reports import CollectReport, Progress
from aggregator.pipeline import gather, publish, reroute, store
from aggregator.ports import Parts
from aggregator.prepare.stages import recipe_of
from aggregator.visits.haul import Haul
from aggregator.visits.intake import Intake

LOG = structlog.get_logger()
_TAKEN_OVER = "another process took this source over"


def collect(
    names: tuple[str, ...] | None, holder: str, parts: Parts, progress: Progress, accept_losses: bool = False
) -> CollectReport:
    """Collects the named sources, or all enabled ones (None): the hosts in parallel, those of one host in turn.

    The caller holds the data folder's pass lock, so a source that is still marked as taken was left
    by a process that died: it is taken over, and the dead ticket's number is void.
    Raises UsageError for a name that is not configured.
    """
    wanted = chosen(names, parts.configuration.sources)
    now = parts.clock.now()
    parts.agenda.sync(parts.configuration.sources, now)
    rerouted = reroute(parts, lambda done, total: progress("topics", done, total))
    tickets = {ticket.source: ticket for ticket in parts.agenda.take([s.name for s in wanted], holder, now, now)}
    memories = parts.agenda.memories(list(tickets))
    passes = {
        source.name: Pass(source, tickets[source.name], recipe_of(source), memories[source.name], accept_losses)
        for source in wanted
        if source.name in tickets
    }
    done: dict[str, SourceReport] = {}
    groups = by_host(current.source for current in passes.values())
    parallel = parts.configuration.schedule.parallel
    with closing(gathered(groups, lambda source: gathered_from(passes[source.name], parts), parallel)) as lists:
        for hauls in lists:
            done |= {report.name: report for report in stored(hauls, done, parts)}
            for haul in hauls:
                total = haul.intake.read if haul.learned else haul.intake.total
                progress(haul.current.source.name, haul.intake.read, total)
            progress("sources", len(done), len(passes))
    progress("feeds", 0, 0)
    published = publish(parts)
    return CollectReport(
        tuple(done[source.name] for source in wanted if source.name in done),
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


def gathered_from(current: Pass, parts: Parts) -> Iterator[Haul]:
    """What a source brings; whatever goes wrong there is its own trouble."""
    try:
        yield from gather(current, parts)
    except AggregatorError as error:
        yield _failed(current, error.told if isinstance(error, CollectError) else str(error), parts)
    except Exception as error:
        LOG.exception("source failed", source=current.source.name)
        yield _failed(current, f"{type(error).__name__}: {error}", parts)


def stored(hauls: Sequence[Haul], done: Collection[str], parts: Parts) -> list[SourceReport]:
    """Stores what sources brought, at once; where that fails, one by one, so that only the one at fault fails.

    What a source brings after it failed (it is ``done``) is left for the next pass. Where not even a failure
    can be stored, it is no source's trouble: raises what the store raises.
    """
    hauls = [haul for haul in hauls if haul.current.source.name not in done]
    try:
        return store(hauls, parts)
    except Exception as error:
        if len(hauls) > 1:
            reports: dict[str, SourceReport] = {}
            for haul in hauls:
                reports |= {report.name: report for report in stored([haul], {*done, *reports}, parts)}
            return list(reports.values())
        current = hauls[0].current
        if isinstance(error, StaleTicketError):
            return [SourceReport(current.source.name, error=_TAKEN_OVER)]
        if not isinstance(error, AggregatorError):
            LOG.exception("source failed", source=current.source.name)
        problem = str(error) if isinstance(error, AggregatorError) else f"{type(error).__name__}: {error}"
        return _failure_stored(current, problem, parts)


def _failure_stored(current: Pass, problem: str, parts: Parts) -> list[SourceReport]:
    try:
        return store([_failed(current, problem, parts)], parts)
    except StaleTicketError:
        return [SourceReport(current.source.name, error=_TAKEN_OVER)]


def _failed(current: Pass, problem: str, parts: Parts) -> Haul:
    """Nothing, and the reason."""
    intake = Intake(current, dict, parts.clock)
    return Haul(current, intake, (), (), Learned(current.memory.cursor), problem)
