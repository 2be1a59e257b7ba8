"""When an article enters the feeds of its topics.

A feed that readers follow shows only what is new. An article that is old when it is first seen (a new
source, a new rule) would appear as news, so it waits and enters with few others a day.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from aggregator.feeds.addresses import ALL
from aggregator.model.article import Admission, Routing, Verdict
from aggregator.model.config import FeedPolicy
from aggregator.model.reading import FeedVersion


def admissions(
    topics: Collection[str],
    published: datetime,
    versions: Mapping[str, FeedVersion],
    policy: FeedPolicy,
    now: datetime,
    late: bool = False,
) -> tuple[Admission, ...]:
    """The feeds an article belongs to: one a topic, and ``all``; none without a topic.

    ``published`` and ``now`` are aware. ``late``: whether it counts as old, whatever its date. The order is that
    of the feeds' keys, ``all`` last.
    """
    keys = [*sorted(topics), ALL] if topics else []
    return tuple(Admission(key, _entry_instant(versions.get(key), published, policy, now, late)) for key in keys)


def routing(
    article: UUID,
    verdicts: Sequence[Verdict],
    published: datetime,
    versions: Mapping[str, FeedVersion],
    policy: FeedPolicy,
    now: datetime,
    late: bool = False,
) -> Routing:
    """What a rule set says of an article, with the feeds it belongs to by that."""
    topics = [verdict.topic for verdict in verdicts if verdict.matched]
    return Routing(article, tuple(verdicts), admissions(topics, published, versions, policy, now, late))


def allowance(policy: FeedPolicy, admitted_in_last_day: int) -> int:
    """How many waiting articles may enter a feed now, after so many did in the last 24 hours."""
    return max(0, policy.late_per_day - admitted_in_last_day)


def _entry_instant(
    version: FeedVersion | None, published: datetime, policy: FeedPolicy, now: datetime, late: bool
) -> datetime | None:
    if version is None or not version.entered_once:
        # Nobody has seen this feed with an entry: it takes all, so that its first window is the newest by date.
        return min(published, now)
    return now if not late and published >= now - policy.late_after else None
