"""Open rejects of a sync page by page, by reason and oldest first: each page is one short query along an index."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, Select, and_, literal, select, tuple_

from salesforce_daktela.ledger.records.entries import RejectEntry
from salesforce_daktela.ledger.store.database import Database
from salesforce_daktela.ledger.store.tables import records, rejects

ORDER = (rejects.c.mapping, rejects.c.code, rejects.c.field, rejects.c.first_seen, rejects.c.id)


class RejectPlace(NamedTuple):
    """Where a reject stands in the order of the pages."""

    mapping: str
    code: str
    field: str
    first_seen: datetime
    id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RejectFilter:
    """Which open rejects; what is None does not narrow. ``ids`` are 18 characters long.

    ``first_seen_before`` selects those that are open since before that moment, ``run_id`` those that a run has seen.
    """

    mappings: Sequence[str] | None = None
    code: str | None = None
    field: str | None = None
    ids: Sequence[str] | None = None
    first_seen_before: datetime | None = None
    run_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedReject:
    """One open reject; ``name`` is that of the record's object in Daktela, None where it was never written."""

    mapping: str
    reject: RejectEntry
    run_id: str
    name: str | None

    @property
    def place(self) -> RejectPlace:
        """Where it stands."""
        found = self.reject
        return RejectPlace(self.mapping, found.code, found.field, found.first_seen, found.id)


@dataclass(frozen=True, slots=True)
class RejectPages:
    """Open rejects of a sync page by page, by reason and oldest first."""

    db: Database

    def read(
        self, sync: str, only: RejectFilter, *, after: RejectPlace | None = None, limit: int
    ) -> list[ListedReject]:
        """At most ``limit`` open rejects, the first of them behind ``after``."""
        query = _query(sync, only)
        if after is not None:
            values = [literal(value, column.type) for value, column in zip(after, ORDER, strict=True)]
            query = query.where(tuple_(*ORDER) > tuple_(*values))
        # With ``closed``, which is null in all rows, PostgreSQL takes the order from the index.
        query = query.order_by(rejects.c.closed, *ORDER).limit(limit)
        with self.db.read() as connection:
            return [_listed(dict(row)) for row in connection.execute(query).mappings()]


def _query(sync: str, only: RejectFilter) -> Select[tuple[object, ...]]:
    written = and_(
        records.c.sync == rejects.c.sync, records.c.mapping == rejects.c.mapping, records.c.id == rejects.c.id
    )
    columns = (*ORDER, rejects.c.attempts, rejects.c.last_seen, rejects.c.next_try, rejects.c.run_id, records.c.name)
    query: Select[tuple[object, ...]] = select(*columns).select_from(rejects.outerjoin(records, written))
    return query.where(rejects.c.sync == sync, rejects.c.closed.is_(None), *_narrowed(only))


def _narrowed(only: RejectFilter) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if only.mappings is not None:
        found.append(rejects.c.mapping.in_(only.mappings))
    if only.code is not None:
        found.append(rejects.c.code == only.code)
    if only.field is not None:
        found.append(rejects.c.field == only.field)
    if only.ids is not None:
        found.append(rejects.c.id.in_(only.ids))
    if only.first_seen_before is not None:
        found.append(rejects.c.first_seen < only.first_seen_before)
    if only.run_id is not None:
        found.append(rejects.c.run_id == only.run_id)
    return found


def _listed(row: dict[str, object]) -> ListedReject:
    mapping, run_id, name = row.pop("mapping"), row.pop("run_id"), row.pop("name")
    reject = RejectEntry(**row)  # type: ignore[arg-type]
    return ListedReject(
        mapping=str(mapping), reject=reject, run_id=str(run_id), name=None if name is None else str(name)
    )
