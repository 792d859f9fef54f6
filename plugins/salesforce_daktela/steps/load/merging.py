"""Merge the object of a converted record with that of its heir, where somebody has agreed to this pair."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from salesforce_daktela.daktela.client import DaktelaClient
from salesforce_daktela.daktela.wire.errors import DaktelaError, ErrorKind
from salesforce_daktela.daktela.write.merge import is_served, merge_objects
from salesforce_daktela.ledger.ledger import Ledger
from salesforce_daktela.ledger.records.entries import Claim, RecordEntry
from salesforce_daktela.mapping.model import MappingSpec, SyncSpec
from salesforce_daktela.steps.decide.heirs import Heir, mergeable
from salesforce_daktela.steps.decide.missing_objects import listed_names
from salesforce_daktela.steps.decide.payload_rows import PayloadRow
from salesforce_daktela.steps.load.leases import PAUSES, LeaseHolder, still_leased
from salesforce_daktela.steps.load.repoint import Repointer

log = logging.getLogger(__name__)


class MergeEnd(StrEnum):
    """What became of the two objects."""

    MERGED = "merged"
    """One object is left, and the heir carries it on."""
    BOTH = "both"
    """Both stay: the heir has none to merge with, or nobody was asked about this pair yet, which the next run does."""
    REFUSED = "refused"
    """Both stay: Daktela does not merge them."""
    GONE = "gone"
    """The converted record's object was taken away in Daktela."""


@dataclass(slots=True, kw_only=True)
class Merger:
    """Merges converted records of one mapping. ``agreed`` are those that somebody agreed to, with their heirs."""

    spec: SyncSpec
    mapping: MappingSpec
    database: str
    read_at: datetime
    daktela: DaktelaClient
    ledger: Ledger
    agreed: Mapping[str, str]
    sleep: Callable[[float], None]
    moved: int = field(default=0, init=False)
    _served: bool = field(default=True, init=False)

    def merge(self, row: PayloadRow, entry: RecordEntry) -> MergeEnd:
        """Merge, or say why not. ``entry`` is leased. Raises TransportError while another run holds the heir.

        Raises DaktelaError when Daktela cannot be reached. A process that dies on the way is followed by one that finds
        one object and ends what was begun.
        """
        heir = mergeable(self.ledger, self.spec, entry, row.became)
        if heir is None or not (self._is_agreed(row, heir) or self._is_done(entry, heir)):
            return MergeEnd.BOTH
        if not self._served:
            return MergeEnd.REFUSED
        holder = LeaseHolder(ledger=self.ledger, sync=self.spec.name, mapping=heir.mapping, siblings=[heir.mapping])
        with holder.renewing():
            self._lease(holder, heir)
            return self._merge(row, entry, heir)

    def _is_agreed(self, row: PayloadRow, heir: Heir) -> bool:
        """Whether somebody agreed to this pair. If nobody was asked, the record is read again by a run that asks."""
        agreed = self.agreed.get(row.id) == heir.entry.id
        if not agreed and self.mapping.on_both == "merge":
            self.ledger.rereads.ask(self.spec.name, self.mapping.name, [row.id], self.read_at)
        return agreed

    def _is_done(self, entry: RecordEntry, heir: Heir) -> bool:
        """Whether a process that died has merged them: that has to be ended, whatever the mapping says by now."""
        names = [entry.name, heir.entry.name]
        return entry.winner == heir.entry.id and len(listed_names(self.daktela, self.mapping.entity, names)) == 1

    def _lease(self, holder: LeaseHolder, heir: Heir) -> None:
        claim = Claim(id=heir.entry.id, name=heir.entry.name, expected=heir.entry)
        for pause in PAUSES:
            self.sleep(pause)
            if holder.take([claim]):
                return
        raise still_leased(1, heir.mapping)

    def _merge(self, row: PayloadRow, entry: RecordEntry, heir: Heir) -> MergeEnd:
        scope, begun = (self.spec.name, self.mapping.name), entry.winner == heir.entry.id
        self.ledger.conversions.intend_merge(*scope, entry.id, heir.entry.id)
        try:
            left = self._left(entry.name, heir.entry.name, begun=begun)
        except DaktelaError as exc:
            if is_served(exc) and exc.kind is not ErrorKind.VALIDATION:
                raise
            self._served = is_served(exc)
            log.warning("Daktela does not merge the objects of converted records, so both stay: %s", exc)
            self.ledger.conversions.intend_merge(*scope, entry.id, None)
            return MergeEnd.REFUSED
        if left is None:
            self.ledger.conversions.intend_merge(*scope, entry.id, None)
            there = listed_names(self.daktela, self.mapping.entity, [entry.name])
            return MergeEnd.BOTH if there else MergeEnd.GONE
        self._follow(entry, heir, left)
        # Daktela may have mixed the values of both: the next run writes those of the heir.
        self.ledger.rereads.ask(self.spec.name, heir.mapping, [heir.entry.id], self.read_at)
        self.ledger.conversions.end_merge(*scope, entry, heir.mapping, heir.entry, left, row.stamp)
        return MergeEnd.MERGED

    def _left(self, own: str, heirs: str, *, begun: bool) -> str | None:
        """The name of the object that is left."""
        if own == heirs:
            return own
        return merge_objects(self.daktela, self.mapping.entity.value, (heirs, own), begun=begun)

    def _follow(self, entry: RecordEntry, heir: Heir, left: str) -> None:
        """Children of either object refer to the one that is left, whether Daktela has moved them or not."""
        repointer = Repointer(spec=self.spec, database=self.database, daktela=self.daktela, ledger=self.ledger)
        for parents, name in ((self.mapping, entry.name), (self.spec.mapping(heir.mapping), heir.entry.name)):
            if name != left:
                self.moved += repointer.repoint(parents, name, left)
