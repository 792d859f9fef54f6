"""Records that were refused, kept apart from the watermark until they are mended."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, select, update

from salesforce_daktela.ledger.database import Database, chunks
from salesforce_daktela.ledger.entries import RejectEntry
from salesforce_daktela.ledger.pauses import next_try
from salesforce_daktela.ledger.tables import rejects
from salesforce_daktela.sync.outcome import RecordOutcome

SHOWN = ("id", "code", "field", "attempts", "first_seen", "last_seen", "next_try")


def save(db: Database, sync: str, mapping: str, run_id: str, outcomes: Sequence[RecordOutcome], at: datetime) -> None:
    """Open or go on with a reject for each outcome; the first problem gives its code."""
    if not outcomes:
        return
    earlier = {entry.id: entry for entry in _among(db, sync, mapping, [outcome.id for outcome in outcomes])}
    rows = [_row(sync, mapping, run_id, outcome, earlier.get(outcome.id), at) for outcome in outcomes]
    replaced = [column.name for column in rejects.columns if not column.primary_key]
    with db.write() as connection:
        db.upsert(connection, rejects, rows, replace=replaced)


def close(db: Database, sync: str, mapping: str, ids: Sequence[str], at: datetime) -> None:
    """Close the rejects of records that are right now, or no longer there."""
    opened = {entry.id for entry in read(db, sync, mapping)}
    closing = [id_ for id_ in ids if id_ in opened]
    if not closing:
        return
    with db.write() as connection:
        for chunk in chunks(closing):
            connection.execute(update(rejects).where(_of(sync, mapping), rejects.c.id.in_(chunk)).values(closed=at))


def read(db: Database, sync: str, mapping: str, due_at: datetime | None = None) -> list[RejectEntry]:
    """Open rejects, by Id; with ``due_at`` only those whose pause is over."""
    query = select(rejects).where(_of(sync, mapping), rejects.c.closed.is_(None)).order_by(rejects.c.id)
    if due_at is not None:
        query = query.where(rejects.c.next_try <= due_at)
    with db.read() as connection:
        return [_entry(row) for row in connection.execute(query).mappings()]


def _among(db: Database, sync: str, mapping: str, ids: Sequence[str]) -> list[RejectEntry]:
    found: list[RejectEntry] = []
    with db.read() as connection:
        for chunk in chunks(ids):
            query = select(rejects).where(_of(sync, mapping), rejects.c.closed.is_(None), rejects.c.id.in_(chunk))
            found.extend(_entry(row) for row in connection.execute(query).mappings())
    return found


def _row(
    sync: str, mapping: str, run_id: str, outcome: RecordOutcome, earlier: RejectEntry | None, at: datetime
) -> dict[str, Any]:
    attempts = 1 if earlier is None else earlier.attempts + 1
    problem = outcome.problems[0] if outcome.problems else None
    return {
        "sync": sync,
        "mapping": mapping,
        "id": outcome.id,
        "code": "unknown" if problem is None else problem.code,
        "field": "" if problem is None else problem.field,
        "attempts": attempts,
        "first_seen": at if earlier is None else earlier.first_seen,
        "last_seen": at,
        "next_try": next_try(attempts, at),
        "closed": None,
        "run_id": run_id,
    }


def _of(sync: str, mapping: str) -> ColumnElement[bool]:
    return and_(rejects.c.sync == sync, rejects.c.mapping == mapping)


def _entry(row: Any) -> RejectEntry:
    return RejectEntry(**{name: row[name] for name in SHOWN})
