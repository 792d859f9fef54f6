"""Bindings: each sync's rows belong to one organization, one instance and one CRM database."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import RowMapping, delete, func, inspect, literal, or_, select

from salesforce_daktela.ledger.store.clock import now_of
from salesforce_daktela.ledger.store.database import Database
from salesforce_daktela.ledger.store.kept_keys import OF_THE_SYSTEMS, kept_key
from salesforce_daktela.ledger.store.tables import (
    bindings,
    kept,
    metadata,
    outcomes,
    parked,
    records,
    rejects,
    rereads,
    settings,
    shares,
    watermarks,
)
from salesforce_daktela.sync.binding import Binding, Ends

MARK_BYTES = 8
MEMORY = (watermarks, records, rejects, parked, rereads, outcomes)
"""Tables whose rows say something about one of the two systems. Totals of runs and of parts do not."""

OF_SYNCS = tuple(table for table in metadata.sorted_tables if "sync" in table.columns and table is not shares)
"""All tables with rows of a sync, except shares of its rate, which belong to processes and not to its memory."""


@dataclass(frozen=True, slots=True)
class Bindings:
    """Bindings: each sync's rows belong to one organization, one instance and one CRM database."""

    db: Database

    def identity(self) -> str:
        """The ledger's own Id, 16 hexadecimal digits; empty before the first upgrade."""
        with self.db.read() as connection:
            if not inspect(connection).has_table(settings.name):
                return ""
            value = connection.execute(select(settings.c.value).where(settings.c.key == "identity")).scalar()
        return "" if value is None else bytes(value).decode()

    def read(self, sync: str) -> Binding | None:
        """The systems that the sync's rows belong to, None when that was never saved."""
        return self.read_all().get(sync)

    def read_all(self) -> dict[str, Binding]:
        """The bindings of all syncs, by name; empty before the first upgrade."""
        with self.db.read() as connection:
            if not inspect(connection).has_table(bindings.name):
                return {}
            rows = connection.execute(select(bindings).order_by(bindings.c.sync)).mappings()
            return {row["sync"]: _binding(row) for row in rows}

    def bind(self, sync: str, ends: Ends, *, expected: Binding | None) -> Binding:
        """Bind the sync's rows to two systems, unless the binding has changed since ``expected`` was read.

        Returns the binding that is valid now. What is kept of the former ones is forgotten.
        """
        with self.db.write(sync) as connection:
            found = connection.execute(select(bindings).where(bindings.c.sync == sync)).mappings().one_or_none()
            known = None if found is None else _binding(found)
            if known != expected and known is not None:
                return known
            bound = Binding(ends=ends, mark=secrets.token_hex(MARK_BYTES), since=datetime.now(UTC))
            row = {"sync": sync, "mark": bound.mark, "since": bound.since, **ends.to_dict()}
            self.db.upsert(connection, bindings, [row], replace=("mark", "since", *ends.to_dict()))
            _forget_answers(connection, sync)
        return bound

    def holds_memory(self, sync: str) -> bool:
        """Whether any row says something about one of the two systems."""
        with self.db.read() as connection:
            return any(
                connection.execute(select(literal(1)).where(table.c.sync == sync).limit(1)).first() for table in MEMORY
            )

    def syncs(self) -> list[str]:
        """Every sync that has any row."""
        found: set[str] = set()
        with self.db.read() as connection:
            for table in OF_SYNCS:
                found.update(connection.execute(select(table.c.sync).distinct()).scalars())
        return sorted(found)

    def busy(self, sync: str) -> bool:
        """Whether a run is writing a record of the sync now."""
        own = select(func.count()).where(records.c.sync == sync)
        with self.db.read() as connection:
            return bool(connection.execute(own.where(records.c.held_until > now_of(connection))).scalar_one() > 0)

    def reset(self, sync: str) -> dict[str, int]:
        """Delete every row of a sync; return the number of rows by table."""
        counts: dict[str, int] = {}
        with self.db.write(sync) as connection:
            for table in OF_SYNCS:
                gone = connection.execute(delete(table).where(table.c.sync == sync)).rowcount
                counts[table.name.removeprefix("sfd_")] = gone
            _forget_answers(connection, sync)
        return {name: count for name, count in counts.items() if count}


def _forget_answers(connection: Any, sync: str) -> None:
    """Forget what is kept of the systems that the sync's rows belonged to."""
    wholes = [kept_key(kind, sync) for kind in OF_THE_SYSTEMS]
    begins = (kept.c.key.startswith(f"{whole}/", autoescape=True) for whole in wholes)
    connection.execute(delete(kept).where(or_(kept.c.key.in_(wholes), *begins)))


def _binding(row: RowMapping) -> Binding:
    ends = Ends(organization=row["organization"], instance=row["instance"], database=row["database"])
    return Binding(ends=ends, mark=row["mark"], since=row["since"])
