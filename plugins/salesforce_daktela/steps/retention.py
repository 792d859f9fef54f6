"""Part files hold customers' data: they go when their time is over."""

from __future__ import annotations

from datetime import datetime, timedelta

from salesforce_daktela.ledger.ledger import Ledger
from salesforce_daktela.mapping.model import SyncSpec
from salesforce_daktela.staging.store import PartStore

UNSETTLED = timedelta(days=7)
"""How long the parts of a run that failed wait for somebody to clear its tasks."""


def sweep_parts(spec: SyncSpec, ledger: Ledger, store: PartStore, *, now: datetime) -> int:
    """Delete the parts of settled runs older than ``retain``, and of all others after a week; return how many runs'."""
    outlived = ledger.outlived(
        spec.name, settled_before=now - spec.retain, any_before=now - max(spec.retain, UNSETTLED)
    )
    for checkpoint in outlived:
        store.delete_extraction(spec.name, checkpoint.run_id, checkpoint.mapping, checkpoint.extraction)
        ledger.clear_checkpoint(spec.name, checkpoint.run_id, checkpoint.mapping)
    return len(outlived)
