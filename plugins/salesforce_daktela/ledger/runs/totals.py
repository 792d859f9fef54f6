"""The accounts that runs leave behind: one for each loaded part, one for each mapping."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import and_, delete, select

from salesforce_daktela.ledger.records.entries import PartAccount, RunAccount
from salesforce_daktela.ledger.store.database import Database
from salesforce_daktela.ledger.store.tables import parts, runs


def save_part(db: Database, sync: str, run_id: str, mapping: str, extraction: str, account: PartAccount) -> None:
    """Save the account of one part; a repeated load replaces it."""
    row = {
        "sync": sync,
        "run_id": run_id,
        "mapping": mapping,
        "extraction": extraction,
        "part": account.part,
        "extracted": account.extracted,
        "counts": dict(account.counts),
        "notes": dict(account.notes),
    }
    with db.write(sync, mapping) as connection:
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


def forget_parts(db: Database, sync: str, run_id: str, mapping: str, extraction: str, numbers: Sequence[int]) -> None:
    """Delete the accounts of parts that are loaded anew."""
    those = and_(
        parts.c.sync == sync,
        parts.c.run_id == run_id,
        parts.c.mapping == mapping,
        parts.c.extraction == extraction,
        parts.c.part.in_(numbers),
    )
    with db.write(sync, mapping) as connection:
        connection.execute(delete(parts).where(those))


def save_run(db: Database, account: RunAccount) -> None:
    """Save the account of one mapping in one run; settling again replaces it."""
    row = {column.name: getattr(account, column.name) for column in runs.columns}
    row.update(counts=dict(account.counts), notes=dict(account.notes))
    with db.write(account.sync, account.mapping) as connection:
        replaced = [column.name for column in runs.columns if not column.primary_key]
        db.upsert(connection, runs, [row], replace=replaced)


def read_runs(db: Database, sync: str, limit: int) -> list[RunAccount]:
    """The latest accounts of a sync, the newest first."""
    query = select(runs).where(runs.c.sync == sync).order_by(runs.c.finished.desc(), runs.c.mapping).limit(limit)
    with db.read() as connection:
        return [RunAccount(**row) for row in connection.execute(query).mappings()]
