"""Delete everything that the ledger knows of one record."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Table, delete, func, select, update

from salesforce_daktela.ledger.store.database import Database
from salesforce_daktela.ledger.store.tables import metadata, parked, records

Counts = dict[tuple[str, str], int]
"""Deleted rows by mapping and kind: a table's name, ``parked as parent`` or ``records as winner``."""

HAS_ID = tuple(table for table in metadata.sorted_tables if {"sync", "mapping", "id"} <= set(table.columns.keys()))


@dataclass(frozen=True, slots=True)
class Erasure:
    """Delete everything that the ledger knows of one record."""

    db: Database

    def is_leased(self, sync: str, id_: str, at: datetime) -> bool:
        """Whether a run is writing the record now."""
        query = select(func.count()).where(records.c.sync == sync, records.c.id == id_, records.c.held_until > at)
        with self.db.read() as connection:
            return connection.execute(query).scalar_one() > 0

    def waiting_for(self, sync: str, id_: str) -> list[tuple[str, str]]:
        """Mapping and Id of the children that wait for the record."""
        query = select(parked.c.mapping, parked.c.id).where(parked.c.sync == sync, parked.c.parent_id == id_)
        with self.db.read() as connection:
            return sorted({(mapping, child) for mapping, child in connection.execute(query)})

    def forget(self, sync: str, id_: str) -> Counts:
        """Delete every row of a record, and its Id where another row names it; return what was deleted."""
        counts: Counter[tuple[str, str]] = Counter()
        for mapping in sorted(_mappings(self.db, sync, id_)):
            with self.db.write(sync, mapping) as connection:
                for table in HAS_ID:
                    place = (table.c.sync == sync, table.c.mapping == mapping)
                    found = connection.execute(delete(table).where(*place, table.c.id == id_))
                    counts[mapping, _name(table)] += found.rowcount
                place = (parked.c.sync == sync, parked.c.mapping == mapping)
                children = connection.execute(delete(parked).where(*place, parked.c.parent_id == id_))
                counts[mapping, "parked as parent"] += children.rowcount
                place = (records.c.sync == sync, records.c.mapping == mapping)
                losers = connection.execute(update(records).where(*place, records.c.winner == id_).values(winner=None))
                counts[mapping, "records as winner"] += losers.rowcount
        return {place: count for place, count in counts.items() if count}


def _mappings(db: Database, sync: str, id_: str) -> set[str]:
    """Mappings any of whose rows name the record."""
    columns = [*(table.c.id for table in HAS_ID), parked.c.parent_id, records.c.winner]
    found: set[str] = set()
    with db.read() as connection:
        for column in columns:
            query = select(column.table.c.mapping).where(column.table.c.sync == sync, column == id_).distinct()
            found.update(connection.execute(query).scalars())
    return found


def _name(table: Table) -> str:
    return table.name.removeprefix("sfd_")
