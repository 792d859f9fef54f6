"""Up to when each mapping has been settled."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, and_, select, update

from salesforce_daktela.ledger.store.database import Database
from salesforce_daktela.ledger.store.tables import watermarks


def read(db: Database, sync: str, mapping: str) -> datetime | None:
    """The watermark, None before the first settled run."""
    with db.read() as connection:
        return connection.execute(select(watermarks.c.until).where(_of(sync, mapping))).scalar()


def fingerprint(db: Database, sync: str, mapping: str) -> str | None:
    """The mapping that was in force when the watermark was last moved."""
    with db.read() as connection:
        return connection.execute(select(watermarks.c.fingerprint).where(_of(sync, mapping))).scalar()


def reread_at(db: Database, sync: str, mapping: str) -> datetime | None:
    """Up to when every record, changed or not, was last read."""
    with db.read() as connection:
        return connection.execute(select(watermarks.c.reread_at).where(_of(sync, mapping))).scalar()


def move(
    db: Database, sync: str, mapping: str, until: datetime, run_id: str, fingerprint: str, *, everything: bool
) -> bool:
    """Move it forward, never backwards; True when it stands at ``until`` afterwards."""
    moved: dict[str, object] = {"until": until, "run_id": run_id, "fingerprint": fingerprint}
    if everything:
        moved["reread_at"] = until
    with db.write(sync, mapping) as connection:
        db.upsert(
            connection,
            watermarks,
            [{"sync": sync, "mapping": mapping, **moved}],
            replace=list(moved),
            only_if=lambda excluded: watermarks.c.until <= excluded.until,
        )
        stands: datetime = connection.execute(select(watermarks.c.until).where(_of(sync, mapping))).scalar_one()
    return stands == until


def mark(db: Database, sync: str, mapping: str, fingerprint: str) -> None:
    """Change the mapping that the watermark stands for, where there is one."""
    with db.write(sync, mapping) as connection:
        connection.execute(update(watermarks).where(_of(sync, mapping)).values(fingerprint=fingerprint))


def _of(sync: str, mapping: str) -> ColumnElement[bool]:
    return and_(watermarks.c.sync == sync, watermarks.c.mapping == mapping)
