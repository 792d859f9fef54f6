"""Tell a record to which Daktela never answers from an outage: Daktela takes other records between its tries."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from salesforce_daktela.daktela.wire.errors import DaktelaError, ErrorKind
from salesforce_daktela.ledger.ledger import Ledger
from salesforce_daktela.ledger.store.kept_keys import KeptKey, Kind, kept_key
from salesforce_daktela.steps.load.failures import TOLD

TRIES = 3
"""So many tries without an answer, with other writes taken between them, are the record's own fault."""

FORGOTTEN = timedelta(days=30)
"""Tries as old as this say nothing of today."""

LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
UNCLEAR = (ErrorKind.UNAVAILABLE, ErrorKind.UNKNOWN_FATE, ErrorKind.PROTOCOL, ErrorKind.BLOCKED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Unanswered:
    """Counts, over tries and runs, the tries of one mapping's records to which Daktela gave no clear answer."""

    ledger: Ledger
    sync: str
    mapping: str

    def alone(self, ids: Sequence[str]) -> set[str]:
        """Count a try without an answer for each of ``ids``; return those whose own fault it is.

        A try counts when Daktela has taken a write of the sync since the one before: the tries of one outage are one.
        """
        return {id_ for id_ in ids if self._count(id_) >= TRIES}

    def is_alone(self, id_: str, failure: DaktelaError) -> bool:
        """The same for one record and what became of its request: any other failure is not counted."""
        if failure.kind not in UNCLEAR:
            return False
        told = self.ledger.rejects.codes(self.sync, self.mapping, [id_])
        return told.get(id_) in TOLD or id_ in self.alone([id_])

    def forget(self, ids: Collection[str]) -> None:
        """Daktela has answered to these records, or needs no request for them."""
        begins = self._key("")
        for key in self.ledger.cache.since(LONG_AGO, prefix=begins, suffix=""):
            id_ = key.removeprefix(begins)
            if id_ in ids:
                self.ledger.cache.remove(self._key(id_))

    def _count(self, id_: str) -> int:
        now, found = datetime.now(UTC), self.ledger.cache.read(self._key(id_))
        tries, last = (0, None) if found is None or found[1] < now - FORGOTTEN else (int(found[0]), found[1])
        if last is not None and not self.ledger.records.taken_since(self.sync, last):
            return tries
        self.ledger.cache.keep(self._key(id_), str(tries + 1).encode(), now)
        return tries + 1

    def _key(self, id_: str) -> KeptKey:
        return kept_key(Kind.UNANSWERED, self.sync, self.mapping, id_)
