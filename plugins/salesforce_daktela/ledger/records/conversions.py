"""Hand an object over from a converted record to the record that carries it on, in one transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, and_, select, update

from salesforce_daktela.ledger.records.accepted import LEASE, PRESENT, WRITTEN, of
from salesforce_daktela.ledger.records.entries import PastOutcome, RecordEntry, RecordState
from salesforce_daktela.ledger.records.outcomes import remember
from salesforce_daktela.ledger.store.clock import now_of
from salesforce_daktela.ledger.store.database import Database, chunks
from salesforce_daktela.ledger.store.tables import records
from salesforce_daktela.sync.conversion import Conversion
from salesforce_daktela.sync.outcome import Outcome

EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)
"""The stamp of an entry that was handed over: whatever is read of the record is newer."""


@dataclass(frozen=True, slots=True)
class Conversions:
    """Hands objects over from converted records to those that carry them on."""

    db: Database

    def hand_over(self, sync: str, mapping: str, conversions: Sequence[Conversion], run_id: str) -> set[str]:
        """Give records of ``mapping`` without an entry the objects of the records that were converted into them.

        A converted record that was never loaded is noted as well, so that an older reading of it creates nothing.
        Returns the heirs whose converted records another run has leased: for these nothing is changed.
        """
        leased: set[str] = set()
        with self.db.write(sync, mapping) as connection:
            for source in sorted({conversion.mapping for conversion in conversions}):
                self.db.lock(connection, sync, source)
                of_source = [conversion for conversion in conversions if conversion.mapping == source]
                leased |= self._hand_over(connection, sync, source, mapping, of_source, run_id)
        return leased

    def intend_merge(self, sync: str, mapping: str, id_: str, heir: str | None) -> None:
        """Note, or with None take back, that the object of a converted record is about to be merged with its heir's.

        Whoever finds the note and one object of the two knows that it has taken place. The record's lease goes on.
        """
        with self.db.write(sync, mapping) as connection:
            of_one = and_(of(sync, mapping), records.c.id == id_)
            connection.execute(update(records).where(of_one).values(winner=heir))

    def end_merge(
        self,
        sync: str,
        mapping: str,
        entry: RecordEntry,
        heirs: str,
        heir: RecordEntry,
        left: str,
        stamp: datetime | None,
    ) -> None:
        """End a converted record's ``entry``, and give its ``heir`` the object that is ``left``.

        ``heirs`` is the heir's mapping. Both records are leased by the caller; the leases end. The object may hold what
        both held, so whatever is read of the heir next is written.
        """
        with self.db.write(sync, heirs) as connection:
            self.db.lock(connection, sync, mapping)
            conversion = Conversion(
                mapping=mapping, id=entry.id, heir=heir.id, name=left, stamp=stamp or entry.stamp or entry.read_at
            )
            ended = replace(_ended(conversion, entry, now_of(connection)), name=left)
            carried = replace(heir, name=left, digest=None, echo=None, adopted=heir.adopted or entry.adopted)
            for name, changed in ((mapping, ended), (heirs, carried)):
                self.db.upsert(connection, records, [_values(sync, name, changed)], replace=(*WRITTEN, *LEASE))

    def _hand_over(
        self,
        connection: Connection,
        sync: str,
        source: str,
        mapping: str,
        conversions: Sequence[Conversion],
        run_id: str,
    ) -> set[str]:
        now = now_of(connection)
        rows = _rows(connection, sync, source, [conversion.id for conversion in conversions])
        taken = set(_rows(connection, sync, mapping, [conversion.heir for conversion in conversions]))
        leased: set[str] = set()
        entries: dict[str, list[RecordEntry]] = {source: [], mapping: []}
        for conversion in conversions:
            row = rows.get(conversion.id)
            if conversion.heir in taken:
                continue
            if row is not None and row["held_until"] is not None and row["held_until"] > now:
                leased.add(conversion.heir)
                continue
            entry = None if row is None else _entry(row)
            if entry is None or entry.state in (*PRESENT, RecordState.INTENDED):
                entries[source].append(_ended(conversion, entry, now))
            if entry is not None and entry.state in PRESENT:
                entries[mapping].append(inherited(conversion, entry))
                taken.add(conversion.heir)
        for name, changed in entries.items():
            written = [_values(sync, name, entry) for entry in changed]
            self.db.upsert(connection, records, written, replace=(*WRITTEN, *LEASE))
        past = [PastOutcome(id=entry.id, run_id=run_id, outcome=Outcome.BECAME, at=now) for entry in entries[source]]
        remember(self.db, connection, sync, source, past)
        return leased


def inherited(conversion: Conversion, entry: RecordEntry) -> RecordEntry:
    """The entry with which an heir begins: the same object, not written by it yet."""
    return replace(
        entry,
        id=conversion.heir,
        digest=None,
        stamp=EARLIEST,
        read_at=EARLIEST,
        extraction="",
        outcome=None,
        winner=None,
        echo=None,
    )


def _ended(conversion: Conversion, entry: RecordEntry | None, now: datetime) -> RecordEntry:
    """The entry with which a converted record ends; its name is empty when no object is known to be handed over."""
    return RecordEntry(
        id=conversion.id,
        name=entry.name if entry is not None and entry.state in PRESENT else "",
        state=RecordState.BECAME,
        digest=None,
        stamp=conversion.stamp,
        read_at=conversion.stamp,
        extraction="",
        outcome=Outcome.BECAME.value,
        adopted=entry is not None and entry.adopted,
        written_at=now,
        winner=conversion.heir,
    )


def _rows(connection: Connection, sync: str, mapping: str, ids: Sequence[str]) -> dict[str, Mapping[str, Any]]:
    columns = [records.c[name] for name in ("id", *WRITTEN, "held_until")]
    found: dict[str, Mapping[str, Any]] = {}
    for chunk in chunks(ids):
        query = select(*columns).where(of(sync, mapping), records.c.id.in_(chunk))
        found.update((row["id"], dict(row)) for row in connection.execute(query).mappings())
    return found


def _entry(row: Mapping[str, Any]) -> RecordEntry:
    return RecordEntry(**{**{name: row[name] for name in ("id", *WRITTEN)}, "state": RecordState(row["state"])})


def _values(sync: str, mapping: str, entry: RecordEntry) -> dict[str, Any]:
    values = {name: getattr(entry, name) for name in ("id", *WRITTEN)}
    return {**values, **dict.fromkeys(LEASE), "state": entry.state.value, "sync": sync, "mapping": mapping}
