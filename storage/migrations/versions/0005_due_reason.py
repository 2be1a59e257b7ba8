"""Why a source is due, as a code beside the sentence."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.add_column("source", sa.Column("due_reason", sa.String(), nullable=True))
