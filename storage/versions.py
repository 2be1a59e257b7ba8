"""Feed versions: which published feeds are behind the store."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import Connection, case, or_, select, update

from aggregator.model.reading import FeedVersion
from storage.engine import batches, upsert
from storage.tables import ADMISSION, FEED_VERSION
from storage.values import Values, feed_version_of, stored

_F = FEED_VERSION.c
_NOTHING_PUBLISHED = -1

_insert = upsert(FEED_VERSION)
_RAISE = _insert.on_conflict_do_update(index_elements=[_F.feed], set_={"wanted": _F.wanted + 1})
_RECORD = _insert.on_conflict_do_update(
    index_elements=[_F.feed],
    set_={
        # Recorded is not yet published: with another recipe the bytes out there answer nothing.
        "built": case((_F.recipe != _insert.excluded.recipe, _NOTHING_PUBLISHED), else_=_F.built),
        "recipe": _insert.excluded.recipe,
        "etag": _insert.excluded.etag,
        "modified": _insert.excluded.modified,
        "entered_once": or_(_F.entered_once, _insert.excluded.entered_once),
    },
)


def all_versions(connection: Connection) -> Mapping[str, FeedVersion]:
    """By feed key."""
    return {row.feed: feed_version_of(row) for row in connection.execute(select(FEED_VERSION))}


def raise_feeds(connection: Connection, feeds: Collection[str], now: datetime) -> None:
    """These feeds shall show something else than they do."""
    if feeds:
        connection.execute(_RAISE, [_fresh(feed, 1, now) for feed in sorted(feeds)])


def raise_showing(connection: Connection, articles: Collection[int], now: datetime) -> None:
    """Raises every feed that one of the articles (by key) has entered."""
    feeds: set[str] = set()
    for batch in batches(sorted(articles)):
        query = select(ADMISSION.c.feed).distinct()
        query = query.where(ADMISSION.c.article.in_(batch), ADMISSION.c.entered.is_not(None), ~ADMISSION.c.gone)
        feeds.update(connection.scalars(query))
    raise_feeds(connection, feeds, now)


def record(connection: Connection, feed: str, recipe: str, etag: str, modified: datetime, entries: int) -> None:
    values = _fresh(feed, 0, modified)
    values |= {"recipe": recipe, "etag": etag, "modified": stored(modified), "entered_once": entries > 0}
    connection.execute(_RECORD, values)


def built(connection: Connection, feed: str, wanted: int, recipe: str) -> None:
    connection.execute(update(FEED_VERSION).where(_F.feed == feed).values(built=wanted, recipe=recipe))


def _fresh(feed: str, wanted: int, now: datetime) -> Values:
    return {
        "feed": feed,
        "wanted": wanted,
        "built": _NOTHING_PUBLISHED,
        "recipe": "",
        "etag": "",
        "modified": None,
        "created": stored(now),
        "entered_once": False,
    }
