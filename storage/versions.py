"""Versions: which state of a feed is wanted, and which one the bytes at a path answer."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from functools import cache

from sqlalchemy import Connection, Insert, case, or_, select, update

from aggregator.model.reading import FeedVersion, PathVersion
from storage.dialect import dialect_of
from storage.dialect.base import Dialect
from storage.engine import batches
from storage.tables import ADMISSION, ARTICLE, FEED_VERSION, PATH_VERSION
from storage.values import Values, feed_version_of, path_version_of, stored

_F, _P = FEED_VERSION.c, PATH_VERSION.c
_NOTHING_PUBLISHED = -1


@cache
def _raise(dialect: Dialect) -> Insert:
    set_ = {"wanted": _F.wanted + 1}
    return dialect.insert(FEED_VERSION).on_conflict_do_update(index_elements=[_F.feed], set_=set_)


@cache
def _record_feed(dialect: Dialect) -> Insert:
    insert = dialect.insert(FEED_VERSION)
    set_ = {"entered_once": or_(_F.entered_once, insert.excluded.entered_once)}
    return insert.on_conflict_do_update(index_elements=[_F.feed], set_=set_)


@cache
def _record_path(dialect: Dialect) -> Insert:
    insert = dialect.insert(PATH_VERSION)
    new = insert.excluded
    set_ = {
        # Recorded is not yet published: with another recipe the bytes out there answer nothing.
        "built": case((_P.recipe != new.recipe, _NOTHING_PUBLISHED), else_=_P.built),
        "recipe": new.recipe,
        "etag": new.etag,
        "modified": new.modified,
    }
    return insert.on_conflict_do_update(index_elements=[_P.path], set_=set_)


def all_versions(connection: Connection) -> Mapping[str, FeedVersion]:
    """By feed key."""
    return {row.feed: feed_version_of(row) for row in connection.execute(select(FEED_VERSION))}


def path_version(connection: Connection, path: str) -> PathVersion | None:
    row = connection.execute(select(PATH_VERSION).where(_P.path == path)).one_or_none()
    return path_version_of(row) if row else None


def raise_feeds(connection: Connection, feeds: Collection[str], now: datetime) -> None:
    """These feeds shall show something else than they do."""
    if feeds:
        connection.execute(
            _raise(dialect_of(connection)), [_feed_values(feed, 1, now, entered_once=False) for feed in sorted(feeds)]
        )


def raise_showing(connection: Connection, articles: Collection[int], now: datetime) -> None:
    """Raises every feed that one of the articles (by key) has entered."""
    feeds: set[str] = set()
    for batch in batches(sorted(articles)):
        query = select(ADMISSION.c.feed).distinct()
        query = query.where(ADMISSION.c.article.in_(batch), ADMISSION.c.entered.is_not(None), ~ADMISSION.c.gone)
        feeds.update(connection.scalars(query))
    raise_feeds(connection, feeds, now)


def raise_naming(connection: Connection, sources: Collection[str], now: datetime) -> None:
    """Raises every feed that an article of one of the sources has entered: each entry names its origin."""
    for batch in batches(sorted(sources)):
        query = select(ADMISSION.c.feed).distinct().join(ARTICLE, ARTICLE.c.key == ADMISSION.c.article)
        query = query.where(ARTICLE.c.source.in_(batch), ADMISSION.c.entered.is_not(None), ~ADMISSION.c.gone)
        raise_feeds(connection, connection.scalars(query).all(), now)


def record_feed(connection: Connection, feed: str, created: datetime, entries: int) -> None:
    connection.execute(_record_feed(dialect_of(connection)), _feed_values(feed, 0, created, entered_once=entries > 0))


def record_path(connection: Connection, path: str, recipe: str, etag: str, modified: datetime) -> None:
    values = {"path": path, "built": _NOTHING_PUBLISHED, "recipe": recipe, "etag": etag, "modified": stored(modified)}
    connection.execute(_record_path(dialect_of(connection)), values)


def built(connection: Connection, path: str, wanted: int) -> None:
    connection.execute(update(PATH_VERSION).where(_P.path == path).values(built=wanted))


def _feed_values(feed: str, wanted: int, created: datetime, *, entered_once: bool) -> Values:
    return {"feed": feed, "wanted": wanted, "created": stored(created), "entered_once": entered_once}
