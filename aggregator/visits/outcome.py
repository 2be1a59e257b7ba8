"""The end of a visit: what is kept of it, when to come back, and the report. Pure."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from aggregator.codes import AlarmCode
from aggregator.model.alarm import Alarm
from aggregator.model.article import Sighting
from aggregator.model.running import Ending, Learned, NextVisit, Outcome, Overwritten, SourceReport, Tally, Visit
from aggregator.model.trouble import Trouble
from aggregator.visits.overwritten import withdrawn
from aggregator.visits.revisit import NextTime, next_memory, next_visit
from aggregator.visits.tally import barren, habits, report_of

NONE_OVERWRITTEN = Overwritten()


def ending(
    visit: Visit,
    outcome: Outcome,
    stored: Tally,
    now: datetime,
    next_time: NextTime,
    left: Overwritten = NONE_OVERWRITTEN,
) -> Ending:
    """How the visit ended. ``stored``: of all its documents that were stored; ``left``: of a source that retracts."""
    source, learned, tally = visit.source, outcome.learned, stored + outcome.tally
    held = Alarm(AlarmCode.HELD, learned.held) if learned.held else None
    leaving, most = withdrawn(visit, outcome, left)
    alarms = [alarm for alarm in (*outcome.alarms, barren(tally), most, held) if alarm is not None]
    report = report_of(source.name, tally, str(outcome.error or ""), alarms)
    if outcome.reread:
        return _read_again(visit, outcome, report, now)
    outcome = replace(outcome, fresh=report.new + report.changed)
    return Ending(
        visit.ticket,
        next_visit(source, visit.memory, outcome, now, next_time),
        next_memory(source, visit.memory, outcome, now),
        report,
        error=outcome.error,
        gone=tuple(vanish(sighting, now) for sighting in outcome.gone),
        hosts=learned.hosts,
        asked=learned.held_until is None,
        withdrawn=leaving,
        read=not source.remote or outcome.facts is not None or outcome.error is not None,
        remarks=(*(outcome.facts.remarks if outcome.facts else ()), *habits(tally)),
        site=outcome.facts.site if outcome.facts else None,
        cursor_before=visit.memory.cursor,
    )


def _read_again(visit: Visit, outcome: Outcome, report: SourceReport, now: datetime) -> Ending:
    """Nothing was asked, so all that is known of the address stays, and so does when to ask it."""
    left = NextVisit(now, "documents were left") if outcome.left else None
    return Ending(
        visit.ticket,
        left,
        visit.memory if left else replace(visit.memory, cursor=outcome.learned.cursor),
        report,
        error=outcome.error,
        gone=tuple(vanish(sighting, now) for sighting in outcome.gone),
        read=outcome.facts is not None or outcome.error is not None,
        remarks=outcome.facts.remarks if outcome.facts else (),
        site=outcome.facts.site if outcome.facts else None,
        reread=True,
        cursor_before=visit.memory.cursor,
    )


def vanish(sighting: Sighting, now: datetime) -> Sighting:
    """The same place, gone."""
    return replace(sighting, status="vanished", seen=now)


def failed(visit: Visit, error: Trouble) -> Outcome:
    """The end of a visit that broke off: nothing, and the reason. What was remembered stays."""
    return Outcome(Learned(visit.memory.cursor), error)
