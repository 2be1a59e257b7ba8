"""The end of a pass: what vanished, when to come back, and the report."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from aggregator.collect.haul import Haul
from aggregator.collect.revisit import next_memory, next_visit
from aggregator.collect.tally import Tally
from aggregator.cron import next_time
from aggregator.model.article import Sighting
from aggregator.model.running import Ending, Learned, Look, SourceReport
from aggregator.ports import Unit


def finish(haul: Haul, learned: Learned, tally: Tally, unit: Unit, now: datetime) -> Ending:
    """Writes what vanished and what is known of hosts; says when to come back and what the pass did.

    ``tally``: of all its documents that were stored.
    """
    source, intake, past = haul.current.source, haul.intake, haul.current.memory
    gone = [] if haul.error else _gone(haul)
    unit.sight([vanish(sighting, now) for sighting in gone])
    if source.deletes == "retract" and gone:
        unit.withdraw(source.name, [sighting.location for sighting in gone], now)
    for host in learned.hosts:
        unit.keep_host(host)
    total = intake.tally + tally
    total.finish(intake.plan, len(gone))
    alarm = "; ".join(filter(None, (intake.plan.alarm, intake.alarm, learned.held)))
    report = total.report(haul.error, alarm)
    look = _look(haul, learned, report)
    memory = next_memory(source, past, look, learned.cursor, now)
    return Ending(haul.current.ticket, next_visit(source, past, look, now, next_time), memory, report)


def vanish(sighting: Sighting, now: datetime) -> Sighting:
    """The same place, gone."""
    return replace(sighting, status="vanished", seen=now)


def _gone(haul: Haul) -> Sequence[Sighting]:
    gone = (*haul.intake.plan.vanished, *haul.intake.retracted)
    return list({sighting.location: sighting for sighting in gone}.values())


def _look(haul: Haul, learned: Learned, report: SourceReport) -> Look:
    """What the pass told, for the revisit policy."""
    facts = haul.intake.facts
    return Look(
        fresh=report.new + report.changed,
        error=report.error,
        answer=learned.answer,
        pace=facts.pace if facts else None,
        left=haul.intake.left,
        held_until=learned.held_until,
        held=learned.held,
    )
