"""The reports of runs: what each mapping did in each run."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import RowMapping, and_, select

from salesforce_daktela.ledger.runs.totals import ENDED
from salesforce_daktela.ledger.store.database import Database
from salesforce_daktela.ledger.store.tables import runs
from salesforce_daktela.sync.run_report import counted_report


@dataclass(frozen=True, slots=True)
class Reports:
    """The reports of runs: what each mapping did in each run.

    A report is a dict as docs/report-schema.json describes it. Of a run that an earlier release settled it holds what
    the totals say.
    """

    db: Database

    def read(self, sync: str, run_id: str) -> list[dict[str, Any]]:
        """The reports of one run, by mapping; none of mappings that have not come to an end."""
        query = select(runs).where(runs.c.sync == sync, runs.c.run_id == run_id, ENDED).order_by(runs.c.mapping)
        with self.db.read() as connection:
            return [_report(row) for row in connection.execute(query).mappings()]

    def of_mapping(self, sync: str, run_id: str, mapping: str) -> dict[str, Any] | None:
        """The report of one mapping in one run, its former one while it is read again; None when it has none."""
        query = select(runs).where(and_(runs.c.sync == sync, runs.c.run_id == run_id, runs.c.mapping == mapping))
        with self.db.read() as connection:
            row = connection.execute(query).mappings().first()
        return None if row is None else _report(row)

    def latest(self, sync: str, limit: int, *, modes: Collection[str] = ()) -> list[dict[str, Any]]:
        """The latest reports of a sync, newest first; only those of runs with one of ``modes``, where any are named."""
        query = select(runs).where(runs.c.sync == sync, ENDED)
        if modes:
            query = query.where(runs.c.mode.in_(sorted(modes)))
        with self.db.read() as connection:
            rows = connection.execute(query.order_by(runs.c.finished.desc(), runs.c.mapping).limit(limit)).mappings()
            return [_report(row) for row in rows]


def _report(row: RowMapping) -> dict[str, Any]:
    kept: dict[str, Any] | None = row["report"]
    return dict(kept) if kept else counted_report(dict(row))
