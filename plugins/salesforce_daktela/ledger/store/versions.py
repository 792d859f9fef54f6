"""Bring a ledger's tables up to this program's version."""

from __future__ import annotations

import secrets
from collections.abc import Callable

from sqlalchemy import Connection, inspect, select

from salesforce_daktela.errors import ConfigurationError
from salesforce_daktela.ledger.store.database import Database
from salesforce_daktela.ledger.store.tables import metadata, settings

SALT_BYTES = 32
IDENTITY_BYTES = 8


def _add_what_is_missing(connection: Connection) -> None:
    """Add tables, nullable columns and indexes of later versions; a ledger created by this program has all of them."""
    metadata.create_all(connection)
    found = inspect(connection)
    for table in metadata.sorted_tables:
        present = {column["name"] for column in found.get_columns(table.name)}
        for column in table.columns:
            if column.name not in present:
                kind = column.type.compile(connection.dialect)
                connection.exec_driver_sql(f"ALTER TABLE {table.name} ADD COLUMN {column.name} {kind}")
        for index in table.indexes:
            index.create(connection, checkfirst=True)


STEPS: tuple[Callable[[Connection], None], ...] = (
    metadata.create_all,
    _add_what_is_missing,
    _add_what_is_missing,
    _add_what_is_missing,
    _add_what_is_missing,
    _add_what_is_missing,
    _add_what_is_missing,
    _add_what_is_missing,
    _add_what_is_missing,
    _add_what_is_missing,
)
"""Step n brings a ledger from version n to version n + 1. A new table, nullable column or index needs one more step of
the second kind: it adds whatever is missing, so an upgrade over several versions takes it once."""


def upgrade(db: Database) -> None:
    """Create or change the tables, create salt and identity, in one transaction; several processes may do so at once.

    Raises ConfigurationError when the ledger is newer than the program or may not be written to.
    """
    with db.write("upgrade") as connection:
        settings.create(connection, checkfirst=True)
        for step in dict.fromkeys(STEPS[_found(connection) :]):
            step(connection)
        _stamp(db, connection)


def _found(connection: Connection) -> int:
    """The version of the ledger, 0 for a new one."""
    value = connection.execute(select(settings.c.value).where(settings.c.key == "schema_version")).scalar()
    found = 0 if value is None else int(value)
    if found > len(STEPS):
        raise ConfigurationError(
            f"this ledger has version {found}, the program knows versions up to {len(STEPS)}",
            where="ledger",
            advice="run the newest program that has been used with it",
        )
    return found


def _stamp(db: Database, connection: Connection) -> None:
    version = {"key": "schema_version", "value": str(len(STEPS)).encode()}
    db.upsert(connection, settings, [version], replace=("value",))
    # Both are created once and never change.
    once = [
        {"key": "salt", "value": secrets.token_bytes(SALT_BYTES)},
        {"key": "identity", "value": secrets.token_hex(IDENTITY_BYTES).encode()},
    ]
    db.upsert(connection, settings, once, replace=())
