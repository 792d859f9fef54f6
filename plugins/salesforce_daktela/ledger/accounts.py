"""Watermarks, checkpoints of extractions, and the accounts of parts and runs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select

from salesforce_daktela.ledger.database import Database
from salesforce_daktela.ledger.entries import ExtractCheckpoint, PartAccount, RunAccount
from salesforce_daktela.ledger.tables import checkpoints, parts, runs, watermarks


def read_watermark(db: Database, sync: str, mapping: str) -> Mapping[str, Any] | None:
    """The watermark's row, None before the first settled run."""
    query = select(watermarks).where(watermarks.c.sync == sync, watermarks.c.mapping == mapping)
    with db.read() as connection:
        row = connection.execute(query).mappings().first()
        return None if row is None else dict(row)


def move_watermark(db: Database, sync: str, mapping: str, until: datetime, run_id: str, fingerprint: str) -> bool:
    """Move it forward and remember the mapping that was in force. Never backwards; True when it stands at ``until``."""
    row = {"sync": sync, "mapping": mapping, "until": until, "run_id": run_id, "fingerprint": fingerprint}
    with db.write() as connection:
        db.upsert(
            connection,
            watermarks,
            [row],
            replace=("until", "run_id", "fingerprint"),
            only_if=lambda excluded: watermarks.c.until <= excluded.until,
        )
    found = read_watermark(db, sync, mapping)
    return found is not None and found["until"] == until


def read_checkpoint(db: Database, sync: str, run_id: str, mapping: str) -> ExtractCheckpoint | None:
    """How far this run's extraction has come, None when it was never begun."""
    query = select(checkpoints).where(
        checkpoints.c.sync == sync, checkpoints.c.run_id == run_id, checkpoints.c.mapping == mapping
    )
    with db.read() as connection:
        row = connection.execute(query).mappings().first()
    return None if row is None else ExtractCheckpoint(**{**row, "parts": tuple(row["parts"])})


def save_checkpoint(db: Database, checkpoint: ExtractCheckpoint) -> None:
    """Remember how far the extraction has come."""
    row = {**asdict(checkpoint), "parts": [dict(part) for part in checkpoint.parts]}
    keys = {column.name for column in checkpoints.primary_key.columns}
    with db.write() as connection:
        db.upsert(connection, checkpoints, [row], replace=[name for name in row if name not in keys])


def clear_checkpoint(db: Database, sync: str, run_id: str, mapping: str) -> None:
    """Forget the extraction: the next try starts afresh."""
    with db.write() as connection:
        connection.execute(
            delete(checkpoints).where(
                checkpoints.c.sync == sync, checkpoints.c.run_id == run_id, checkpoints.c.mapping == mapping
            )
        )


def save_part(db: Database, row: Mapping[str, Any]) -> None:
    """Save the account of one part; a repeated load replaces it."""
    with db.write() as connection:
        db.upsert(connection, parts, [row], replace=("extracted", "counts", "notes"))


def read_parts(db: Database, sync: str, run_id: str, mapping: str, extraction: str) -> list[PartAccount]:
    """The accounts of one extraction's parts, in order."""
    query = (
        select(parts.c.part, parts.c.extracted, parts.c.counts, parts.c.notes)
        .where(
            parts.c.sync == sync,
            parts.c.run_id == run_id,
            parts.c.mapping == mapping,
            parts.c.extraction == extraction,
        )
        .order_by(parts.c.part)
    )
    with db.read() as connection:
        return [PartAccount(**row) for row in connection.execute(query).mappings()]


def save_run(db: Database, account: RunAccount) -> None:
    """Save the account of one mapping in one run; settling again replaces it."""
    row = {**asdict(account), "counts": dict(account.counts), "notes": dict(account.notes)}
    keys = {column.name for column in runs.primary_key.columns}
    with db.write() as connection:
        db.upsert(connection, runs, [row], replace=[name for name in row if name not in keys])


def read_runs(db: Database, sync: str, limit: int) -> list[RunAccount]:
    """The latest accounts of a sync, the newest first."""
    query = select(runs).where(runs.c.sync == sync).order_by(runs.c.finished.desc(), runs.c.mapping).limit(limit)
    with db.read() as connection:
        return [RunAccount(**row) for row in connection.execute(query).mappings()]
