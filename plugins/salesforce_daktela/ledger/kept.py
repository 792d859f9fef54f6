"""Small things that were found out once and that later tasks need not ask for again; losing them costs a request."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from salesforce_daktela.ledger.database import Database
from salesforce_daktela.ledger.tables import kept


def read(db: Database, key: str) -> tuple[bytes, datetime] | None:
    """What is kept under ``key`` and since when, None when nothing is."""
    with db.read() as connection:
        row = connection.execute(select(kept.c.value, kept.c.since).where(kept.c.key == key)).one_or_none()
    return None if row is None else (bytes(row.value), row.since)


def keep(db: Database, key: str, value: bytes, at: datetime) -> None:
    """Keep ``value`` in place of what was there."""
    with db.write("kept", key) as connection:
        db.upsert(connection, kept, [{"key": key, "value": value, "since": at}], replace=("value", "since"))
