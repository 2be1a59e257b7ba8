"""Articles that count as late whatever their date; whose `updated` an instant is."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    op.add_column("article", sa.Column("late", sa.Boolean(), nullable=False, server_default="0"))
    op.create_index(
        "ix_article_updated", "article", ["updated"], unique=False, sqlite_where=sa.text("updated <> published")
    )
