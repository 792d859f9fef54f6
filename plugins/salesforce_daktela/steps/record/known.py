"""What the ledger knows of one record, read by its Id alone."""

from __future__ import annotations

from dataclasses import dataclass, replace

from salesforce_daktela.ledger.ledger import Ledger
from salesforce_daktela.ledger.records.accepted import PRESENT
from salesforce_daktela.ledger.records.entries import ParkedEntry, PastOutcome, RecordEntry, RecordState, RejectEntry
from salesforce_daktela.mapping.model import SyncSpec

RUNS = 100
"""Runs that are told of one record."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """One record under one mapping: what Daktela accepted, why it is rejected, for whom it waits, and its past.

    ``carried`` is whether a record that carries its object on is in Daktela.
    """

    mapping: str
    entry: RecordEntry | None
    reject: RejectEntry | None
    parked: tuple[ParkedEntry, ...]
    outcomes: tuple[PastOutcome, ...]
    carried: bool = False

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
    return tuple(_with_heir(ledger, spec, known) for known in found if known.anything)


def _with_heir(ledger: Ledger, spec: SyncSpec, known: Known) -> Known:
    entry = known.entry
    if entry is None or entry.state is not RecordState.BECAME or entry.winner is None:
        return known
    heirs = [ledger.records.read(spec.name, mapping.name, [entry.winner]) for mapping in spec.mappings]
    return replace(known, carried=any(heir.state in PRESENT for found in heirs for heir in found.values()))
