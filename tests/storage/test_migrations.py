"""What becomes of the rows of earlier schemas."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

from aggregator.model.reading import FeedVersion, PathVersion
from old_stores import make_old
from storage import open_store

CREATED = datetime(2026, 1, 1, 8, 0, 0, 500_000, tzinfo=UTC)
MODIFIED = datetime(2026, 5, 1, 8, 0, tzinfo=UTC)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def stored(instant: datetime) -> int:
    return (instant - EPOCH) // timedelta(microseconds=1)


def test_feed_versions_of_0002_are_parted_into_what_is_wanted_and_what_is_at_a_path(tmp_path: Path) -> None:
    path = tmp_path / "old.sqlite3"
    make_old(path, "0002")
    created, modified = stored(CREATED), stored(MODIFIED)
    rows = [
        ("bridges", 7, 7, "recipe", "etag", modified, created, True),
        ("behind", 3, 2, "recipe", "etag 2", modified, created, True),
        ("noted", 1, -1, "recipe", "etag 3", modified, created, False),
        ("never-built", 1, -1, "", "", None, created, False),
        ("feeds.opml", 0, 0, "recipe 2", "etag 4", modified, created, False),
    ]
    with closing(sqlite3.connect(path)) as connection:
        connection.executemany("INSERT INTO feed_version VALUES (?, ?, ?, ?, ?, ?, ?, ?)", rows)
        connection.commit()
    storage = open_store(f"sqlite:///{path}")
    assert storage.archive.feed_versions() == {
        "bridges": FeedVersion("bridges", 7, CREATED, entered_once=True),
        "behind": FeedVersion("behind", 3, CREATED, entered_once=True),
        "noted": FeedVersion("noted", 1, CREATED, entered_once=False),
        "never-built": FeedVersion("never-built", 1, CREATED, entered_once=False),
    }
    paths = ("/feeds/bridges.atom", "/feeds/behind.atom", "/feeds/noted.atom", "/feeds.opml")
    assert [storage.archive.path_version(path) for path in paths] == [
        PathVersion("/feeds/bridges.atom", 7, "recipe", "etag", MODIFIED),
        PathVersion("/feeds/behind.atom", 2, "recipe", "etag 2", MODIFIED),
        PathVersion("/feeds/noted.atom", -1, "recipe", "etag 3", MODIFIED),
        PathVersion("/feeds.opml", 0, "recipe 2", "etag 4", MODIFIED),
    ]
    assert storage.archive.path_version("/feeds/never-built.atom") is None
    storage.close()
