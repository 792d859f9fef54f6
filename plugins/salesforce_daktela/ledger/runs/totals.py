"""Totals of runs: one row for each loaded part, and one for each mapping."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, delete, func, select, update

from salesforce_daktela.ledger.records.entries import PartTotals, RunTotals
from salesforce_daktela.ledger.store.database import Database
from salesforce_daktela.ledger.store.tables import parts, runs

COUNTED = tuple(column for column in runs.columns if column is not runs.c.report)
"""What ``RunTotals`` holds."""

BEGUN = "begun"
"""In place of the state of a mapping that had ended and is read again. Until it ends once more nobody is told of it."""

ENDED = runs.c.state != BEGUN


@dataclass(frozen=True, slots=True)
class Totals:
    """Totals of runs: one row for each loaded part, and one for each mapping."""

    db: Database

    def save_part(self, sync: str, run_id: str, mapping: str, extraction: str, totals: PartTotals) -> None:
        """Save the totals of one part; a repeated load replaces them."""
        row = {
            "sync": sync,
            "run_id": run_id,
            "mapping": mapping,
            "extraction": extraction,
            "part": totals.part,
            "extracted": totals.extracted,
            "counts": dict(totals.counts),
            "notes": dict(totals.notes),
        }
        with self.db.write(sync, mapping) as connection:
            self.db.upsert(connection, parts, [row], replace=("extracted", "counts", "notes"))

    def read_parts(self, sync: str, run_id: str, mapping: str, extraction: str) -> list[PartTotals]:
        """The totals of one extraction's parts, in order."""
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
        with self.db.read() as connection:
            return [PartTotals(**row) for row in connection.execute(query).mappings()]

    def sum_parts(self, sync: str, run_id: str, mapping: str, extraction: str) -> tuple[Counter[str], Counter[str]]:
        """Outcomes and notes of all parts of one extraction that have been loaded."""
        counts, notes = Counter[str](), Counter[str]()
        for part in self.read_parts(sync, run_id, mapping, extraction):
            counts.update(part.counts)
            notes.update(part.notes)
        return counts, notes

    def loaded(self, sync: str, run_id: str, mapping: str, extraction: str) -> int:
        """How many rows are in the parts of one extraction that have been loaded."""
        query = select(func.sum(parts.c.extracted)).where(
            parts.c.sync == sync,
            parts.c.run_id == run_id,
            parts.c.mapping == mapping,
            parts.c.extraction == extraction,
        )
        with self.db.read() as connection:
            return int(connection.execute(query).scalar() or 0)

    def forget_parts(self, sync: str, run_id: str, mapping: str, extraction: str, numbers: Sequence[int]) -> None:
        """Delete the totals of parts that are loaded anew."""
        those = and_(
            parts.c.sync == sync,
            parts.c.run_id == run_id,
            parts.c.mapping == mapping,
            parts.c.extraction == extraction,
            parts.c.part.in_(numbers),
        )
        with self.db.write(sync, mapping) as connection:
            connection.execute(delete(parts).where(those))

    def save_run(self, totals: RunTotals, report: Mapping[str, Any] | None = None) -> None:
        """Save the totals of one mapping in one run with its report; settling again replaces both."""
        row = {column.name: getattr(totals, column.name) for column in COUNTED}
        row.update(counts=dict(totals.counts), notes=dict(totals.notes), report=report)
        with self.db.write(totals.sync, totals.mapping) as connection:
            replaced = [column.name for column in runs.columns if not column.primary_key]
            self.db.upsert(connection, runs, [row], replace=replaced)

    def begin_again(self, sync: str, run_id: str, mapping: str) -> None:
        """Take back that a mapping of a run has ended: somebody has cleared its tasks, and it is read again."""
        row = and_(runs.c.sync == sync, runs.c.run_id == run_id, runs.c.mapping == mapping)
        with self.db.write(sync, mapping) as connection:
            connection.execute(update(runs).where(row).values(state=BEGUN))

    def read_runs(self, sync: str, limit: int) -> list[RunTotals]:
        """The latest totals of a sync, newest first."""
        return self._runs(
            select(*COUNTED)
            .where(runs.c.sync == sync, ENDED)
            .order_by(runs.c.finished.desc(), runs.c.mapping)
            .limit(limit)
        )

    def last_settled(self, sync: str, modes: Collection[str]) -> dict[str, datetime]:
        """When the latest settled run of one of ``modes`` has ended, by mapping."""
        those = and_(runs.c.sync == sync, runs.c.state == "settled", runs.c.mode.in_(modes))
        query = select(runs.c.mapping, func.max(runs.c.finished).label("finished")).where(those)
        with self.db.read() as connection:
            return {row.mapping: row.finished for row in connection.execute(query.group_by(runs.c.mapping))}

    def of_runs(self, sync: str, run_ids: Sequence[str]) -> list[RunTotals]:
        """The totals of these runs, by run and mapping; for as many runs as a page shows."""
        those = and_(runs.c.sync == sync, runs.c.run_id.in_(run_ids), ENDED)
        return self._runs(select(*COUNTED).where(those).order_by(runs.c.run_id, runs.c.mapping))

    def _runs(self, query: Select[Any]) -> list[RunTotals]:
        with self.db.read() as connection:
            return [RunTotals(**row) for row in connection.execute(query).mappings()]
