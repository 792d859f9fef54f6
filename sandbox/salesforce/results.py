"""The rows of one query as a snapshot: a read transaction and the row numbers found in it."""

from __future__ import annotations

import json
import threading
from array import array
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from sandbox.salesforce.catalogue import Catalogue
from sandbox.salesforce.soql.parser import parse
from sandbox.salesforce.soql.plan import Aggregate, Plan, build_plan
from sandbox.salesforce.store import connect

CHUNK = 5_000
"""Rows fetched from SQLite at a time."""


def plan_soql(soql: str, catalogue: Catalogue, *, today: date, with_deleted: bool) -> Plan:
    """Return the plan of a SOQL text. Raises SoqlError."""
    return build_plan(parse(soql), soql, catalogue, today=today, with_deleted=with_deleted)


class ResultSet:
    """The rows of ``plan``, without later writes; eight bytes of memory per row. Has to be closed."""

    def __init__(self, path: Path, plan: Plan) -> None:
        self.plan = plan
        self._connection = connect(path)
        self._lock = threading.Lock()
        self._connection.execute("BEGIN")
        found = self._connection.execute(f"SELECT t._n {plan.source}", plan.parameters)
        self._rows: array[int] = array("q")
        while batch := found.fetchmany(50_000):
            self._rows.extend([row for (row,) in batch])

    def __len__(self) -> int:
        return len(self._rows)

    def render(self, expression: str, start: int, stop: int) -> Iterator[str]:
        """Yield the text of ``expression`` for each row from ``start`` to ``stop``, in the order of the query."""
        for first in range(start, min(stop, len(self)), CHUNK):
            yield from (text for (text,) in self._fetch(expression, first, min(first + CHUNK, stop)))

    def close(self) -> None:
        """Close the snapshot."""
        self._connection.close()

    def _fetch(self, expression: str, start: int, stop: int) -> list[tuple[str]]:
        joins = " ".join(each.sql for each in self.plan.joins.values())
        sql = (
            f"SELECT {expression} FROM json_each(?) AS k "  # noqa: S608  expressions come from our own schema
            f'CROSS JOIN "{self.plan.sobject.name}" AS t ON t._n = k.value {joins}'
        )
        numbers = "[" + ",".join(map(str, self._rows[start:stop])) + "]"
        with self._lock:
            return self._connection.execute(sql, (numbers,)).fetchall()


def count_rows(path: Path, plan: Plan) -> int:
    """Return how many rows ``plan`` finds."""
    found: int = _one(path, f"SELECT count(*) FROM (SELECT 1 {plan.source})", plan.parameters)[0]  # noqa: S608  own names
    return found


def aggregate_record(path: Path, plan: Plan) -> str:
    """Return the JSON of the one AggregateResult of ``plan``."""
    values = ", ".join(f"{each.sql} AS a{at}" for at, each in enumerate(plan.aggregates))
    row = _one(path, f"SELECT {values} {plan.source}", plan.parameters)
    values_by_name = {each.name: _shown(each, value) for each, value in zip(plan.aggregates, row, strict=True)}
    return json.dumps({"attributes": {"type": "AggregateResult"}, **values_by_name}, ensure_ascii=False)


def _shown(aggregate: Aggregate, value: Any) -> Any:
    if value is None or aggregate.column is None:
        return value
    match aggregate.column.field.type:
        case "datetime":
            return f"{value[:23]}+0000"
        case "boolean":
            return bool(value)
    return value


def _one(path: Path, sql: str, parameters: tuple[Any, ...]) -> Any:
    connection = connect(path)
    try:
        return connection.execute(sql, parameters).fetchone()
    finally:
        connection.close()
