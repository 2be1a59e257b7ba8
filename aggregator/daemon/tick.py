"""The daemon's pulse: one scheduled job, once a second, that asks what is due and hands it out."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from apscheduler.schedulers.background import BackgroundScheduler

from aggregator.daemon.dispatch import Dispatch
from aggregator.flow.flow import jobs_of
from aggregator.model.config import Configuration
from aggregator.ports import Agenda

AT_ONCE = 200
"""Sources that are handed out in one tick."""
UPKEEP = timedelta(hours=1)
"""How often feeds are looked at although no source was due: waiting articles get their day."""


@dataclass(frozen=True, slots=True)
class Pulse:
    """Where the daemon stands: the whole state of its schedule besides the store."""

    ticked: datetime
    upkeep: datetime
    """When to publish although nothing was collected."""


def first_pulse(now: datetime) -> Pulse:
    return Pulse(ticked=now, upkeep=now)


def tick(pulse: Pulse, now: datetime, configuration: Configuration, agenda: Agenda, dispatch: Dispatch) -> Pulse:
    """Hands out what is due, and waits for nothing. What was missed while nobody ticked is due once."""
    if now < pulse.ticked:
        # The clock went back; instants from before it mean nothing any more.
        pulse = first_pulse(now)
    ours = {source.name: source for source in configuration.sources if source.enabled}
    jobs = jobs_of(ours[name] for name in agenda.due(now, AT_ONCE) if name in ours)
    upkeep = pulse.upkeep
    if jobs:
        dispatch.enqueue(configuration, jobs)
    elif now >= upkeep and dispatch.enqueue(configuration, ()):
        upkeep = now + UPKEEP
    return Pulse(now, upkeep)


class Ticker:
    """APScheduler with the one job."""

    def __init__(self, beat: Callable[[], None]) -> None:
        # A tick that starts a worker takes longer than a second; the scheduler would warn of the next one.
        logging.getLogger("apscheduler").setLevel(logging.ERROR)
        defaults = {"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
        self._scheduler = BackgroundScheduler(timezone=UTC, job_defaults=defaults)
        self._scheduler.add_job(beat, "interval", seconds=1, next_run_time=datetime.now(UTC))

    def start(self) -> None:
        self._scheduler.start()

    def stop(self) -> None:
        """No further tick starts."""
        self._scheduler.shutdown(wait=False)
