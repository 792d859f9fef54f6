"""What the last comparison of a mapping has left to be repaired: kept for the metrics of later runs."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime

from salesforce_daktela.ledger.ledger import Ledger
from salesforce_daktela.ledger.store.kept_keys import KeptKey, Kind, kept_key


def keep_differences(ledger: Ledger, sync: str, mapping: str, left: Mapping[str, int]) -> None:
    """Keep how many records of each kind are left."""
    ledger.cache.keep(_key(sync, mapping), json.dumps(dict(left)).encode(), datetime.now(UTC))


def kept_differences(ledger: Ledger, sync: str, mapping: str) -> dict[str, int] | None:
    """How many records of each kind are left, None where nothing was compared yet."""
    kept = ledger.cache.read(_key(sync, mapping))
    return None if kept is None else dict(json.loads(kept[0]))


def _key(sync: str, mapping: str) -> KeptKey:
    return kept_key(Kind.DIFFERENCES, sync, mapping)
