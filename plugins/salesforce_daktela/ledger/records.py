"""What Daktela last accepted for each Salesforce Id."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select, update

from salesforce_daktela.ledger.database import Database, chunks
from salesforce_daktela.ledger.entries import Intent, RecordEntry, RecordState
from salesforce_daktela.ledger.tables import records

WRITTEN = ("name", "state", "digest", "stamp", "read_at", "extraction", "outcome", "adopted", "written_at")


def read(db: Database, sync: str, mapping: str, column: str, values: Sequence[str]) -> list[RecordEntry]:
    """Entries of one mapping whose ``column`` (id or name) is among ``values``."""
    found: list[RecordEntry] = []
    with db.read() as connection:
        for chunk in chunks(values):
            rows = connection.execute(
                select(records).where(_of(sync, mapping), records.c[column].in_(chunk))
            ).mappings()
            found.extend(_entry(row) for row in rows)
    return found


def intend(db: Database, sync: str, mapping: str, intents: Sequence[Intent], at: Any) -> None:
    """Remember creates about to be sent; an entry that exists keeps what it says."""
    rows = [
        {
            **asdict(intent),
            "sync": sync,
            "mapping": mapping,
            "state": RecordState.INTENDED.value,
            "digest": None,
            "stamp": None,
            "outcome": None,
            "adopted": False,
            "written_at": at,
        }
        for intent in intents
    ]
    if rows:
        with db.write() as connection:
            db.upsert(
                connection,
                records,
                rows,
                replace=("name", "state", "extraction", "read_at"),
                only_if=lambda _: or_(
                    records.c.state == RecordState.INTENDED.value, records.c.state == RecordState.REMOVED.value
                ),
            )


def accept(db: Database, sync: str, mapping: str, entries: Sequence[RecordEntry]) -> None:
    """Remember what was accepted, unless the entry is of something newer."""
    rows = [{**asdict(entry), "state": entry.state.value, "sync": sync, "mapping": mapping} for entry in entries]
    if rows:
        with db.write() as connection:
            db.upsert(connection, records, rows, replace=WRITTEN, only_if=_not_newer)


def mark(db: Database, sync: str, mapping: str, ids: Sequence[str], state: RecordState) -> None:
    """Give entries another state."""
    if not ids:
        return
    with db.write() as connection:
        for chunk in chunks(ids):
            connection.execute(
                update(records).where(_of(sync, mapping), records.c.id.in_(chunk)).values(state=state.value)
            )


def _not_newer(excluded: Any) -> ColumnElement[bool]:
    """An intent holds nothing yet; otherwise compare the change stamps, then the moments of reading."""
    held = func.coalesce(records.c.stamp, records.c.read_at)
    offered = func.coalesce(excluded.stamp, excluded.read_at)
    return or_(
        records.c.digest.is_(None),
        held < offered,
        and_(held == offered, records.c.read_at <= excluded.read_at),
    )


def _of(sync: str, mapping: str) -> ColumnElement[bool]:
    return and_(records.c.sync == sync, records.c.mapping == mapping)


def _entry(row: Any) -> RecordEntry:
    values = {name: row[name] for name in ("id", *WRITTEN)}
    return RecordEntry(**{**values, "state": RecordState(values["state"])})
