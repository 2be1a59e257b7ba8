"""The end of a pass: what vanished, when to come back, and the report."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from aggregator.base.cron import next_time
from aggregator.model.article import Sighting
from aggregator.model.running import Ending, Learned, Look, SourceReport
from aggregator.ports import Unit
from aggregator.visits.haul import Haul
from aggregator.visits.revisit import next_memory, next_visit
from aggregator.visits.tally import Tally

FAULTS_KEPT = timedelta(days=7)
"""How long ``status`` names an entry that gave no article after it was last seen."""


def finish(haul: Haul, learned: Learned, tally: Tally, unit: Unit, now: datetime) -> Ending:
    """Writes what vanished and what is known of hosts; says when to come back and what the pass did.

    ``tally``: of all its documents that were stored.
    """
    source, intake, past = haul.current.source, haul.intake, haul.current.memory
    # What its publisher took back is certain, whatever else failed.
    gone = intake.retracted if haul.error else _gone(haul, now)
    unit.sight([vanish(sighting, now) for sighting in gone])
    if source.deletes == "retract" and gone:
        unit.withdraw(source.name, [sighting.location for sighting in gone], now)
    for host in learned.hosts:
        unit.keep_host(host)
    total = intake.tally + tally
    total.finish(intake.plan, len(gone))
    alarms = (intake.plan.alarm, intake.alarm, total.barren(), learned.held)
    report = total.report(haul.error, "; ".join(filter(None, alarms)))
    look = _look(haul, learned, report)
    memory = next_memory(source, past, look, learned.cursor, now)
    visit = next_visit(source, past, look, now, next_time)
    asked = learned.held_until is None
    read = not source.remote or intake.facts is not None or bool(report.error)
    return Ending(haul.current.ticket, visit, memory, report, asked, read)


def vanish(sighting: Sighting, now: datetime) -> Sighting:
    """The same place, gone."""
    return replace(sighting, status="vanished", seen=now)


def _gone(haul: Haul, now: datetime) -> Sequence[Sighting]:
    intake = haul.intake
    gone = [*intake.plan.vanished, *intake.retracted]
    if intake.facts is not None:
        # A feed never says that a faulty entry is gone; while it is there, its fault is told anew.
        gone += [s for s in intake.sightings.values() if _is_fault(s) and now - s.seen > FAULTS_KEPT]
    return list({sighting.location: sighting for sighting in gone}.values())


def _is_fault(sighting: Sighting) -> bool:
    return sighting.article is None and sighting.status in {"rejected", "failed"}


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
