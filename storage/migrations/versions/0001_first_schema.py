"""The first schema: articles, what is known of their places and topics, state of sources and feeds."""

from __future__ import annotations

from uuid import uuid4

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    _create_article()
    _create_revision()
    _create_sighting()
    _create_verdict()
    _create_admission()
    _create_source()
    _create_feed_version()
    _create_run()
    _create_meta()


def _create_article() -> None:
    op.create_table(
        "article",
        sa.Column("key", sa.Integer(), nullable=False),
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("location", sa.String(), nullable=False),
        sa.Column("published", sa.BigInteger(), nullable=False),
        sa.Column("date_kind", sa.String(), nullable=False),
        sa.Column("updated", sa.BigInteger(), nullable=False),
        sa.Column("first_seen", sa.BigInteger(), nullable=False),
        sa.Column("url", sa.String(), nullable=True),
        sa.Column("content_hash", sa.String(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("rules", sa.String(), nullable=False),
        sa.Column("filed", sa.Boolean(), nullable=False),
        sa.Column("withdrawn", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_article")),
    )
    op.create_index("ix_article_id", "article", ["id"], unique=True)
    op.create_index("ix_article_published", "article", ["published"], unique=False)
    op.create_index("ix_article_url", "article", ["url"], unique=False)
    op.create_index("ix_article_filed", "article", ["withdrawn", "filed", "published"], unique=False)


def _create_revision() -> None:
    op.create_table(
        "revision",
        sa.Column("article", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("content_hash", sa.String(), nullable=False),
        sa.Column("seen", sa.BigInteger(), nullable=False),
        sa.Column("significant", sa.Boolean(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("location", sa.String(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("author", sa.String(), nullable=False),
        sa.Column("image", sa.String(), nullable=True),
        sa.Column("categories", sa.Text(), nullable=False),
        sa.Column("tags", sa.Text(), nullable=False),
        sa.Column("front_matter", sa.Text(), nullable=False),
        sa.Column("repairs", sa.Text(), nullable=False),
        sa.Column("folded_title", sa.Text(), nullable=False),
        sa.Column("folded_labels", sa.Text(), nullable=False),
        sa.Column("folded_author", sa.String(), nullable=False),
        sa.Column("folded_url", sa.String(), nullable=False),
        sa.Column("folded_text", sa.Text(), nullable=False),
        sa.Column("html", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["article"], ["article.key"], name=op.f("fk_revision_article_article")),
        sa.PrimaryKeyConstraint("article", "number", name=op.f("pk_revision")),
    )
    op.create_index("ix_revision_content_hash", "revision", ["content_hash", "article"], unique=False)


def _create_sighting() -> None:
    op.create_table(
        "sighting",
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("location", sa.String(), nullable=False),
        sa.Column("stamp", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("recipe", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("seen", sa.BigInteger(), nullable=False),
        sa.Column("article", sa.Integer(), nullable=True),
        sa.Column("content_hash", sa.String(), nullable=False),
        sa.Column("url", sa.String(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["article"], ["article.key"], name=op.f("fk_sighting_article_article")),
        sa.PrimaryKeyConstraint("source", "location", name=op.f("pk_sighting")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_sighting_article", "sighting", ["article"], unique=False)
    op.create_index("ix_sighting_url", "sighting", ["url"], unique=False)
    gone = sa.text("status = 'vanished'")
    op.create_index("ix_sighting_vanished", "sighting", ["source", "seen"], unique=False, sqlite_where=gone)


def _create_verdict() -> None:
    op.create_table(
        "verdict",
        sa.Column("article", sa.Integer(), nullable=False),
        sa.Column("topic", sa.String(), nullable=False),
        sa.Column("matched", sa.Boolean(), nullable=False),
        sa.Column("score", sa.Float(), nullable=False),
        sa.Column("published", sa.BigInteger(), nullable=False),
        sa.Column("reasons", sa.Text(), nullable=False),
        sa.Column("why_not", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["article"], ["article.key"], name=op.f("fk_verdict_article_article")),
        sa.PrimaryKeyConstraint("article", "topic", name=op.f("pk_verdict")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_verdict_topic", "verdict", ["topic", "matched", "published"], unique=False)


def _create_admission() -> None:
    op.create_table(
        "admission",
        sa.Column("article", sa.Integer(), nullable=False),
        sa.Column("feed", sa.String(), nullable=False),
        sa.Column("entered", sa.BigInteger(), nullable=True),
        sa.Column("published", sa.BigInteger(), nullable=False),
        sa.Column("late", sa.Boolean(), nullable=False),
        sa.Column("gone", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["article"], ["article.key"], name=op.f("fk_admission_article_article")),
        sa.PrimaryKeyConstraint("article", "feed", name=op.f("pk_admission")),
        sqlite_with_rowid=False,
    )
    entered = sa.text("entered IS NOT NULL AND gone = 0")
    columns = ["feed", "entered", "published"]
    op.create_index("ix_admission_order", "admission", columns, unique=False, sqlite_where=entered)
    waits = sa.text("entered IS NULL AND gone = 0")
    op.create_index("ix_admission_waiting", "admission", ["feed", "published"], unique=False, sqlite_where=waits)


def _create_source() -> None:
    op.create_table(
        "source",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("definition", sa.String(), nullable=False),
        sa.Column("next_due", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("last_run", sa.BigInteger(), nullable=True),
        sa.Column("last_success", sa.BigInteger(), nullable=True),
        sa.Column("last_new", sa.BigInteger(), nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("error", sa.Text(), nullable=False),
        sa.Column("alarm", sa.Text(), nullable=False),
        sa.Column("articles", sa.Integer(), nullable=False),
        sa.Column("cursor", sa.Text(), nullable=False),
        sa.Column("ticket", sa.Integer(), nullable=False),
        sa.Column("holder", sa.String(), nullable=False),
        sa.Column("taken", sa.BigInteger(), nullable=True),
        sa.Column("held_until", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_source")),
        sqlite_with_rowid=False,
    )


def _create_feed_version() -> None:
    op.create_table(
        "feed_version",
        sa.Column("feed", sa.String(), nullable=False),
        sa.Column("wanted", sa.Integer(), nullable=False),
        sa.Column("built", sa.Integer(), nullable=False),
        sa.Column("recipe", sa.String(), nullable=False),
        sa.Column("etag", sa.String(), nullable=False),
        sa.Column("modified", sa.BigInteger(), nullable=True),
        sa.Column("created", sa.BigInteger(), nullable=False),
        sa.Column("entered_once", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("feed", name=op.f("pk_feed_version")),
        sqlite_with_rowid=False,
    )


def _create_run() -> None:
    op.create_table(
        "run",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("started", sa.BigInteger(), nullable=False),
        sa.Column("finished", sa.BigInteger(), nullable=False),
        sa.Column("report", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_run")),
    )
    op.create_index("ix_run_source", "run", ["source", "finished"], unique=False)


def _create_meta() -> None:
    op.create_table(
        "meta",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("installation", sa.String(length=32), nullable=False),
        sa.Column("changes", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meta")),
    )
    # Here, and not at the first use, so that a database without its row cannot be.
    row = {"id": 1, "installation": uuid4().hex, "changes": 0}
    op.bulk_insert(sa.table("meta", *(sa.column(name) for name in row)), [row])
