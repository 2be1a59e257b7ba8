"""Articles whose place shows another one by now: where sources retract, they leave at the end of the visit."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    op.create_table(
        "overwritten",
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("article", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["article"], ["article.key"], name=op.f("fk_overwritten_article_article")),
        sa.PrimaryKeyConstraint("source", "article", name=op.f("pk_overwritten")),
        sqlite_with_rowid=False,
    )
