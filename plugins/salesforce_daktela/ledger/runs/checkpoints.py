"""How far each extraction has come, so that a retry resumes its Bulk job."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    RowMapping,
    and_,
    delete,
    exists,
    func,
    not_,
    or_,
    select,
    union,
)

from salesforce_daktela.ledger.records.entries import ExtractCheckpoint
from salesforce_daktela.ledger.store.database import Database
from salesforce_daktela.ledger.store.tables import checkpoints, runs, traffic

KEY = ("sync", "run_id", "mapping")


@dataclass(frozen=True, slots=True)
class Checkpoints:
    """How far each extraction has come, so that a retry resumes its Bulk job."""

    db: Database

    def read(self, sync: str, run_id: str, mapping: str) -> ExtractCheckpoint | None:
        """How far this run's extraction has come, None when it was never begun."""
        with self.db.read() as connection:
            row = connection.execute(select(checkpoints).where(_of(sync, run_id, mapping))).mappings().first()
        return None if row is None else _entry(row)

    def save(self, checkpoint: ExtractCheckpoint) -> None:
        """Save how far the extraction has come, in place of what was saved before."""
        row = _row(checkpoint)
        with self.db.write(checkpoint.sync, checkpoint.mapping) as connection:
            self.db.upsert(connection, checkpoints, [row], replace=[name for name in row if name not in KEY])

    def deferred(self, sync: str, mapping: str, query_hash: str, *, besides: str) -> ExtractCheckpoint | None:
        """The latest unfinished extraction of the same query by a run that was deferred."""
        query = select(checkpoints).where(
            checkpoints.c.sync == sync,
            checkpoints.c.mapping == mapping,
            checkpoints.c.run_id != besides,
            checkpoints.c.query_hash == query_hash,
            not_(checkpoints.c.finished),
            _ended_as("deferred"),
        )
        with self.db.read() as connection:
            row = connection.execute(query.order_by(checkpoints.c.read_at.desc())).mappings().first()
        return None if row is None else _entry(row)

    def hand_over(self, old: ExtractCheckpoint, new: ExtractCheckpoint) -> None:
        """Give the extraction to another run in one transaction: at any moment it belongs to exactly one of them."""
        with self.db.write(old.sync, old.mapping) as connection:
            connection.execute(delete(checkpoints).where(_of(old.sync, old.run_id, old.mapping)))
            row = _row(new)
            self.db.upsert(connection, checkpoints, [row], replace=[name for name in row if name not in KEY])

    def with_jobs(self, sync: str, *, read_before: datetime) -> list[ExtractCheckpoint]:
        """Unfinished extractions by Bulk job that were begun before a moment, whatever the states of their runs."""
        query = select(checkpoints).where(
            checkpoints.c.sync == sync,
            checkpoints.c.job_id.is_not(None),
            checkpoints.c.read_at < read_before,
            not_(checkpoints.c.finished),
        )
        with self.db.read() as connection:
            return [_entry(row) for row in connection.execute(query).mappings()]

    def clear(self, sync: str, run_id: str, mapping: str) -> None:
        """Delete the checkpoint: the next try starts anew."""
        with self.db.write(sync, mapping) as connection:
            connection.execute(delete(checkpoints).where(_of(sync, run_id, mapping)))

    def extractions(self, sync: str) -> list[tuple[str, str, str]]:
        """Run, mapping and extraction of every checkpoint of a sync."""
        columns = (checkpoints.c.run_id, checkpoints.c.mapping, checkpoints.c.extraction)
        with self.db.read() as connection:
            rows = connection.execute(select(*columns).where(checkpoints.c.sync == sync))
            return [(row.run_id, row.mapping, row.extraction) for row in rows]

    def of_run(self, sync: str, run_id: str) -> list[ExtractCheckpoint]:
        """The checkpoints of one run, by mapping."""
        query = select(checkpoints).where(checkpoints.c.sync == sync, checkpoints.c.run_id == run_id)
        with self.db.read() as connection:
            return [_entry(row) for row in connection.execute(query.order_by(checkpoints.c.mapping)).mappings()]

    def calls(self, sync: str, run_id: str) -> int:
        """Requests to Salesforce that a run's extractions have made so far."""
        query = select(func.sum(checkpoints.c.calls)).where(checkpoints.c.sync == sync, checkpoints.c.run_id == run_id)
        with self.db.read() as connection:
            return int(connection.execute(query).scalar() or 0)

    def newest_end(self, sync: str, mapping: str, *, besides: str) -> datetime | None:
        """The latest end of a window that a run other than ``besides`` has read, while its parts are still kept."""
        others = and_(checkpoints.c.sync == sync, checkpoints.c.mapping == mapping, checkpoints.c.run_id != besides)
        with self.db.read() as connection:
            found: datetime | None = connection.execute(select(func.max(checkpoints.c.until)).where(others)).scalar()
        return found

    def may_be_loaded(self, sync: str, mapping: str, *, besides: str, settled_before: datetime) -> bool:
        """Whether parts of another run than ``besides`` may still be loaded.

        Parts of a settled run that were read before ``settled_before`` are deleted, or about to be.
        """
        query = (
            select(func.count())
            .select_from(checkpoints)
            .where(
                checkpoints.c.sync == sync,
                checkpoints.c.mapping == mapping,
                checkpoints.c.run_id != besides,
                not_(and_(_ended_as("settled"), checkpoints.c.read_at <= settled_before)),
            )
        )
        with self.db.read() as connection:
            return int(connection.execute(query).scalar_one()) > 0

    def at_work(self, sync: str, *, since: datetime) -> set[str]:
        """Runs of a sync that have read or written after a moment, by their ids."""
        with self.db.read() as connection:
            return set(connection.execute(_at_work(sync, since)).scalars())

    def oldest_at_work(self, sync: str, *, since: datetime) -> datetime | None:
        """The earliest reading of the runs that have read or written after a moment, None without any."""
        query = select(func.min(checkpoints.c.read_at)).where(
            checkpoints.c.sync == sync, checkpoints.c.run_id.in_(_at_work(sync, since))
        )
        with self.db.read() as connection:
            found: datetime | None = connection.execute(query).scalar()
        return found

    def outlived(self, sync: str, *, settled_before: datetime, any_before: datetime) -> list[ExtractCheckpoint]:
        """Extractions whose parts can be deleted: of settled mappings that were read before one moment, and of all runs
        that have not been at work since another.
        """
        query = select(checkpoints).where(
            checkpoints.c.sync == sync,
            or_(
                checkpoints.c.run_id.not_in(_at_work(sync, any_before)),
                and_(checkpoints.c.finished, checkpoints.c.read_at < settled_before, _ended_as("settled")),
            ),
        )
        with self.db.read() as connection:
            rows = connection.execute(query.order_by(checkpoints.c.read_at)).mappings().all()
        return [_entry(row) for row in rows]


def _row(checkpoint: ExtractCheckpoint) -> dict[str, Any]:
    row = {column.name: getattr(checkpoint, column.name) for column in checkpoints.columns}
    return {**row, "parts": [dict(part) for part in checkpoint.parts]}


def _entry(row: RowMapping) -> ExtractCheckpoint:
    return ExtractCheckpoint(**{**row, "parts": tuple(row["parts"])})


def _at_work(sync: str, since: datetime) -> CompoundSelect[str]:
    """The ids of the runs that have read or written after a moment."""
    read = select(checkpoints.c.run_id).where(checkpoints.c.sync == sync, checkpoints.c.read_at >= since)
    sent = select(traffic.c.run_id).where(traffic.c.sync == sync, traffic.c.ended >= since)
    return union(read, sent)


def _ended_as(state: str) -> ColumnElement[bool]:
    return exists().where(
        runs.c.sync == checkpoints.c.sync,
        runs.c.run_id == checkpoints.c.run_id,
        runs.c.mapping == checkpoints.c.mapping,
        runs.c.state == state,
    )


@functools.lru_cache
def _of(sync: str, run_id: str, mapping: str) -> ColumnElement[bool]:
    return and_(checkpoints.c.sync == sync, checkpoints.c.run_id == run_id, checkpoints.c.mapping == mapping)
