"""What a ledger is like from outside: version, size, watermarks. Reads only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, inspect, select

from salesforce_daktela.ledger.database import Database
from salesforce_daktela.ledger.tables import metadata, settings, watermarks
from salesforce_daktela.ledger.versions import STEPS


@dataclass(frozen=True, slots=True)
class Version:
    """The version of the tables, 0 for none yet, and the version that this program makes."""

    found: int
    known: int


def version(db: Database) -> Version:
    """Which version the ledger has."""
    with db.read() as connection:
        if not inspect(connection).has_table(settings.name):
            return Version(0, len(STEPS))
        value = connection.execute(select(settings.c.value).where(settings.c.key == "schema_version")).scalar()
    return Version(0 if value is None else int(value), len(STEPS))


def count_rows(db: Database) -> dict[str, int]:
    """Rows by table; tables that are not there yet are left out."""
    with db.read() as connection:
        present = set(inspect(connection).get_table_names())
        return {
            table.name.removeprefix("sfd_"): connection.execute(select(func.count()).select_from(table)).scalar_one()
            for table in metadata.sorted_tables
            if table.name in present
        }


def all_watermarks(db: Database) -> list[tuple[str, str, datetime]]:
    """Sync, mapping and watermark, in that order."""
    columns = (watermarks.c.sync, watermarks.c.mapping, watermarks.c.until)
    with db.read() as connection:
        if not inspect(connection).has_table(watermarks.name):
            return []
        return [(row[0], row[1], row[2]) for row in connection.execute(select(*columns).order_by(*columns))]
