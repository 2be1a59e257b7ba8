"""The daemon's pulse: one scheduled job, once a second, that asks what is due and has it done."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol

import structlog
from apscheduler.schedulers.background import BackgroundScheduler

from aggregator.daemon.worker import Order
from aggregator.model.config import Configuration
from aggregator.operations.reports import CollectReport
from aggregator.ports import Agenda

LOG = structlog.get_logger()
AT_ONCE = 100
"""Sources in one pass."""
UPKEEP = timedelta(hours=1)
"""How often feeds are looked at although no source was due: waiting articles get their day."""
IDLE = timedelta(minutes=1)
"""After this long without work the worker is ended, to give its memory back."""
REJECTIONS_LOGGED = 20
"""Of one source in one pass."""
LONGEST_PAUSE = timedelta(minutes=5)


class Dispatch(Protocol):
    """Where orders are carried out."""

    def run(self, order: Order) -> CollectReport | None: ...

    def rest(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Pulse:
    """Where the daemon stands: the whole state of its schedule besides the store."""

    upkeep: datetime
    """When to publish although nothing was collected."""
    worked: datetime
    """End of the last pass."""
    pause_until: datetime
    failures: int = 0
    """Passes in a row that could not be done."""
    problems: tuple[str, ...] = ()


def first_pulse(now: datetime) -> Pulse:
    return Pulse(upkeep=now, worked=now, pause_until=now)


def tick(
    pulse: Pulse, now: Callable[[], datetime], configuration: Configuration, agenda: Agenda, dispatch: Dispatch
) -> Pulse:
    """Does what is due; returns when it is done. The next tick after a long pass sees all that was missed, once."""
    began = now()
    if began < pulse.worked:
        # The clock went back; instants from before it mean nothing any more.
        pulse = first_pulse(began)
    if began < pulse.pause_until:
        return pulse
    ours = {source.name for source in configuration.sources if source.enabled}
    due = tuple(name for name in agenda.due(began, AT_ONCE) if name in ours)
    if not due and began < pulse.upkeep:
        if began - pulse.worked > IDLE:
            dispatch.rest()
        return pulse
    report = dispatch.run(Order(configuration, due))
    ended = now()
    if report is None or report.stopped:
        problems = report.problems if report else ("the worker process ended",)
        pause = min(LONGEST_PAUSE, timedelta(seconds=2**pulse.failures))
        LOG.error("the pass could not be done", problems=problems, again_in=str(pause))
        return Pulse(pulse.upkeep, ended, ended + pause, min(pulse.failures + 1, 12), problems)
    for line in told(report):
        LOG.log(*line)
    return Pulse(upkeep=ended + UPKEEP, worked=ended, pause_until=ended, problems=(*report.problems, *report.left_out))


def told(report: CollectReport) -> Iterator[tuple[int, str]]:
    """What an operator should read of a pass, with the level: what failed, what was rejected, what is new."""
    for source in report.sources:
        if source.error:
            yield logging.ERROR, f"source {source.name}: {source.error}"
        if source.alarm:
            yield logging.WARNING, f"source {source.name}: {source.alarm}"
        for line in source.rejections[:REJECTIONS_LOGGED]:
            yield logging.WARNING, f"source {source.name}: {line}"
        if len(source.rejections) > REJECTIONS_LOGGED:
            more = len(source.rejections) - REJECTIONS_LOGGED
            yield logging.WARNING, f"source {source.name}: {more} more; `aggregator status` lists them"
        counts = {name: getattr(source, name) for name in ("new", "changed", "duplicate", "rejected", "failed")}
        if any(counts.values()):
            words = ", ".join(f"{number} {name}" for name, number in counts.items() if number)
            yield logging.INFO, f"source {source.name}: {words}"
    for line in (*report.problems, *report.left_out):
        yield logging.ERROR, line
    if report.rerouted:
        yield logging.INFO, f"{report.rerouted} articles routed by new rules"
    if report.feeds:
        yield logging.INFO, f"published: {', '.join(report.feeds)}"


class Schedule:
    """APScheduler with the one job. A pass that is under way keeps later ticks from starting."""

    def __init__(self, beat: Callable[[], None]) -> None:
        # Skipped ticks are meant while a pass runs; the scheduler would warn of each.
        logging.getLogger("apscheduler").setLevel(logging.ERROR)
        defaults = {"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
        self._scheduler = BackgroundScheduler(timezone=UTC, job_defaults=defaults)
        self._scheduler.add_job(beat, "interval", seconds=1, next_run_time=datetime.now(UTC))

    def start(self) -> None:
        self._scheduler.start()

    def stop(self) -> None:
        """No further tick starts; a pass under way is the dispatch's to end."""
        self._scheduler.shutdown(wait=False)
