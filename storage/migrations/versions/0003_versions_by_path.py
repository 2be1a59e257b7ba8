"""What was published is kept by path: a feed may have several formats, and the list of feeds is no feed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

_COPY_PATHS = """
    INSERT INTO path_version (path, built, recipe, etag, modified)
    SELECT CASE feed WHEN 'feeds.opml' THEN '/feeds.opml' ELSE '/feeds/' || feed || '.atom' END,
        built, recipe, etag, modified
    FROM feed_version_0002 WHERE modified IS NOT NULL
"""
_COPY_FEEDS = """
    INSERT INTO feed_version (feed, wanted, created, entered_once)
    SELECT feed, wanted, created, entered_once FROM feed_version_0002 WHERE feed <> 'feeds.opml'
"""


def upgrade() -> None:
    op.rename_table("feed_version", "feed_version_0002")
    op.create_table(
        "feed_version",
        sa.Column("feed", sa.String(), nullable=False),
        sa.Column("wanted", sa.Integer(), nullable=False),
        sa.Column("created", sa.BigInteger(), nullable=False),
        sa.Column("entered_once", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("feed", name=op.f("pk_feed_version")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "path_version",
        sa.Column("path", sa.String(), nullable=False),
        sa.Column("built", sa.Integer(), nullable=False),
        sa.Column("recipe", sa.String(), nullable=False),
        sa.Column("etag", sa.String(), nullable=False),
        sa.Column("modified", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("path", name=op.f("pk_path_version")),
        sqlite_with_rowid=False,
    )
    op.execute(_COPY_PATHS)
    op.execute(_COPY_FEEDS)
    op.drop_table("feed_version_0002")
