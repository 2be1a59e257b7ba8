"""The database's schema: made and brought up to date by migrations, refused where it is not ours."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, Engine, inspect

from aggregator.errors import SchemaError, StoreError
from storage.engine import configure, reading, writing
from storage.tables import META

REVISIONS = (
    "0001",
    "0002",
    "0003",
    "0004",
    "0005",
    "0006",
    "0007",
    "0008",
    "0009",
    "0010",
    "0011",
    "0012",
    "0013",
    "0014",
)
"""All migrations in order. Named here, too, because asking alembic costs its import, 0.2 s."""

_MIGRATIONS = Path(__file__).parent / "migrations"


def prepare(engine: Engine, *, create: bool) -> None:
    """Makes the schema current, in one transaction.

    Raises SchemaError if the database is another program's or a newer version's, StoreError if it is
    empty and `create` is not given. A database that is refused is not written to.
    """
    with reading(engine) as connection:
        revision = _revision(connection)
    if revision is None and not create:
        raise StoreError("the database is empty", "collect something first: `aggregator collect`")
    configure(engine)
    if revision == REVISIONS[-1]:
        return
    with writing(engine) as connection:
        # Another process may have done it since we looked.
        if _revision(connection) != REVISIONS[-1]:
            _upgrade(connection)


def _revision(connection: Connection) -> str | None:
    """The stored revision; None where the database is empty. Raises SchemaError."""
    tables = set(inspect(connection).get_table_names())
    if not tables:
        return None
    if not {"alembic_version", META.name} <= tables:
        raise SchemaError("the database belongs to another program", "name another database")
    stored: str = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar_one()
    if stored not in REVISIONS:
        raise SchemaError(
            f"the database has schema {stored}, this version knows schemas up to {REVISIONS[-1]}",
            "install the version that wrote it, or a later one",
        )
    return stored


def _upgrade(connection: Connection) -> None:
    from alembic import command  # noqa: PLC0415 - costs 0.2 s, and is needed once in a database's life
    from alembic.config import Config  # noqa: PLC0415

    config = Config(attributes={"connection": connection})
    # The option is read with %-interpolation.
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    command.upgrade(config, "head")
