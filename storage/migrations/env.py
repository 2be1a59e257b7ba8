"""Run by alembic: migrates on the connection, and in the transaction, that `storage.schema` hands over."""

from __future__ import annotations

from alembic import context

from storage.tables import META

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=META.metadata,
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
