"""Waiting children of a sync with the state of their parents: counted by cause, and listed page by page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, FromClause, Select, and_, case, distinct, exists, func, literal, select, tuple_

from salesforce_daktela.ledger.records.accepted import referable
from salesforce_daktela.ledger.records.entries import RecordState
from salesforce_daktela.ledger.store.database import Database
from salesforce_daktela.ledger.store.tables import parked, records, rejects
from salesforce_daktela.sync.codes import Cause

ORDER = (parked.c.since, parked.c.mapping, parked.c.id, parked.c.parent_mapping, parked.c.parent_id)


class ParkedPlace(NamedTuple):
    """Where a waiting child stands in the order of the pages."""

    since: datetime
    mapping: str
    id: str
    parent_mapping: str
    parent_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ParkedFilter:
    """Which waiting children; what is None does not narrow. ``parent`` is a mapping, ``ids`` are of child or parent."""

    mapping: str | None = None
    parent: str | None = None
    cause: Cause | None = None
    ids: Sequence[str] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedParked:
    """One child and one parent that it waits for. ``code`` is that of the parent's reject, empty where it has none."""

    place: ParkedPlace
    cause: Cause
    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ParkedCause:
    """How many children of a mapping wait for parents of another one for the same cause, and since when the first."""

    mapping: str
    parent_mapping: str
    cause: Cause
    code: str
    children: int
    since: datetime


@dataclass(frozen=True, slots=True)
class ParkedPages:
    """Waiting children of a sync with the state of their parents. ``mappings`` are the sync's own, by its files."""

    db: Database

    def causes(self, sync: str, mappings: Sequence[str]) -> list[ParkedCause]:
        """Waiting children by mapping, by that of the parents and by the parents' state, most first.

        A child that waits for parents of two mappings, or for parents in two states, counts in both.
        """
        found = _with_causes(_waiting(sync), mappings).subquery()
        by = (found.c.mapping, found.c.parent_mapping, found.c.cause, found.c.code)
        children = func.count(distinct(found.c.id))
        query = (
            select(
                *by,
                children.label("children"),
                func.min(found.c.since).label("since"),
            )
            .group_by(*by)
            .order_by(children.desc(), *by)
        )
        with self.db.read() as connection:
            self.db.without_compiling(connection)
            self.db.by_lookups(connection)
            rows = connection.execute(query).mappings()
            return [ParkedCause(**{**row, "cause": Cause(row["cause"])}) for row in rows]

    def read(
        self,
        sync: str,
        mappings: Sequence[str],
        only: ParkedFilter,
        *,
        after: ParkedPlace | None = None,
        limit: int,
    ) -> list[ListedParked]:
        """At most ``limit`` children with a parent each, longest wait first, the first of them behind ``after``."""
        waiting = _waiting(sync, *_narrowed(only))
        if after is not None:
            values = [literal(value, column.type) for value, column in zip(after, ORDER, strict=True)]
            waiting = waiting.where(tuple_(*ORDER) > tuple_(*values))
        if only.cause is None:
            # Causes of the page's few rows alone, not of all that would follow.
            waiting = waiting.order_by(*ORDER).limit(limit)
        query = _with_causes(waiting, mappings)
        found = query.selected_columns
        if only.cause is not None:
            query = query.where(found["cause"] == only.cause.value)
        order = [found[column.name] for column in ORDER]
        with self.db.read() as connection:
            self.db.without_compiling(connection)
            rows = connection.execute(query.order_by(*order).limit(limit)).mappings()
            return [_listed(row) for row in rows]


def _waiting(sync: str, *narrowed: ColumnElement[bool]) -> Select[Any]:
    return select(parked.c.sync, *ORDER).where(parked.c.sync == sync, *narrowed)


def _with_causes(waiting: Select[Any], mappings: Sequence[str]) -> Select[Any]:
    """Each wait beside its parent's entry and its parent's open reject, where there are such."""
    wait = waiting.subquery("wait")
    columns = (*(wait.c[column.name] for column in ORDER), _cause(wait, mappings).label("cause"))
    return select(*columns, func.coalesce(rejects.c.code, "").label("code")).select_from(_with_parents(wait))


def _with_parents(wait: FromClause) -> FromClause:
    entry = and_(
        records.c.sync == wait.c.sync,
        records.c.mapping == wait.c.parent_mapping,
        records.c.id == wait.c.parent_id,
    )
    refusal = and_(
        rejects.c.sync == wait.c.sync,
        rejects.c.mapping == wait.c.parent_mapping,
        rejects.c.id == wait.c.parent_id,
        rejects.c.closed.is_(None),
    )
    return wait.outerjoin(records, entry).outerjoin(rejects, refusal)


def _cause(wait: FromClause, mappings: Sequence[str]) -> ColumnElement[str]:
    """The parent's state as a cause. What is in Daktela is no hindrance, whatever else is wrong with it."""
    above = parked.alias("above")
    waits = exists().where(
        above.c.sync == wait.c.sync, above.c.mapping == wait.c.parent_mapping, above.c.id == wait.c.parent_id
    )
    state = records.c.state
    return case(
        (wait.c.parent_mapping.not_in(list(mappings)), Cause.UNMAPPED.value),
        (referable(), Cause.ARRIVED.value),
        (rejects.c.code.is_not(None), Cause.REJECTED.value),
        (waits, Cause.WAITS.value),
        (state.is_(None), Cause.UNREAD.value),
        (state == RecordState.GONE.value, Cause.GONE.value),
        (state.in_((RecordState.MERGED.value, RecordState.BECAME.value)), Cause.MERGED.value),
        (state == RecordState.INTENDED.value, Cause.UNSURE.value),
        else_=Cause.REMOVED.value,
    )


def _narrowed(only: ParkedFilter) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if only.mapping is not None:
        found.append(parked.c.mapping == only.mapping)
    if only.parent is not None:
        found.append(parked.c.parent_mapping == only.parent)
    if only.ids is not None:
        found.append(parked.c.id.in_(only.ids) | parked.c.parent_id.in_(only.ids))
    return found


def _listed(row: Any) -> ListedParked:
    place = ParkedPlace(*(row[column.name] for column in ORDER))
    return ListedParked(place=place, cause=Cause(row["cause"]), code=row["code"])
