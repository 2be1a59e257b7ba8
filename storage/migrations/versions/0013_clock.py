"""What tells that a clock was wrong: the last instant given out, and since when a host is left alone."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    op.add_column("meta", sa.Column("dated", sa.BigInteger(), nullable=True))
    op.add_column("host", sa.Column("held_since", sa.BigInteger(), nullable=True))
