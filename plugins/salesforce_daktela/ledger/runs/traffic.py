"""Requests that the steps of a run have sent to Daktela."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, RowMapping, and_, select

from salesforce_daktela.ledger.store.database import Database
from salesforce_daktela.ledger.store.tables import traffic
from salesforce_daktela.sync.traffic import Sent, Traffic, joined


@dataclass(frozen=True, slots=True)
class RunTraffic:
    """Requests that the steps of a run have sent to Daktela: a row for each mapping and step, over all tries."""

    db: Database

    def add(self, sync: str, run_id: str, mapping: str, step: str, more: Traffic) -> None:
        """Add what a task has sent to what earlier tasks and tries of the same step have sent."""
        key = {"sync": sync, "run_id": run_id, "mapping": mapping, "step": step}
        with self.db.write(sync, mapping) as connection:
            together = joined([*_found(connection, key), more]) or more
            row = {
                **key,
                "calls": together.sent.calls,
                "throttled": together.sent.throttled,
                "retries": together.sent.retries,
                "written": together.written,
                "began": together.began,
                "ended": together.ended,
            }
            self.db.upsert(connection, traffic, [row], replace=[name for name in row if name not in key])

    def of_run(self, sync: str, run_id: str) -> dict[str, dict[str, Traffic]]:
        """The traffic of each step by mapping and step."""
        found: dict[str, dict[str, Traffic]] = {}
        with self.db.read() as connection:
            for row in _rows(connection, {"sync": sync, "run_id": run_id}):
                found.setdefault(row["mapping"], {})[row["step"]] = _traffic(row)
        return found

    def read(self, sync: str, run_id: str, mapping: str) -> dict[str, Traffic]:
        """The traffic of each step of one mapping, by the step's name."""
        wanted = {"sync": sync, "run_id": run_id, "mapping": mapping}
        with self.db.read() as connection:
            return {row["step"]: _traffic(row) for row in _rows(connection, wanted)}


def _rows(connection: Connection, wanted: dict[str, str]) -> list[RowMapping]:
    query = select(traffic).where(and_(*(traffic.c[name] == value for name, value in wanted.items())))
    return list(connection.execute(query.order_by(traffic.c.step)).mappings())


def _found(connection: Connection, key: dict[str, str]) -> list[Traffic]:
    return [_traffic(row) for row in _rows(connection, key)]


def _traffic(row: RowMapping) -> Traffic:
    counts: dict[str, Any] = {name: row[name] for name in ("calls", "throttled", "retries")}
    return Traffic(sent=Sent(**counts), began=row["began"], ended=row["ended"], written=row["written"])
