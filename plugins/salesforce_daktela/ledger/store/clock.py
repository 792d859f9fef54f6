"""The clock that leases last by, whichever machine asks."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import Connection, func, select


def now_of(connection: Connection) -> datetime:
    """The clock of the database, which is one for all machines; for a SQLite file that is this machine's."""
    if connection.dialect.name == "sqlite":
        return datetime.now(UTC)
    found: datetime = connection.execute(select(func.clock_timestamp())).scalar_one()
    return found.astimezone(UTC)
