"""How sources and topics stand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime, timedelta

from aggregator.codes import AlarmCode
from aggregator.errors import Fault
from aggregator.model.alarm import Alarm
from aggregator.model.config import Configuration, Source
from aggregator.model.running import Counts, SourceState
from aggregator.operations.refusals import refusals_of
from aggregator.operations.reports import Refusal, SourceStanding, SourceStatus, StatusReport, TopicState
from aggregator.ports import Archive, Parts
from aggregator.site.catalog import feed_path, public_address
from aggregator.visits.revisit import proposal

STRAY = timedelta(minutes=1)
"""A clock may be behind what is stored by so much without a word."""


@dataclass(frozen=True, slots=True)
class StatusRequest:
    """What is known of the set-up beside its parts."""

    database: str
    running: bool
    """Whether a daemon holds the data folder."""
    faults: tuple[Fault, ...] = ()
    """Of a configuration of which the parts have but what is good."""


def status(parts: Parts, request: StatusRequest) -> StatusReport:
    """Every configured source and topic, in configuration order; those that only the store knows come last."""
    configuration, now, faults = parts.configuration, parts.clock.now(), request.faults
    states = {state.name: state for state in parts.agenda.states()}
    configured = {source.name: source for source in configuration.sources}
    sources, refusals = [], []
    for name in (*configured, *(name for name in states if name not in configured)):
        # What was refused by a source that is gone is nothing to correct.
        known = name in configured or faults
        refused = list(refusals_of(parts.agenda.sightings(name))) if known else []
        standing = _standing(configured.get(name), states.get(name), bool(faults))
        sources.append(_source(states.get(name, SourceState(name)), standing, refused, configured.get(name), now))
        refusals += refused
    counts = parts.archive.topic_counts()
    dated = parts.archive.dated()
    return StatusReport(
        sources=tuple(sources),
        topics=_topics(parts, counts, bool(faults)),
        uncategorized=counts["none"].articles if "none" in counts else 0,
        database=request.database,
        running=request.running,
        refusals=tuple(refusals),
        faults=faults,
        ahead=dated - now if dated is not None and dated - now > STRAY else None,
    )


def _standing(source: Source | None, state: SourceState | None, faulty: bool) -> SourceStanding:
    if source is None:
        # With a faulty file nobody can tell what is configured.
        return "" if faulty else "no longer configured"
    if not source.enabled:
        return "disabled"
    return "" if state and state.last_run else "never collected"


def _source(
    state: SourceState, standing: SourceStanding, refused: list[Refusal], source: Source | None, now: datetime
) -> SourceStatus:
    values = {field.name: getattr(state, field.name) for field in fields(SourceState)}
    if standing in {"no longer configured", "disabled"}:
        values |= {"next_due": None, "reason": ""}
    values["alarms"] = alarms_of(state, source, now)
    rejected = sum(refusal.status == "rejected" for refusal in refused)
    return SourceStatus(
        **values,
        standing=standing,
        rejected=rejected,
        failed=len(refused) - rejected,
        proposal=(source and proposal(source.url, state.move, now)) or "",
    )


def alarms_of(state: SourceState, source: Source | None, now: datetime) -> tuple[Alarm, ...]:
    """What its last visit told, and its silence."""
    silent = silence(source, state, now) if source else None
    return (*state.alarms, silent) if silent else state.alarms


def silence(source: Source, state: SourceState, now: datetime) -> Alarm | None:
    """The alarm of a source that had nothing new for longer than its ``silent_after``; None if it had.

    A source that never had anything is not silent; its count of articles says so.
    """
    if source.silent_after is None or not source.enabled or state.last_run is None:
        return None
    if state.last_new is None or now - state.last_new <= source.silent_after:
        return None
    return Alarm(AlarmCode.SILENT, f"nothing new since {state.last_new:%Y-%m-%d}")


def _topics(parts: Parts, counts: Mapping[str, Counts], faulty: bool) -> tuple[TopicState, ...]:
    titles = _titles(parts.configuration)
    if faulty and not titles:
        titles = {slug: slug for slug in sorted(counts) if slug not in {"all", "none"}}
    return tuple(
        TopicState(
            slug=slug,
            title=title,
            counts=counts.get(slug, Counts(0, None)),
            feed=public_address(parts.configuration.site.base_url, feed_path(slug)),
            changed=_changed(slug, parts.archive),
        )
        for slug, title in titles.items()
    )


def _changed(slug: str, archive: Archive) -> datetime | None:
    version = archive.path_version(feed_path(slug))
    return version.modified if version else None


def _titles(configuration: Configuration) -> Mapping[str, str]:
    return {topic.slug: topic.title for topic in configuration.topics}
