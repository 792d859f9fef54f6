"""An overview of a ledger: version, size, watermarks. Reads only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Table, func, inspect, select

from salesforce_daktela.ledger.store.database import Database
from salesforce_daktela.ledger.store.tables import (
    checkpoints,
    metadata,
    parked,
    records,
    rejects,
    rereads,
    settings,
    watermarks,
)
from salesforce_daktela.ledger.store.versions import STEPS


@dataclass(frozen=True, slots=True)
class Version:
    """The version of the tables, 0 for none yet, and the version that this program makes."""

    found: int
    known: int


@dataclass(frozen=True, slots=True)
class Overview:
    """An overview of a ledger: version, size, watermarks. Reads only."""

    db: Database

    def version(self) -> Version:
        """The version of the ledger."""
        with self.db.read() as connection:
            if not inspect(connection).has_table(settings.name):
                return Version(0, len(STEPS))
            value = connection.execute(select(settings.c.value).where(settings.c.key == "schema_version")).scalar()
        return Version(0 if value is None else int(value), len(STEPS))

    def count_rows(self) -> dict[str, int]:
        """Rows by table; tables that are not there yet are left out."""
        with self.db.read() as connection:
            present = set(inspect(connection).get_table_names())
            return {
                table.name.removeprefix("sfd_"): connection.execute(
                    select(func.count()).select_from(table)
                ).scalar_one()
                for table in metadata.sorted_tables
                if table.name in present
            }

    def all_watermarks(self) -> list[tuple[str, str, datetime]]:
        """Sync, mapping and watermark, in that order."""
        columns = (watermarks.c.sync, watermarks.c.mapping, watermarks.c.until)
        with self.db.read() as connection:
            if not inspect(connection).has_table(watermarks.name):
                return []
            return [(row[0], row[1], row[2]) for row in connection.execute(select(*columns).order_by(*columns))]

    def history(self, sync: str, mapping: str, id_: str) -> list[tuple[datetime, str]]:
        """The history of one record in the ledger, oldest first: times and sentences."""

        def of(table: Table) -> tuple[ColumnElement[bool], ...]:
            return (table.c.sync == sync, table.c.mapping == mapping, table.c.id == id_)

        events: list[tuple[datetime, str]] = []
        with self.db.read() as connection:
            for row in connection.execute(select(records).where(*of(records))).mappings():
                asked = select(checkpoints.c.run_id).where(checkpoints.c.extraction == row["extraction"])
                run = connection.execute(asked).scalar()
                written = row["outcome"] or row["state"]
                events.append((row["read_at"], f"read from Salesforce{'' if run is None else f' by run {run}'}"))
                events.append((row["written_at"], f"{written} as {row['name']}, now {row['state']}"))
            for row in connection.execute(select(rejects).where(*of(rejects))).mappings():
                events.append((row["first_seen"], f"rejected: {row['code']} {row['field']}".rstrip()))
                events.append((row["last_seen"], f"rejected for the {row['attempts']}. time, by run {row['run_id']}"))
                if row["closed"] is not None:
                    events.append((row["closed"], "no longer rejected"))
            for row in connection.execute(select(parked).where(*of(parked))).mappings():
                events.append((row["since"], f"waits for {row['parent_mapping']} {row['parent_id']}"))
            for row in connection.execute(select(rereads).where(*of(rereads))).mappings():
                events.append((row["since"], "to be read again by the next run"))
        return sorted(events)
