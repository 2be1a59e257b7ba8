"""The language of texts, and what sources say of the sites they are of."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from aggregator.base.language import SAMPLE, language_of

revision = "0012"
down_revision = "0011"

# The folded text begins like the plain one, in small letters: that tells as much.
_TEXTS = sa.text(
    "SELECT r.article, r.number, r.title, substr(r.folded_text, 1, :sample) AS text FROM revision r "
    "WHERE (r.article, r.number) > (:after, :number) "
    "ORDER BY r.article, r.number LIMIT 5000"
)
_WRITE = sa.text("UPDATE revision SET language = :language WHERE article = :article AND number = :number")


def upgrade() -> None:
    op.add_column("revision", sa.Column("language", sa.String(), nullable=False, server_default=sa.text("''")))
    op.add_column("source", sa.Column("site_title", sa.Text(), nullable=False, server_default=sa.text("''")))
    op.add_column("source", sa.Column("site_home", sa.Text(), nullable=True))
    op.add_column("source", sa.Column("site_feed", sa.Text(), nullable=True))
    connection, last = op.get_bind(), {"after": 0, "number": 0}
    while rows := connection.execute(_TEXTS, {**last, "sample": SAMPLE}).all():
        told = [
            {"article": row.article, "number": row.number, "language": language_of(f"{row.title}\n{row.text}")}
            for row in rows
        ]
        if spoken := [values for values in told if values["language"]]:
            connection.execute(_WRITE, spoken)
        last = {"after": rows[-1].article, "number": rows[-1].number}
