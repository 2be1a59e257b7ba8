"""Builds what is behind of feeds and of the list of them, and touches nothing that is equal.

The order makes a sudden death harmless: first the store notes the bytes to come with the instant of
their change, then the file is replaced, then the path is marked as built. Dying between two of these
means building the same bytes again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import structlog

from aggregator.feeds.addresses import FEEDS
from aggregator.feeds.assemble import assemble, list_feeds, list_recipe, recipe
from aggregator.feeds.choose import allowance
from aggregator.model.config import Configuration
from aggregator.model.reading import FeedVersion, PathVersion, Query, Rendering
from aggregator.ports import Archive, Parts, Publisher
from aggregator.site.outputs import Output, outputs
from aggregator.site.render import render

LOG = structlog.get_logger()
DAY = timedelta(days=1)
NEVER = -1
"""``PathVersion.built`` of a path that has no bytes yet."""


def admit_waiting(keys: Iterable[str], parts: Parts) -> None:
    """Lets waiting articles into their feeds, as many as the day has room for."""
    waiting = parts.archive.waiting()
    for key in keys:
        if waiting.get(key):
            with parts.store.write() as unit:
                now = parts.clock.now()
                room = allowance(parts.configuration.feeds, unit.admitted_late(key, now - DAY))
                if room:
                    unit.admit(key, room, unit.dated(now))


def withdraw_stale(configuration: Configuration, publisher: Publisher) -> None:
    """Takes feeds off the site, in every format, that are not published any more: their topic is gone."""
    current = {output.path for output in outputs(configuration)}
    for path in tuple(publisher.paths()):
        if path.startswith(f"{FEEDS}/") and path not in current:
            publisher.withdraw(path)


@dataclass(frozen=True, slots=True)
class Published:
    """What became of one document."""

    changed: bool
    left_out: tuple[str, ...] = ()
    """Entries that could not be rendered, a line each; the feed is published without them."""
    problem: str = ""
    """Why it could not be published."""


@dataclass(frozen=True, slots=True)
class Version:
    """Where a document stands."""

    feed: FeedVersion | None
    """None for the list of feeds: no article changes it."""
    path: PathVersion

    @property
    def wanted(self) -> int:
        return self.feed.wanted if self.feed else 0


def publish_one(output: Output, feeds: Mapping[str, FeedVersion], parts: Parts) -> Published:
    """Builds a document if it is behind; what goes wrong with it stops no other one. ``feeds``: where all stand."""
    try:
        return _publish(output, feeds, parts)
    except Exception as error:
        LOG.exception("feed not published", feed=output.name)
        return Published(changed=False, problem=f"feed {output.name}: {type(error).__name__}: {error}")


def _publish(output: Output, feeds: Mapping[str, FeedVersion], parts: Parts) -> Published:
    version = version_of(output, feeds, parts)
    old, wanted_recipe = version.path, recipe_of_output(output, parts.configuration)
    current = old.built >= version.wanted and old.recipe == wanted_recipe
    if current and parts.publisher.holds(output.path, old.etag):
        return Published(changed=False)
    rendering, entries = build(output, version, parts.configuration, parts.archive)
    changed = rendering.etag != old.etag
    if changed:
        rendering = replace(rendering, modified=_next_instant(old, parts))
    with parts.store.write() as unit:
        if version.feed:
            unit.record_feed(output.key, version.feed.created, entries)
        unit.record_path(output.path, wanted_recipe, rendering.etag, rendering.modified)
    parts.publisher.put([rendering])
    with parts.store.write() as unit:
        unit.built(output.path, version.wanted)
    return Published(changed, tuple(f"{output.name}: article {it.id}: {it.reason}" for it in rendering.left_out))


def recipe_of_output(output: Output, configuration: Configuration) -> str:
    """Digest of all but the store that the bytes depend on."""
    if output.is_feed:
        return recipe(output.key, configuration)
    return list_recipe(list_feeds(configuration, output.format))


def build(output: Output, version: Version, configuration: Configuration, archive: Archive) -> tuple[Rendering, int]:
    """The bytes by what the store holds now, and how many entries they show."""
    if version.feed is None:
        return render(list_feeds(configuration, output.format), output.format, version.path.modified), 0
    policy = configuration.feeds
    entries = archive.entries(Query(feed=output.key, limit=policy.entries, share=policy.share))
    created, installation = version.feed.created, archive.installation()
    feed = assemble(output.key, configuration, entries, created, installation, output.format)
    return render(feed, output.format, version.path.modified), len(feed.entries)


def version_of(output: Output, feeds: Mapping[str, FeedVersion], parts: Parts) -> Version:
    """Where a document stands; one that was never built is behind."""
    now = parts.clock.now().replace(microsecond=0)
    feed = None
    if output.is_feed:
        new = FeedVersion(output.key, 0, now, entered_once=False)
        feed = feeds.get(output.key, new)
    path = parts.archive.path_version(output.path)
    first = max(feed.created, now) if feed else now
    return Version(feed, path or PathVersion(output.path, NEVER, "", "", first))


def _next_instant(version: PathVersion, parts: Parts) -> datetime:
    """When bytes change: now in whole seconds, but later than their last change.

    Readers that ask by If-Modified-Since would miss a second change within one second, so that one waits
    for the next. A clock that went back is not waited for.
    """
    if not version.etag:
        return version.modified
    earliest = version.modified + timedelta(seconds=1)
    ahead = (earliest - parts.clock.now()).total_seconds()
    if 0 < ahead <= 1:
        parts.clock.wait(ahead)
    return max(parts.clock.now().replace(microsecond=0), earliest)
