"""What became of each record in earlier runs: every outcome but unchanged."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, and_, delete, func, select

from salesforce_daktela.ledger.records.entries import PastOutcome
from salesforce_daktela.ledger.store.database import Database
from salesforce_daktela.ledger.store.tables import outcomes
from salesforce_daktela.sync.outcome import Outcome

SHOWN = ("id", "run_id", "outcome", "code", "field", "at")
AT_ONCE = 10_000
"""Rows that one transaction deletes: a run that writes meanwhile does not wait for more."""


@dataclass(frozen=True, slots=True)
class PastOutcomes:
    """What became of each record in earlier runs, while it is kept."""

    db: Database

    def read(self, sync: str, mapping: str, id_: str, limit: int) -> list[PastOutcome]:
        """The latest outcomes of one record, newest first."""
        of_record = and_(outcomes.c.sync == sync, outcomes.c.mapping == mapping, outcomes.c.id == id_)
        query = select(*(outcomes.c[name] for name in SHOWN)).where(of_record)
        # As an expression: SQLite would else go through the whole sync by the index of ages.
        age = func.coalesce(outcomes.c.at, outcomes.c.at)
        latest = query.order_by(age.desc(), outcomes.c.run_id).limit(limit)
        with self.db.read() as connection:
            return [
                PastOutcome(**{**row, "code": row["code"] or "", "field": row["field"] or ""})
                for row in connection.execute(latest).mappings()
            ]

    def count(self, sync: str, mapping: str, run_id: str, since: datetime) -> dict[str, int]:
        """How many records had which outcome in one run, none of whose outcomes is from before ``since``."""
        # Asked by age: the key has no index for runs.
        of_run = and_(outcomes.c.mapping == mapping, outcomes.c.run_id == run_id)
        query = select(outcomes.c.outcome, func.count().label("records")).where(
            outcomes.c.sync == sync, outcomes.c.at >= since, of_run
        )
        with self.db.read() as connection:
            return {row.outcome: row.records for row in connection.execute(query.group_by(outcomes.c.outcome))}

    def save(self, sync: str, mapping: str, past: Sequence[PastOutcome]) -> None:
        """Save outcomes; the repeated task of a run replaces what it saved before."""
        if past:
            with self.db.write(sync, mapping) as connection:
                remember(self.db, connection, sync, mapping, past)

    def sweep(self, sync: str, before: datetime) -> int:
        """Delete outcomes of a sync from before a moment; return how many there were."""
        old = and_(outcomes.c.sync == sync, outcomes.c.at < before)
        oldest = select(outcomes.c.at).where(old).order_by(outcomes.c.at)
        deleted = 0
        while True:
            with self.db.write(sync, "outcomes") as connection:
                last = connection.execute(oldest.limit(1).offset(AT_ONCE)).scalar()
                these = old if last is None else and_(old, outcomes.c.at <= last)
                deleted += connection.execute(delete(outcomes).where(these)).rowcount
            if last is None:
                return deleted


def remember(db: Database, connection: Connection, sync: str, mapping: str, past: Sequence[PastOutcome]) -> None:
    """Save outcomes within the transaction that saves what they say; those without a change are left out."""
    of = {"sync": sync, "mapping": mapping}
    rows = [
        {**of, **{name: getattr(each, name) for name in SHOWN}}
        for each in past
        if each.outcome and each.outcome != Outcome.UNCHANGED.value
    ]
    if rows:
        db.upsert(connection, outcomes, rows, replace=("outcome", "code", "field", "at"))
