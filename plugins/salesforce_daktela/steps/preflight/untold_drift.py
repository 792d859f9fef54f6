"""Changes of schemas that a run has found and not handed on: its next try, or the next run, tells them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from salesforce_daktela.ledger.ledger import Ledger
from salesforce_daktela.ledger.store.kept_keys import KeptKey, Kind, kept_key

Changes = Sequence[Mapping[str, Any]]


def with_untold(ledger: Ledger, sync: str, mapping: str, run_id: str, found: Changes) -> list[Mapping[str, Any]]:
    """Return the changes of a mapping with those that an earlier try of the run, or a run that died, has found.

    They are saved before the schemas that show no difference any more.
    """
    key = _key(sync, mapping)
    kept = _read(ledger, key)
    earlier = kept["changes"] if kept["run"] == run_id or not kept["handed_on"] else []
    changes = [*earlier, *(change for change in map(dict, found) if change not in earlier)]
    if changes:
        _keep(ledger, key, run_id, changes, handed_on=False)
    return changes


def hand_on(ledger: Ledger, sync: str, mapping: str, run_id: str) -> None:
    """Note that the later tasks have what the run has found. Another try of it still finds it."""
    key = _key(sync, mapping)
    kept = _read(ledger, key)
    if kept["run"] == run_id and not kept["handed_on"]:
        _keep(ledger, key, run_id, kept["changes"], handed_on=True)


def _read(ledger: Ledger, key: KeptKey) -> dict[str, Any]:
    kept = ledger.cache.read(key)
    found: dict[str, Any] = {"run": "", "changes": [], "handed_on": True} if kept is None else json.loads(kept[0])
    return found


def _keep(ledger: Ledger, key: KeptKey, run_id: str, changes: Changes, *, handed_on: bool) -> None:
    told = {"run": run_id, "changes": list(changes), "handed_on": handed_on}
    ledger.cache.keep(key, json.dumps(told).encode(), datetime.now(UTC))


def _key(sync: str, mapping: str) -> KeptKey:
    return kept_key(Kind.DRIFT, sync, mapping)
