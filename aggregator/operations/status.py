"""How sources and topics stand."""

from __future__ import annotations

from aggregator.model.running import Counts
from aggregator.operations.reports import StatusReport, TopicState
from aggregator.ports import Parts
from aggregator.site.catalog import absolute, feed_path


def status(parts: Parts, database: str, running: bool) -> StatusReport:
    """Every configured source and topic, in configuration order; sources that only the store knows come last."""
    configuration = parts.configuration
    order = {source.name: number for number, source in enumerate(configuration.sources)}
    states = sorted(parts.agenda.states(), key=lambda state: (order.get(state.name, len(order)), state.name))
    counts, versions = parts.archive.topic_counts(), parts.archive.feed_versions()
    topics = tuple(
        TopicState(
            slug=topic.slug,
            title=topic.title,
            counts=counts.get(topic.slug, Counts(0, None)),
            feed=absolute(configuration.site.base_url, feed_path(topic.slug)),
            changed=versions[topic.slug].modified if topic.slug in versions else None,
        )
        for topic in configuration.topics
    )
    uncategorized = counts["none"].articles if "none" in counts else 0
    return StatusReport(tuple(states), topics, uncategorized, database, running, {})
