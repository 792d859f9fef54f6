"""Up to when each mapping has been settled."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, select, update

from salesforce_daktela.ledger.store.database import Database
from salesforce_daktela.ledger.store.tables import watermarks


@dataclass(frozen=True, slots=True)
class Watermarks:
    """Up to when each mapping has been settled."""

    db: Database

    def read(self, sync: str, mapping: str) -> datetime | None:
        """The watermark, None before the first settled run."""
        with self.db.read() as connection:
            return connection.execute(select(watermarks.c.until).where(_of(sync, mapping))).scalar()

    def of_sync(self, sync: str) -> dict[str, datetime]:
        """The watermarks of a sync's mappings, by their names."""
        query = select(watermarks.c.mapping, watermarks.c.until).where(watermarks.c.sync == sync)
        with self.db.read() as connection:
            return {row.mapping: row.until for row in connection.execute(query.order_by(watermarks.c.mapping))}

    def fingerprint(self, sync: str, mapping: str) -> str | None:
        """The fingerprint of the mapping when the watermark was last moved."""
        with self.db.read() as connection:
            return connection.execute(select(watermarks.c.fingerprint).where(_of(sync, mapping))).scalar()

    def reread_at(self, sync: str, mapping: str) -> datetime | None:
        """Up to when every record, changed or not, was last read."""
        with self.db.read() as connection:
            return connection.execute(select(watermarks.c.reread_at).where(_of(sync, mapping))).scalar()

    def move(
        self, sync: str, mapping: str, until: datetime, run_id: str, *, fingerprint: str, everything: bool = False
    ) -> bool:
        """Move the watermark forward, never backwards; True when it is at ``until`` afterwards.

        ``everything`` says that the run read every record.
        """
        moved: dict[str, object] = {"until": until, "run_id": run_id, "fingerprint": fingerprint}
        if everything:
            moved["reread_at"] = until
        with self.db.write(sync, mapping) as connection:
            self.db.upsert(
                connection,
                watermarks,
                [{"sync": sync, "mapping": mapping, **moved}],
                replace=list(moved),
                only_if=lambda excluded: watermarks.c.until <= excluded.until,
            )
            stands: datetime = connection.execute(select(watermarks.c.until).where(_of(sync, mapping))).scalar_one()
        return stands == until

    def mark(self, sync: str, mapping: str, fingerprint: str) -> None:
        """Set the fingerprint of the mapping beside the watermark, if there is one."""
        with self.db.write(sync, mapping) as connection:
            connection.execute(update(watermarks).where(_of(sync, mapping)).values(fingerprint=fingerprint))


@functools.lru_cache
def _of(sync: str, mapping: str) -> ColumnElement[bool]:
    return and_(watermarks.c.sync == sync, watermarks.c.mapping == mapping)
