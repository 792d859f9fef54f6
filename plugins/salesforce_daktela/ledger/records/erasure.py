"""Delete everything that the ledger knows of one record."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, String, Table, and_, cast, delete, func, select, update

from salesforce_daktela.ledger.store.clock import now_of
from salesforce_daktela.ledger.store.database import Database
from salesforce_daktela.ledger.store.kept_keys import Kind, kept_key
from salesforce_daktela.ledger.store.tables import kept, metadata, parked, records, runs

Counts = dict[tuple[str, str], int]
"""Deleted rows by mapping and kind: a table's name, ``parked as parent`` or ``records as winner``. ``runs naming it``
counts reports from which the Id was taken."""

HAS_ID = tuple(table for table in metadata.sorted_tables if {"sync", "mapping", "id"} <= set(table.columns.keys()))


@dataclass(frozen=True, slots=True)
class Erasure:
    """Delete everything that the ledger knows of one record."""

    db: Database

    def is_leased(self, sync: str, id_: str) -> bool:
        """Whether a run is writing the record now."""
        own = select(func.count()).where(records.c.sync == sync, records.c.id == id_)
        with self.db.read() as connection:
            return connection.execute(own.where(records.c.held_until > now_of(connection))).scalar_one() > 0

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
        with self.db.write("kept", sync) as connection:
            tries = and_(
                kept.c.key.startswith(kept_key(Kind.UNANSWERED, sync, ""), autoescape=True),
                kept.c.key.endswith(f"/{id_}", autoescape=True),
            )
            for key in connection.execute(select(kept.c.key).where(tries)).scalars().all():
                counts[key.split("/")[-2], "tries without an answer"] += 1
            connection.execute(delete(kept).where(tries))
        for mapping in sorted(self._reported(sync, id_)):
            with self.db.write(sync, mapping) as connection:
                counts[mapping, "runs naming it"] += _strike_out(connection, sync, mapping, id_)
        return {place: count for place, count in counts.items() if count}

    def _reported(self, sync: str, id_: str) -> set[str]:
        """Mappings of which a run's report names the record."""
        query = select(runs.c.mapping).where(runs.c.sync == sync, _names(id_)).distinct()
        with self.db.read() as connection:
            return set(connection.execute(query).scalars())


def _mappings(db: Database, sync: str, id_: str) -> set[str]:
    """Mappings any of whose rows name the record."""
    columns = [*(table.c.id for table in HAS_ID), parked.c.parent_id, records.c.winner]
    found: set[str] = set()
    with db.read() as connection:
        for column in columns:
            query = select(column.table.c.mapping).where(column.table.c.sync == sync, column == id_).distinct()
            found.update(connection.execute(query).scalars())
    return found


def _names(id_: str) -> ColumnElement[bool]:
    return cast(runs.c.report, String).contains(id_, autoescape=True)


def _strike_out(connection: Connection, sync: str, mapping: str, id_: str) -> int:
    """Take the record out of the reports that name it; return how many there were."""
    those = and_(runs.c.sync == sync, runs.c.mapping == mapping)
    found = connection.execute(select(runs.c.run_id, runs.c.report).where(those, _names(id_))).all()
    for run_id, report in found:
        connection.execute(update(runs).where(those, runs.c.run_id == run_id).values(report=_without(report, id_)))
    return len(found)


def _without(value: Any, id_: str) -> Any:
    """The same JSON without the items of lists that name the record."""
    if isinstance(value, dict):
        return {key: _without(inner, id_) for key, inner in value.items()}
    if isinstance(value, list):
        return [_without(item, id_) for item in value if not _is_about(item, id_)]
    return value


def _is_about(item: Any, id_: str) -> bool:
    """Whether an item of a list is the record's Id, or names it: as the heir of another, or in a name made of it."""
    plain = item.values() if isinstance(item, dict) else [item]
    return any(isinstance(each, str) and id_ in each for each in plain)


def _name(table: Table) -> str:
    return table.name.removeprefix("sfd_")
