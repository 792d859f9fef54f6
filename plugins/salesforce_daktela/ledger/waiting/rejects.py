"""Rejected records, kept independently of the watermark until they are corrected."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, func, select, update

from salesforce_daktela.ledger.records.entries import OpenReason, PastOutcome, RejectEntry
from salesforce_daktela.ledger.records.outcomes import remember
from salesforce_daktela.ledger.store.database import ASKED, Database, chunks
from salesforce_daktela.ledger.store.tables import rejects
from salesforce_daktela.ledger.waiting.backoff import next_try
from salesforce_daktela.sync.outcome import Outcome, Problem, RecordOutcome

SHOWN = ("id", "code", "field", "attempts", "first_seen", "last_seen", "next_try")
UNEXPLAINED = Problem(code="unexplained")


@dataclass(frozen=True, slots=True)
class Rejects:
    """Rejected records, kept independently of the watermark until they are corrected."""

    db: Database

    def save(self, sync: str, mapping: str, run_id: str, outcomes: Sequence[RecordOutcome], at: datetime) -> int:
        """Open a reject for each outcome, or count another attempt of an open one; the first problem gives its code.

        A run counts as one attempt however often its task is repeated. Returns how many were open before this run.
        """
        if not outcomes:
            return 0
        latest = {outcome.id: outcome for outcome in outcomes}
        replaced = [column.name for column in rejects.columns if not column.primary_key]
        with self.db.write(sync, mapping) as connection:
            earlier = _open_among(connection, sync, mapping, list(latest))
            rows = [
                {"sync": sync, "mapping": mapping, **_row(run_id, outcome, earlier.get(outcome.id), at)}
                for outcome in latest.values()
            ]
            self.db.upsert(connection, rejects, rows, replace=replaced)
            remember(self.db, connection, sync, mapping, [_past(row) for row in rows])
        return sum(row["attempts"] > 1 for row in rows)

    def close(self, sync: str, mapping: str, ids: Sequence[str], at: datetime) -> None:
        """Close the rejects of records that a reading at ``at`` found valid, or no longer there.

        A reject that a later reading has seen stays open.
        """
        closing = sorted(self.codes(sync, mapping, ids))
        if not closing:
            return
        with self.db.write(sync, mapping) as connection:
            for chunk in chunks(closing):
                seen = and_(_open(sync, mapping), rejects.c.id.in_(chunk), rejects.c.last_seen <= at)
                connection.execute(update(rejects).where(seen).values(closed=at))

    def read(
        self, sync: str, mapping: str, due_at: datetime | None = None, code: str | None = None, id_: str | None = None
    ) -> list[RejectEntry]:
        """Open rejects, by Id; ``due_at`` selects those whose pause is over, ``code`` those with that reason.

        ``id_`` selects that of one record.
        """
        query = select(*(rejects.c[name] for name in SHOWN)).where(_open(sync, mapping)).order_by(rejects.c.id)
        if id_ is not None:
            query = query.where(rejects.c.id == id_)
        if due_at is not None:
            query = query.where(rejects.c.next_try <= due_at)
        if code is not None:
            query = query.where(rejects.c.code == code)
        with self.db.read() as connection:
            return [RejectEntry(**row) for row in connection.execute(query).mappings()]

    def read_of_run(self, sync: str, mapping: str, run_id: str, limit: int) -> list[RejectEntry]:
        """At most ``limit`` open rejects that this run has opened or seen again, by Id."""
        query = select(*(rejects.c[name] for name in SHOWN)).where(_open(sync, mapping), rejects.c.run_id == run_id)
        with self.db.read() as connection:
            return [
                RejectEntry(**row) for row in connection.execute(query.order_by(rejects.c.id).limit(limit)).mappings()
            ]

    def reasons(self, sync: str) -> list[OpenReason]:
        """Open rejects of a sync by mapping, code and field, most frequent first."""
        by = (rejects.c.mapping, rejects.c.code, rejects.c.field)
        count = func.count()
        query = (
            select(*by, count.label("count"), func.min(rejects.c.first_seen).label("since"))
            .where(rejects.c.sync == sync, rejects.c.closed.is_(None))
            .group_by(*by)
            .order_by(count.desc(), *by)
        )
        with self.db.read() as connection:
            return [OpenReason(**row) for row in connection.execute(query).mappings()]

    def codes(self, sync: str, mapping: str, ids: Iterable[str]) -> dict[str, str]:
        """Codes of the open rejects among ``ids``."""
        query = select(rejects.c.id, rejects.c.code).where(_open(sync, mapping))
        return {row[0]: row[1] for row in self.db.rows_among(query, rejects.c.id, ids, ASKED)}


def _open_among(connection: Connection, sync: str, mapping: str, ids: Sequence[str]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for chunk in chunks(ids):
        query = select(rejects).where(_open(sync, mapping), rejects.c.id.in_(chunk))
        found.update((row["id"], row) for row in connection.execute(query).mappings())
    return found


def _row(run_id: str, outcome: RecordOutcome, earlier: Any, at: datetime) -> dict[str, Any]:
    problem = outcome.problems[0] if outcome.problems else UNEXPLAINED
    if earlier is None:
        attempts, first_seen = 1, at
    else:
        attempts = earlier["attempts"] + (earlier["run_id"] != run_id)
        first_seen = earlier["first_seen"]
    return {
        "id": outcome.id,
        "code": problem.code,
        "field": problem.field,
        "attempts": attempts,
        "first_seen": first_seen,
        "last_seen": at,
        "next_try": next_try(attempts, at, problem),
        "closed": None,
        "run_id": run_id,
    }


def _past(row: dict[str, Any]) -> PastOutcome:
    return PastOutcome(
        id=row["id"],
        run_id=row["run_id"],
        outcome=Outcome.REJECTED.value,
        at=row["last_seen"],
        code=row["code"],
        field=row["field"],
    )


@functools.lru_cache
def _open(sync: str, mapping: str) -> ColumnElement[bool]:
    return and_(rejects.c.sync == sync, rejects.c.mapping == mapping, rejects.c.closed.is_(None))
