"""Why the latest run of a DAG has failed in its first task: no mapping has a report then that would say so."""

from __future__ import annotations

import json
from datetime import UTC, datetime

from salesforce_daktela.ledger.ledger import Ledger
from salesforce_daktela.ledger.store.kept_keys import KeptKey, Kind, kept_key


def remember_stop(ledger: Ledger, sync: str, dag_id: str, run_id: str, why: str) -> None:
    """Save the sentence of a failure, in place of that of the run before."""
    ledger.cache.keep(_key(sync, dag_id), json.dumps({"run": run_id, "why": why}).encode(), datetime.now(UTC))


def forget_stop(ledger: Ledger, sync: str, dag_id: str) -> None:
    """Forget it: the task is tried again."""
    ledger.cache.remove(_key(sync, dag_id))


def stopped_because(ledger: Ledger, sync: str, dag_id: str, run_id: str) -> str:
    """Return why this run has failed in its first task; empty when that is not known."""
    kept = ledger.cache.read(_key(sync, dag_id))
    found = {"run": "", "why": ""} if kept is None else json.loads(kept[0])
    return str(found["why"]) if found["run"] == run_id else ""


def _key(sync: str, dag_id: str) -> KeptKey:
    return kept_key(Kind.STOPPED, sync, dag_id)
