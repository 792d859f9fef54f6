"""Both systems' fields as each mapping's last run saw them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, select

from salesforce_daktela.ledger.store.database import Database
from salesforce_daktela.ledger.store.tables import schemas
from salesforce_daktela.sync.seen_schema import Seen, SeenSchema, Side


@dataclass(frozen=True, slots=True, kw_only=True)
class LastSeen:
    """One side as a run saw it, and when."""

    schema: SeenSchema
    at: datetime


@dataclass(frozen=True, slots=True)
class Schemas:
    """Both systems' fields as each mapping's last run saw them."""

    db: Database

    def read(self, sync: str, mapping: str) -> dict[Side, SeenSchema]:
        """The schemas last seen; a side that was never seen is absent."""
        wanted = select(schemas.c.side, schemas.c.seen).where(
            and_(schemas.c.sync == sync, schemas.c.mapping == mapping)
        )
        with self.db.read() as connection:
            rows = connection.execute(wanted).all()
        return {Side(row.side): SeenSchema.from_dict(row.seen) for row in rows}

    def of_sync(self, sync: str) -> dict[str, dict[Side, LastSeen]]:
        """What each mapping's last run saw, by mapping and side."""
        query = select(schemas).where(schemas.c.sync == sync).order_by(schemas.c.mapping)
        found: dict[str, dict[Side, LastSeen]] = {}
        with self.db.read() as connection:
            for row in connection.execute(query):
                seen = LastSeen(schema=SeenSchema.from_dict(row.seen), at=row.seen_at)
                found.setdefault(row.mapping, {})[Side(row.side)] = seen
        return found

    def save(self, sync: str, mapping: str, seen: Seen, at: datetime) -> None:
        """Save the schemas in place of those seen before."""
        rows = [
            {"sync": sync, "mapping": mapping, "side": side.value, "seen": schema.to_dict(), "seen_at": at}
            for side, schema in seen.items()
        ]
        with self.db.write(sync, mapping) as connection:
            self.db.upsert(connection, schemas, rows, replace=("seen", "seen_at"))
