"""Articles are found by their titles, too: a copy or a moved file whose words were edited has no other key."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from alembic import op

from aggregator.base.titles import title_key

revision = "0009"
down_revision = "0008"

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_TITLES = sa.text(
    "SELECT a.key, a.published, a.date_kind, r.source, r.folded_title FROM article a "
    "JOIN revision r ON r.article = a.key AND r.number = a.revision WHERE a.key > :after ORDER BY a.key LIMIT 5000"
)
_WRITE = sa.text("UPDATE article SET title_key = :title_key WHERE key = :at")


def upgrade() -> None:
    op.add_column("article", sa.Column("title_key", sa.BigInteger(), nullable=False, server_default="0"))
    connection, after = op.get_bind(), 0
    while rows := connection.execute(_TITLES, {"after": after}).all():
        keys = []
        for key, published, date_kind, source, title in rows:
            stated = _EPOCH + timedelta(microseconds=published) if date_kind == "stated" else None
            keys.append({"at": key, "title_key": title_key(source, title, stated)})
        connection.execute(_WRITE, keys)
        after = rows[-1].key
    op.create_index("ix_article_title_key", "article", ["title_key"], unique=False)
