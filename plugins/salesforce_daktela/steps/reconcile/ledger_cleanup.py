"""Update ledger entries of records that are no longer in Daktela; neither system is written to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from salesforce_daktela.daktela.client import DaktelaClient
from salesforce_daktela.daktela.read.lookup import look_up_names
from salesforce_daktela.ledger.ledger import Ledger
from salesforce_daktela.ledger.records.entries import Claim, RecordEntry, RecordState
from salesforce_daktela.mapping.model import MappingSpec, SyncSpec
from salesforce_daktela.steps.load.leases import LeaseHolder


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerCleanup:
    """Entries are leased while Daktela is asked again, so that no run writes them in between.

    ``now`` is Salesforce's clock, by which extractions are dated: a worker's own may be a day ahead.
    """

    spec: SyncSpec
    mapping: MappingSpec
    run_id: str
    daktela: DaktelaClient
    ledger: Ledger
    holder: LeaseHolder
    now: datetime

    def mark_gone(self, ids: Sequence[str]) -> int:
        """Mark records as gone that were removed in Daktela; return how many."""
        with self.holder.renewing():
            absent = self._absent(ids)
            self.ledger.records.mark(
                self.spec.name, self.mapping.name, [entry.id for entry in absent], RecordState.GONE
            )
        return len(absent)

    def clean(self, ids: Sequence[str]) -> int:
        """Delete records that are in neither system, their rejects and what they wait for; return how many.

        An entry stays while parts of another run might still be loaded: without it they would create the record again.
        """
        sync, mapping, now = self.spec.name, self.mapping.name, self.now
        self.ledger.rejects.close(sync, mapping, ids, now)
        self.ledger.parking.unpark(sync, mapping, ids)
        known = self.ledger.records.read(sync, mapping, ids)
        before = now - self.spec.retain
        if self.ledger.checkpoints.may_be_loaded(sync, mapping, besides=self.run_id, settled_before=before):
            return len(set(ids) - known.keys())
        with self.holder.renewing():
            return len(set(ids) - known.keys()) + self.holder.drop(self._absent(ids))

    def _absent(self, ids: Sequence[str]) -> list[RecordEntry]:
        """Those entries that could be leased, and whose records Daktela does not list."""
        entries = self.ledger.records.read(self.spec.name, self.mapping.name, ids)
        taken = self.holder.take([Claim(id=id_, name=entry.name, expected=entry) for id_, entry in entries.items()])
        free = [entry for id_, entry in entries.items() if id_ in taken]
        if not free:
            return []
        listed = look_up_names(self.daktela, self.mapping.entity, [entry.name for entry in free], fields=["name"])
        return [entry for entry in free if entry.name not in listed.rows and entry.name not in listed.ambiguous]
