"""A cache of small answers for later tasks; losing one costs a request."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, delete, select

from salesforce_daktela.ledger.store.database import Database
from salesforce_daktela.ledger.store.kept_keys import KeptKey, Kind, kept_key
from salesforce_daktela.ledger.store.tables import kept


@dataclass(frozen=True, slots=True)
class Cache:
    """A cache of small answers for later tasks; losing one costs a request."""

    db: Database

    def read(self, key: KeptKey) -> tuple[bytes, datetime] | None:
        """The value under ``key`` and the time it was saved, None when there is none."""
        with self.db.read() as connection:
            row = connection.execute(select(kept.c.value, kept.c.since).where(kept.c.key == key)).one_or_none()
        return None if row is None else (bytes(row.value), row.since)

    def since(self, moment: datetime, *, prefix: KeptKey, suffix: str) -> dict[str, bytes]:
        """Values saved at or after ``moment`` under keys that begin and end like this, by key."""
        like = and_(kept.c.key.startswith(prefix, autoescape=True), kept.c.key.endswith(suffix, autoescape=True))
        query = select(kept.c.key, kept.c.value).where(like, kept.c.since >= moment).order_by(kept.c.key)
        with self.db.read() as connection:
            return {str(row.key): bytes(row.value) for row in connection.execute(query)}

    def keep(self, key: KeptKey, value: bytes, at: datetime) -> None:
        """Save ``value`` in place of the former one."""
        with self.db.write("kept", key) as connection:
            self.db.upsert(connection, kept, [{"key": key, "value": value, "since": at}], replace=("value", "since"))

    def times(self, kind: Kind) -> dict[str, datetime]:
        """When each value of a kind was saved, by its key without the kind."""
        begins = kept_key(kind, "")
        query = select(kept.c.key, kept.c.since).where(kept.c.key.startswith(begins, autoescape=True))
        with self.db.read() as connection:
            return {row.key.removeprefix(begins): row.since for row in connection.execute(query)}

    def remove(self, key: KeptKey) -> None:
        """Delete the value under ``key``, if there is one."""
        with self.db.write("kept", key) as connection:
            connection.execute(delete(kept).where(kept.c.key == key))

    def drop(self, prefix: KeptKey, before: datetime) -> int:
        """Delete values saved before a moment under keys that begin with ``prefix``; return how many."""
        old = and_(kept.c.key.startswith(prefix, autoescape=True), kept.c.since < before)
        with self.db.write("kept", prefix) as connection:
            return int(connection.execute(delete(kept).where(old)).rowcount)
