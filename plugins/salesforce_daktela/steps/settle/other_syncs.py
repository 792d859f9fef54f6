"""Delete parts of syncs that no longer run: paused ones, and those whose folder has been deleted."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from salesforce_daktela.ledger.ledger import Ledger
from salesforce_daktela.staging.files import files_by_sync, written_before
from salesforce_daktela.staging.keys import HANDED_ON, folder_of, kind_of
from salesforce_daktela.staging.store import PartStore
from salesforce_daktela.steps.settle.retention import UNSETTLED

log = logging.getLogger(__name__)


def sweep_other_syncs(
    own: str | None, ledger: Ledger, store: PartStore, *, now: datetime, retain_of: Callable[[str], timedelta | None]
) -> int:
    """Delete what other syncs than ``own``, or all, have left in staging and may keep no longer; return how many files.

    ``retain_of`` gives a sync's ``retain``, None where it cannot be known: then a week. A run of another sync may be
    under way elsewhere, so the ledger is only read, and parts stay for a week after its last request.
    """
    deleted = 0
    for sync, files in files_by_sync(store).items():
        if sync == own:
            continue
        retain = retain_of(sync)
        old = _outlived(sync, files, ledger, store, now=now, retain=UNSETTLED if retain is None else retain)
        for path in old:
            store.delete_file(path)
        if old:
            log.info("sync %s: %d part files were older than they may be, and are deleted", sync, len(old))
        deleted += len(old)
    return deleted


def _outlived(
    sync: str, files: Sequence[str], ledger: Ledger, store: PartStore, *, now: datetime, retain: timedelta
) -> list[str]:
    any_before = now - max(retain, UNSETTLED)
    # Files were listed first: a process saves its checkpoint before it writes parts.
    known = {folder_of(sync, *each) for each in ledger.checkpoints.extractions(sync)}
    busy = {folder_of(sync, run) for run in ledger.checkpoints.at_work(sync, since=any_before)}
    outlived = {
        folder_of(sync, found.run_id, found.mapping, found.extraction)
        for found in ledger.checkpoints.outlived(sync, settled_before=now - retain, any_before=any_before)
    }
    old = []
    for path in files:
        folder, run = path.rpartition("/")[0], "/".join(path.split("/")[:2])
        if folder in outlived:
            # Values of a settled mapping go at once; what others of its run may still read, when the run is over.
            if run not in busy or kind_of(path) not in HANDED_ON:
                old.append(path)
        elif folder not in known and run not in busy and written_before(store, path, now - UNSETTLED):
            old.append(path)
    return old
