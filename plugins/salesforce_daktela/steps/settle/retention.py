"""Delete part files, which contain customers' data, and the history of records, when their time is over."""

from __future__ import annotations

from datetime import datetime, timedelta

from salesforce_daktela.ledger.ledger import Ledger
from salesforce_daktela.mapping.model import SyncSpec
from salesforce_daktela.staging.files import written_before
from salesforce_daktela.staging.keys import folder_of, mark_of, marked_by
from salesforce_daktela.staging.store import PartStore
from salesforce_daktela.steps.run.mapping_snapshot import sweep_snapshots

UNSETTLED = timedelta(days=7)
"""How long parts of a failed run are kept for its tasks to be cleared, and Ids for tasks of other mappings."""

OUTCOMES = timedelta(days=90)
"""How long the ledger remembers what became of a record in each run."""


def sweep_orphans(spec: SyncSpec, ledger: Ledger, store: PartStore, *, now: datetime) -> int:
    """Delete files of this ledger's extractions that no checkpoint knows, and return how many there were.

    A killed process leaves such files, and so does an extraction that was begun anew in the same run. Files
    are listed first: a process saves its checkpoint before it writes parts. Files of another ledger, which may be at
    work in the same folder on a sync and runs of the same names, have a week; so have those of earlier releases.
    """
    files = store.list_files(spec.name)
    known = {folder_of(spec.name, *each) for each in ledger.checkpoints.extractions(spec.name)}
    own = mark_of(ledger.bindings.identity())
    unknown = [path for path in files if path.rpartition("/")[0] not in known]
    orphans = [path for path in unknown if marked_by(path) == own or written_before(store, path, now - UNSETTLED)]
    for path in orphans:
        store.delete_file(path)
    return len(orphans)


def sweep_parts(spec: SyncSpec, ledger: Ledger, store: PartStore, *, now: datetime) -> int:
    """Delete the parts of settled runs older than ``retain``, and of all others a week after their last request; return
    how many runs'.

    When one mapping has settled, others may still read the Ids that it found: these stay for a week, too.
    The ledger's history of records is swept with them.
    Mapping snapshots are deleted after the longer of the two times, so that tasks cleared before find them.
    """
    any_before = now - max(spec.retain, UNSETTLED)
    ledger.outcomes.sweep(spec.name, now - OUTCOMES)
    _sweep_snapshots(spec, ledger, any_before)
    busy = ledger.checkpoints.at_work(spec.name, since=any_before)
    outlived = ledger.checkpoints.outlived(spec.name, settled_before=now - spec.retain, any_before=any_before)
    for checkpoint in outlived:
        of = (spec.name, checkpoint.run_id, checkpoint.mapping)
        if checkpoint.run_id in busy and store.delete_values(*of, checkpoint.extraction):
            continue
        store.delete_extraction(*of, checkpoint.extraction)
        ledger.checkpoints.clear(*of)
    sweep_orphans(spec, ledger, store, now=now)
    return len(outlived)


def _sweep_snapshots(spec: SyncSpec, ledger: Ledger, any_before: datetime) -> None:
    """A run that is at work for longer than a week had its snapshot saved before its first reading."""
    oldest = ledger.checkpoints.oldest_at_work(spec.name, since=any_before)
    sweep_snapshots(ledger, spec.name, before=any_before if oldest is None else min(any_before, oldest - UNSETTLED))
