"""Alarms of a source with their codes, and remarks. What an earlier version wrote stays, as an alarm of no class."""

from __future__ import annotations

import json

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

_SENTENCES = sa.text("SELECT name, alarms FROM source")
_CODED = sa.text("UPDATE source SET alarms = :alarms WHERE name = :name")


def upgrade() -> None:
    op.execute("ALTER TABLE source RENAME COLUMN alarm TO alarms")
    op.add_column("source", sa.Column("remarks", sa.Text(), server_default="[]", nullable=False))
    connection = op.get_bind()
    sources = [
        {"name": name, "alarms": json.dumps([["", sentence]] if sentence else [], ensure_ascii=False)}
        for name, sentence in connection.execute(_SENTENCES)
    ]
    if sources:
        connection.execute(_CODED, sources)
