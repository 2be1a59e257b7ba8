"""Builds the feeds that are behind, and touches nothing that is equal.

The order makes a sudden death harmless: first the store notes the bytes to come with the instant of
their change, then the file is replaced, then the feed is marked as built. Dying between two of these
means building the same bytes again.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import structlog

from aggregator.feeds.assemble import assemble, recipe
from aggregator.feeds.choose import allowance
from aggregator.model.config import Configuration
from aggregator.model.reading import FeedVersion, Query, Rendering
from aggregator.ports import Archive, Parts, Publisher
from aggregator.site.catalog import feed_path, opml_path
from aggregator.site.render import render_feed, render_opml

LOG = structlog.get_logger()
DAY = timedelta(days=1)
FEEDS = "/feeds/"
OPML = "feeds.opml"
"""The list of feeds keeps its version beside theirs; no topic's slug can hold a dot."""


def admit_waiting(keys: Iterable[str], parts: Parts) -> None:
    """Lets waiting articles into their feeds, as many as the day has room for."""
    waiting = parts.archive.waiting()
    for key in keys:
        if waiting.get(key):
            with parts.store.write() as unit:
                now = parts.clock.now()
                room = allowance(parts.configuration.feeds, unit.admitted_late(key, now - DAY))
                if room:
                    unit.admit(key, room, now)


def withdraw_stale(keys: Iterable[str], publisher: Publisher) -> None:
    """Takes feeds off the site that are not published any more: their topic is gone from the configuration."""
    current = {path_of(key) for key in keys}
    for path in tuple(publisher.paths()):
        if path.startswith(FEEDS) and path not in current:
            publisher.withdraw(path)


@dataclass(frozen=True, slots=True)
class Published:
    """What became of one feed."""

    changed: bool
    left_out: tuple[str, ...] = ()
    """Entries that could not be rendered, a line each; the feed is published without them."""
    problem: str = ""
    """Why the feed could not be published."""


def publish_one(key: str, parts: Parts) -> Published:
    """Builds a feed, or the list of feeds, if it is behind. What goes wrong with it stops no other one."""
    try:
        return _publish(key, parts)
    except Exception as error:
        LOG.exception("feed not published", feed=key)
        return Published(changed=False, problem=f"feed {key}: {type(error).__name__}: {error}")


def _publish(key: str, parts: Parts) -> Published:
    version = version_of(key, parts)
    wanted_recipe = recipe(key, parts.configuration)
    current = version.built >= version.wanted and version.recipe == wanted_recipe
    if current and parts.publisher.holds(path_of(key), version.etag):
        return Published(changed=False)
    rendering, entries = render(key, version, parts.configuration, parts.archive)
    changed = rendering.etag != version.etag
    if changed:
        rendering = replace(rendering, modified=_next_instant(version, parts))
    with parts.store.write() as unit:
        unit.record_feed(key, wanted_recipe, rendering.etag, rendering.modified, entries)
    parts.publisher.put([rendering])
    with parts.store.write() as unit:
        unit.built(key, version.wanted, wanted_recipe)
    return Published(changed, tuple(f"{key}: article {left.id}: {left.reason}" for left in rendering.left_out))


def render(key: str, version: FeedVersion, configuration: Configuration, archive: Archive) -> tuple[Rendering, int]:
    """The bytes by what the store holds now, and how many entries they show."""
    modified = version.modified or version.created
    if key == OPML:
        return render_opml(configuration, modified), 0
    entries = archive.entries(Query(feed=key, limit=configuration.feeds.entries))
    feed = assemble(key, configuration, entries, version, archive.installation())
    return render_feed(feed, modified), len(feed.entries)


def version_of(key: str, parts: Parts) -> FeedVersion:
    """Where a feed stands; one that was never built is behind."""
    known = parts.archive.feed_versions().get(key)
    if known is not None:
        return known
    created = parts.clock.now().replace(microsecond=0)
    return FeedVersion(key, 0, -1, "", "", None, created, entered_once=False)


def path_of(key: str) -> str:
    return opml_path() if key == OPML else feed_path(key)


def _next_instant(version: FeedVersion, parts: Parts) -> datetime:
    """When bytes change: now in whole seconds, but later than their last change.

    Readers that ask by If-Modified-Since would miss a second change within one second, so that one waits
    for the next. A clock that went back is not waited for.
    """
    if version.modified is None:
        return version.created
    earliest = version.modified + timedelta(seconds=1)
    ahead = (earliest - parts.clock.now()).total_seconds()
    if 0 < ahead <= 1:
        parts.clock.wait(ahead)
    return max(parts.clock.now().replace(microsecond=0), earliest)
