"""Open rejects of a sync page by page, by reason and oldest first: each page is one short query along an index."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Select, and_, literal, select, tuple_

from salesforce_daktela.ledger.records.entries import OpenReason, RejectEntry
from salesforce_daktela.ledger.store.database import Database
from salesforce_daktela.ledger.store.tables import records, rejects

COLUMNS = (
    *(rejects.c[name] for name in ("mapping", "code", "field", "first_seen", "id")),
    *(rejects.c[name] for name in ("attempts", "last_seen", "next_try", "run_id")),
    records.c.name,
)


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

    mapping: str | None = None
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
        self,
        sync: str,
        reasons: Sequence[OpenReason],
        only: RejectFilter,
        *,
        after: RejectPlace | None = None,
        limit: int,
    ) -> list[ListedReject]:
        """At most ``limit`` open rejects, the first of them behind ``after``.

        ``reasons`` are those of the sync, by which the list is ordered: each is one range of an index.
        """
        found: list[ListedReject] = []
        with self.db.read() as connection:
            for reason in sorted(reasons, key=_rank):
                if _is_among(reason, only) and (after is None or _rank(reason) >= after[:3]):
                    behind = after if after is not None and _rank(reason) == after[:3] else None
                    query = _query(sync, reason, only, behind).limit(limit - len(found))
                    found += [_listed(dict(row)) for row in connection.execute(query).mappings()]
                if len(found) >= limit:
                    break
        return found


def _rank(reason: OpenReason) -> tuple[str, str, str]:
    return (reason.mapping, reason.code, reason.field)


def _is_among(reason: OpenReason, only: RejectFilter) -> bool:
    wanted = ((only.mapping, reason.mapping), (only.code, reason.code), (only.field, reason.field))
    return all(want is None or want == has for want, has in wanted)


def _query(sync: str, reason: OpenReason, only: RejectFilter, behind: RejectPlace | None) -> Select[Any]:
    """The open rejects for one reason; with ``closed``, null in all rows, PostgreSQL takes the order from the index."""
    written = and_(
        records.c.sync == rejects.c.sync, records.c.mapping == rejects.c.mapping, records.c.id == rejects.c.id
    )
    query = (
        select(*COLUMNS)
        .select_from(rejects.outerjoin(records, written))
        .where(
            rejects.c.sync == sync,
            rejects.c.closed.is_(None),
            rejects.c.mapping == reason.mapping,
            rejects.c.code == reason.code,
            rejects.c.field == reason.field,
        )
        .order_by(rejects.c.closed, rejects.c.first_seen, rejects.c.id)
    )
    if behind is not None:
        place = tuple_(literal(behind.first_seen, rejects.c.first_seen.type), literal(behind.id))
        query = query.where(tuple_(rejects.c.first_seen, rejects.c.id) > place)
    if only.ids is not None:
        query = query.where(rejects.c.id.in_(only.ids))
    if only.first_seen_before is not None:
        query = query.where(rejects.c.first_seen < only.first_seen_before)
    if only.run_id is not None:
        query = query.where(rejects.c.run_id == only.run_id)
    return query


def _listed(row: dict[str, object]) -> ListedReject:
    mapping, run_id, name = row.pop("mapping"), row.pop("run_id"), row.pop("name")
    reject = RejectEntry(**row)  # type: ignore[arg-type]
    return ListedReject(
        mapping=str(mapping), reject=reject, run_id=str(run_id), name=None if name is None else str(name)
    )
