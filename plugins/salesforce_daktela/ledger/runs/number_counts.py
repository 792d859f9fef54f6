"""What the last count of numbers and addresses has found, by sync: Ids and counts."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from salesforce_daktela.ledger.runs.cache import Cache
from salesforce_daktela.ledger.store.kept_keys import KeptKey, Kind, kept_key


@dataclass(frozen=True, slots=True)
class NumberCounts:
    """What the last count of numbers and addresses has found, by sync: Ids and counts."""

    cache: Cache

    def save(self, sync: str, found: Mapping[str, Any], at: datetime) -> None:
        """Save a count, as JSON values, in place of the one before."""
        self.cache.keep(_key(sync), json.dumps(found).encode(), at)

    def read(self, sync: str) -> tuple[dict[str, Any], datetime] | None:
        """The last count and its time, None where there is none, or one of another release."""
        held = self.cache.read(_key(sync))
        try:
            found = None if held is None else json.loads(held[0])
        except ValueError:
            return None
        return None if held is None or not isinstance(found, dict) else (found, held[1])

    def forget(self, sync: str, id_: str) -> bool:
        """Delete the count if it names a record; return whether it did."""
        held = self.cache.read(_key(sync))
        if held is None or id_.encode() not in held[0]:
            return False
        self.cache.remove(_key(sync))
        return True


def _key(sync: str) -> KeptKey:
    return kept_key(Kind.NUMBERS, sync)
