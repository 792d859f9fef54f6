"""How far each extraction has come, so that a retry resumes its Bulk job."""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, delete, select

from salesforce_daktela.ledger.database import Database
from salesforce_daktela.ledger.entries import ExtractCheckpoint
from salesforce_daktela.ledger.tables import checkpoints

KEY = ("sync", "run_id", "mapping")


def read(db: Database, sync: str, run_id: str, mapping: str) -> ExtractCheckpoint | None:
    """How far this run's extraction has come, None when it was never begun."""
    with db.read() as connection:
        row = connection.execute(select(checkpoints).where(_of(sync, run_id, mapping))).mappings().first()
    return None if row is None else ExtractCheckpoint(**{**row, "parts": tuple(row["parts"])})


def save(db: Database, checkpoint: ExtractCheckpoint) -> None:
    """Remember how far the extraction has come; the last saved counts."""
    row = {column.name: getattr(checkpoint, column.name) for column in checkpoints.columns}
    row["parts"] = [dict(part) for part in checkpoint.parts]
    with db.write(checkpoint.sync, checkpoint.mapping) as connection:
        db.upsert(connection, checkpoints, [row], replace=[name for name in row if name not in KEY])


def clear(db: Database, sync: str, run_id: str, mapping: str) -> None:
    """Forget the extraction: the next try starts afresh."""
    with db.write(sync, mapping) as connection:
        connection.execute(delete(checkpoints).where(_of(sync, run_id, mapping)))


def _of(sync: str, run_id: str, mapping: str) -> ColumnElement[bool]:
    return and_(checkpoints.c.sync == sync, checkpoints.c.run_id == run_id, checkpoints.c.mapping == mapping)
