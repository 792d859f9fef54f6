"""What the ledger knows of one record, read by its Id alone."""

from __future__ import annotations

from dataclasses import dataclass

from salesforce_daktela.ledger.ledger import Ledger
from salesforce_daktela.ledger.records.entries import ParkedEntry, PastOutcome, RecordEntry, RejectEntry
from salesforce_daktela.mapping.model import SyncSpec

RUNS = 100
"""Runs that are told of one record."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """One record under one mapping: what Daktela accepted, why it is rejected, for whom it waits, and its past."""

    mapping: str
    entry: RecordEntry | None
    reject: RejectEntry | None
    parked: tuple[ParkedEntry, ...]
    outcomes: tuple[PastOutcome, ...]

    @property
    def anything(self) -> bool:
        """Whether the ledger has heard of it."""
        return bool(self.entry or self.reject or self.parked or self.outcomes)


def known_under(ledger: Ledger, sync: str, mapping: str, id_: str) -> Known:
    """Return what the ledger knows of a record under one mapping; the latest outcome is first."""
    return Known(
        mapping=mapping,
        entry=ledger.records.read(sync, mapping, [id_]).get(id_),
        reject=next(iter(ledger.rejects.read(sync, mapping, id_=id_)), None),
        parked=tuple(ledger.parking.read(sync, mapping, id_)),
        outcomes=tuple(ledger.outcomes.read(sync, mapping, id_, RUNS)),
    )


def known_record(ledger: Ledger, spec: SyncSpec, id_: str) -> tuple[Known, ...]:
    """Return what the ledger knows of a record, for each mapping that has heard of it."""
    found = (known_under(ledger, spec.name, mapping.name, id_) for mapping in spec.mappings)
    return tuple(known for known in found if known.anything)
