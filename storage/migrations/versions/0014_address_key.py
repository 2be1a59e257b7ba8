"""Articles are found by what their address leads to, however it is spelled."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from aggregator.base.canonical import address_key

revision = "0014"
down_revision = "0013"

_ADDRESSES = sa.text("SELECT key, url FROM article WHERE key > :after AND url IS NOT NULL ORDER BY key LIMIT 5000")
_WRITE = sa.text("UPDATE article SET address_key = :address_key WHERE key = :at")


def upgrade() -> None:
    op.add_column("article", sa.Column("address_key", sa.BigInteger(), nullable=False, server_default="0"))
    connection, after = op.get_bind(), 0
    while rows := connection.execute(_ADDRESSES, {"after": after}).all():
        connection.execute(_WRITE, [{"at": key, "address_key": address_key(url)} for key, url in rows])
        after = rows[-1].key
    op.drop_index("ix_article_url", "article")
    op.create_index("ix_article_address_key", "article", ["address_key"], unique=False)
