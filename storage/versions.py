"""Versions: which state of a feed is wanted, and which one the bytes at a path answer."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import Connection, case, or_, select, update

from aggregator.model.reading import FeedVersion, PathVersion
from storage.engine import batches, upsert
from storage.tables import ADMISSION, FEED_VERSION, PATH_VERSION
from storage.values import Values, feed_version_of, path_version_of, stored

_F, _P = FEED_VERSION.c, PATH_VERSION.c
_NOTHING_PUBLISHED = -1

_insert = upsert(FEED_VERSION)
_RAISE = _insert.on_conflict_do_update(index_elements=[_F.feed], set_={"wanted": _F.wanted + 1})
_RECORD_FEED = _insert.on_conflict_do_update(
    index_elements=[_F.feed], set_={"entered_once": or_(_F.entered_once, _insert.excluded.entered_once)}
)
_insert_path = upsert(PATH_VERSION)
_new = _insert_path.excluded
_RECORD_PATH = _insert_path.on_conflict_do_update(
    index_elements=[_P.path],
    set_={
        # Recorded is not yet published: with another recipe the bytes out there answer nothing.
        "built": case((_P.recipe != _new.recipe, _NOTHING_PUBLISHED), else_=_P.built),
        "recipe": _new.recipe,
        "etag": _new.etag,
        "modified": _new.modified,
    },
)


def all_versions(connection: Connection) -> Mapping[str, FeedVersion]:
    """By feed key."""
    return {row.feed: feed_version_of(row) for row in connection.execute(select(FEED_VERSION))}


def path_version(connection: Connection, path: str) -> PathVersion | None:
    row = connection.execute(select(PATH_VERSION).where(_P.path == path)).one_or_none()
    return path_version_of(row) if row else None


def raise_feeds(connection: Connection, feeds: Collection[str], now: datetime) -> None:
    """These feeds shall show something else than they do."""
    if feeds:
        connection.execute(_RAISE, [_feed_values(feed, 1, now, entered_once=False) for feed in sorted(feeds)])


def raise_showing(connection: Connection, articles: Collection[int], now: datetime) -> None:
    """Raises every feed that one of the articles (by key) has entered."""
    feeds: set[str] = set()
    for batch in batches(sorted(articles)):
        query = select(ADMISSION.c.feed).distinct()
        query = query.where(ADMISSION.c.article.in_(batch), ADMISSION.c.entered.is_not(None), ~ADMISSION.c.gone)
        feeds.update(connection.scalars(query))
    raise_feeds(connection, feeds, now)


def record_feed(connection: Connection, feed: str, created: datetime, entries: int) -> None:
    connection.execute(_RECORD_FEED, _feed_values(feed, 0, created, entered_once=entries > 0))


def record_path(connection: Connection, path: str, recipe: str, etag: str, modified: datetime) -> None:
    values = {"path": path, "built": _NOTHING_PUBLISHED, "recipe": recipe, "etag": etag, "modified": stored(modified)}
    connection.execute(_RECORD_PATH, values)


def built(connection: Connection, path: str, wanted: int) -> None:
    connection.execute(update(PATH_VERSION).where(_P.path == path).values(built=wanted))


def _feed_values(feed: str, wanted: int, created: datetime, *, entered_once: bool) -> Values:
    return {"feed": feed, "wanted": wanted, "created": stored(created), "entered_once": entered_once}
