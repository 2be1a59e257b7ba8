"""The end of a pass: what vanished, when to come back, and the report."""

from __future__ import annotations

from aggregator.collect.intake import Intake, vanish
from aggregator.collect.plan import Plan
from aggregator.collect.revisit import next_visit
from aggregator.cron import next_time
from aggregator.model.running import Pass, SourceReport
from aggregator.ports import Parts


def finish(current: Pass, intake: Intake, plan: Plan, cursor: str, parts: Parts, error: str = "") -> SourceReport:
    """Writes the last transaction of a pass. ``error``: why the source as a whole failed."""
    now = parts.clock.now()
    source = current.source
    intake.tally.finish(plan)
    report = intake.tally.report(error, "; ".join(filter(None, (plan.alarm, intake.alarm))))
    with parts.store.write(current.ticket) as unit:
        unit.sight([*intake.leftover(), *(vanish(sighting, now) for sighting in plan.vanished)])
        if source.deletes == "retract":
            unit.withdraw(source.name, [sighting.location for sighting in plan.vanished], now)
        unit.finish(current.ticket, next_visit(source, now, next_time), cursor, report, now)
    return report
