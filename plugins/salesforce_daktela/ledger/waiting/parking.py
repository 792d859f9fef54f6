"""Children that wait for their parents."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, and_, delete, distinct, exists, func, or_, select, true

from salesforce_daktela.ledger.records.accepted import referable
from salesforce_daktela.ledger.records.entries import ParkedAge, ParkedEntry, ParkedGroup, Waiting
from salesforce_daktela.ledger.store.database import ASKED, Database, chunks
from salesforce_daktela.ledger.store.tables import parked, records


@dataclass(frozen=True, slots=True)
class Parking:
    """Children that wait for their parents."""

    db: Database

    def park(
        self, sync: str, mapping: str, waits: Sequence[Waiting], at: datetime, read_at: datetime | None = None
    ) -> None:
        """Save what each child waits for, in place of what it waited for before. Its waiting time goes on.

        What a reading later than ``read_at`` has found is kept.
        """
        ids = list(dict.fromkeys(wait.id for wait in waits))
        if not ids:
            return
        with self.db.write(sync, mapping) as connection:
            since = _since(connection, sync, mapping, ids)
            _delete(connection, sync, mapping, ids, read_at)
            newer = _since(connection, sync, mapping, ids)
            rows = [
                {
                    "sync": sync,
                    "mapping": mapping,
                    "id": wait.id,
                    "parent_mapping": wait.parent_mapping,
                    "parent_id": wait.parent_id,
                    "since": since.get(wait.id, at),
                    "read_at": read_at,
                }
                for wait in dict.fromkeys(waits)
                if wait.id not in newer
            ]
            self.db.upsert(connection, parked, rows, replace=())

    def unpark(self, sync: str, mapping: str, ids: Sequence[str], read_at: datetime | None = None) -> None:
        """Delete the waits of these children, except waits that a reading later than ``read_at`` has found."""
        query = select(parked.c.id).distinct().where(_of(sync, mapping))
        released = [row[0] for row in self.db.rows_among(query, parked.c.id, ids, ASKED)]
        if released:
            with self.db.write(sync, mapping) as connection:
                _delete(connection, sync, mapping, released, read_at)

    def read(self, sync: str, mapping: str, id_: str | None = None) -> list[ParkedEntry]:
        """Waiting children, longest wait first; one entry per missing parent and per mapping that may bring it.

        ``id_`` selects one child.
        """
        # For one child as an expression, and with a column that the index of ages lacks: SQLite would else go through
        # the whole sync by that index.
        age = parked.c.since if id_ is None else func.coalesce(parked.c.since, parked.c.since)
        query = (
            select(parked.c.id, parked.c.parent_mapping, parked.c.parent_id, parked.c.since)
            .where(_of(sync, mapping))
            .order_by(age, parked.c.id, parked.c.parent_mapping, parked.c.parent_id)
        )
        shown = query if id_ is None else query.add_columns(parked.c.read_at).where(parked.c.id == id_)
        with self.db.read() as connection:
            return [
                ParkedEntry(id=row[0], parent_mapping=row[1], parent_id=row[2], since=row[3])
                for row in connection.execute(shown)
            ]

    def age(self, sync: str, mapping: str) -> ParkedAge:
        """How many children wait, each counted once, and since when."""
        query = select(func.count(distinct(parked.c.id)), func.min(parked.c.since)).where(_of(sync, mapping))
        with self.db.read() as connection:
            children, since = connection.execute(query).one()
        return ParkedAge(children=children, since=since)

    def groups(self, sync: str) -> list[ParkedGroup]:
        """Waiting children of a sync by mapping and by the mapping that may bring their parents, most first.

        A child that waits for two parents of one mapping counts once; one whose parents are of two counts in both.
        """
        by = (parked.c.mapping, parked.c.parent_mapping)
        children = func.count(distinct(parked.c.id))
        query = (
            select(*by, children.label("children"), func.min(parked.c.since).label("since"))
            .where(parked.c.sync == sync)
            .group_by(*by)
            .order_by(children.desc(), *by)
        )
        with self.db.read() as connection:
            return [ParkedGroup(**row) for row in connection.execute(query).mappings()]

    def count(self, sync: str) -> int:
        """How many children of a sync wait, each counted once."""
        children = select(parked.c.mapping, parked.c.id).where(parked.c.sync == sync).distinct().subquery()
        with self.db.read() as connection:
            return int(connection.execute(select(func.count()).select_from(children)).scalar_one())

    def releasable(self, sync: str, mapping: str) -> list[str]:
        """Ids of children all of whose parents have arrived, by any of the mappings that may bring them."""
        arrived = exists().where(
            records.c.sync == parked.c.sync,
            records.c.mapping == parked.c.parent_mapping,
            records.c.id == parked.c.parent_id,
            referable(),
        )
        query = select(parked.c.id, parked.c.parent_id, arrived.label("arrived")).where(_of(sync, mapping))
        here: dict[tuple[str, str], bool] = {}
        with self.db.read() as connection:
            for id_, parent, came in connection.execute(query):
                here[id_, parent] = here.get((id_, parent), False) or bool(came)
        return sorted({id_ for id_, _ in here} - {id_ for (id_, _), came in here.items() if not came})


def _since(connection: Connection, sync: str, mapping: str, ids: Sequence[str]) -> dict[str, datetime]:
    found: dict[str, datetime] = {}
    query = select(parked.c.id, func.min(parked.c.since)).where(_of(sync, mapping)).group_by(parked.c.id)
    for chunk in chunks(ids):
        found.update((id_, since) for id_, since in connection.execute(query.where(parked.c.id.in_(chunk))))
    return found


def _delete(connection: Connection, sync: str, mapping: str, ids: Sequence[str], read_at: datetime | None) -> None:
    no_later = true() if read_at is None else or_(parked.c.read_at.is_(None), parked.c.read_at <= read_at)
    for chunk in chunks(ids):
        connection.execute(delete(parked).where(_of(sync, mapping), parked.c.id.in_(chunk), no_later))


@functools.lru_cache
def _of(sync: str, mapping: str) -> ColumnElement[bool]:
    return and_(parked.c.sync == sync, parked.c.mapping == mapping)
