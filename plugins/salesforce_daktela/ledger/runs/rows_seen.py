"""Which rows of the overlap a settled run has read, remembered as salted hashes."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from salesforce_daktela.ledger.runs.cache import Cache
from salesforce_daktela.ledger.store.kept_keys import KeptKey, Kind, kept_key


@dataclass(frozen=True, slots=True)
class RowsSeen:
    """One list for each mapping. Losing it costs a run that reads what is known."""

    cache: Cache

    def read(self, sync: str, mapping: str) -> frozenset[str]:
        """Hashes of the rows that were met before a run that has settled; none while it has not."""
        kept = self.cache.read(_key(sync, mapping))
        told = {} if kept is None else json.loads(kept[0])
        return frozenset(told["hashes"]) if told.get("read") else frozenset()

    def meet(self, sync: str, mapping: str, run_id: str, hashes: Sequence[str], until: datetime) -> None:
        """Remember the rows of a window that ends at ``until``, which the run is about to read."""
        self._keep(sync, mapping, {"run": run_id, "read": False, "hashes": list(hashes)}, until)

    def confirm(self, sync: str, mapping: str, run_id: str, until: datetime) -> None:
        """The run has settled what it read up to ``until``, the rows that it met first among it."""
        kept = self.cache.read(_key(sync, mapping))
        told = {} if kept is None else json.loads(kept[0])
        if kept is not None and told["run"] == run_id and not told["read"] and kept[1] <= until:
            self._keep(sync, mapping, {**told, "read": True}, kept[1])

    def _keep(self, sync: str, mapping: str, told: dict[str, object], until: datetime) -> None:
        self.cache.keep(_key(sync, mapping), json.dumps(told).encode(), until)


def _key(sync: str, mapping: str) -> KeptKey:
    return kept_key(Kind.SEEN, sync, mapping)
