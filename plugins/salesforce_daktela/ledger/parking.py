"""Children that wait for their parents."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import and_, delete, exists, select

from salesforce_daktela.ledger.database import Database, chunks
from salesforce_daktela.ledger.entries import ParkedEntry, RecordState, Waiting
from salesforce_daktela.ledger.tables import parked, records


def park(db: Database, sync: str, mapping: str, waits: Sequence[Waiting], at: datetime) -> None:
    """Remember what each child waits for; one that waits already keeps its date."""
    rows = [
        {
            "sync": sync,
            "mapping": mapping,
            "id": wait.id,
            "parent_mapping": wait.parent_mapping,
            "parent_id": wait.parent_id,
            "since": at,
        }
        for wait in waits
    ]
    if rows:
        with db.write() as connection:
            db.upsert(connection, parked, rows, replace=())


def unpark(db: Database, sync: str, mapping: str, ids: Sequence[str]) -> None:
    """Forget that these children wait."""
    waiting = {entry.id for entry in read(db, sync, mapping)}
    released = [id_ for id_ in ids if id_ in waiting]
    if not released:
        return
    with db.write() as connection:
        for chunk in chunks(released):
            connection.execute(
                delete(parked).where(parked.c.sync == sync, parked.c.mapping == mapping, parked.c.id.in_(chunk))
            )


def read(db: Database, sync: str, mapping: str) -> list[ParkedEntry]:
    """Who waits, the longest first."""
    query = (
        select(parked.c.id, parked.c.parent_mapping, parked.c.parent_id, parked.c.since)
        .where(parked.c.sync == sync, parked.c.mapping == mapping)
        .order_by(parked.c.since, parked.c.id)
    )
    with db.read() as connection:
        return [ParkedEntry(**row) for row in connection.execute(query).mappings()]


def releasable(db: Database, sync: str, mapping: str) -> list[str]:
    """Ids of children one of whose parents has arrived."""
    arrived = exists().where(
        and_(
            records.c.sync == parked.c.sync,
            records.c.mapping == parked.c.parent_mapping,
            records.c.id == parked.c.parent_id,
            records.c.state == RecordState.LIVE.value,
        )
    )
    query = select(parked.c.id).where(parked.c.sync == sync, parked.c.mapping == mapping, arrived).distinct()
    with db.read() as connection:
        return sorted(connection.execute(query.order_by(parked.c.id)).scalars())
