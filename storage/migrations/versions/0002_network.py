"""Sources of the network: what is remembered of them and of their hosts; attached media."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    for column in (
        sa.Column("rhythm", sa.BigInteger(), nullable=True),
        sa.Column("pace", sa.Text(), nullable=False, server_default="{}"),
        sa.Column("gone_since", sa.BigInteger(), nullable=True),
        sa.Column("moved_to", sa.Text(), nullable=True),
        sa.Column("moved_since", sa.BigInteger(), nullable=True),
        sa.Column("publish", sa.String(), nullable=False, server_default="full"),
        sa.Column("rights", sa.Text(), nullable=True),
    ):
        op.add_column("source", column)
    op.add_column("revision", sa.Column("enclosures", sa.Text(), nullable=False, server_default="[]"))
    op.create_table(
        "host",
        sa.Column("host", sa.String(), nullable=False),
        sa.Column("held_until", sa.BigInteger(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("strikes", sa.Integer(), nullable=False),
        sa.Column("robots", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("host", name=op.f("pk_host")),
        sqlite_with_rowid=False,
    )
