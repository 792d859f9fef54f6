"""Delete the parts that are left where ``staging_path`` was before it was changed."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from salesforce_daktela.errors import ConfigurationError
from salesforce_daktela.ledger.ledger import Ledger
from salesforce_daktela.staging.files import files_by_sync
from salesforce_daktela.staging.keys import mark_of, marked_by
from salesforce_daktela.staging.store import PartStore
from salesforce_daktela.steps.run.former_staging import OpenPlace, reached
from salesforce_daktela.steps.settle.other_syncs import sweep_other_syncs

log = logging.getLogger(__name__)

ASKED = timedelta(days=30)
"""How long after its last use a place is asked that does not answer, or that this machine does not have."""


def sweep_former_places(
    ledger: Ledger,
    here: str,
    open_place: OpenPlace,
    *,
    now: datetime,
    retain_of: Callable[[str], timedelta | None],
) -> None:
    """Remember that parts are in ``here`` now, and delete those of other places as ``sweep_other_syncs`` does.

    A worker may still have the former setting, so parts of runs under way stay. A place without parts is forgotten.
    """
    for place, used in ledger.staging_places.use(here, now).items():
        try:
            store = reached(place, open_place)
        except ConfigurationError as exc:
            log.warning("%s", exc)
            there = False
        else:
            sweep_other_syncs(None, ledger, store, now=now, retain_of=retain_of)
            there = _is_there(store, place)
            if there and _holds_own(store, ledger):
                continue
        if there or used < now - ASKED:
            ledger.staging_places.leave(place)


def _is_there(store: PartStore, place: str) -> bool:
    """Whether what is not found is not there: the folder of another machine is not seen from this one."""
    if store.local and not store.filesystem.exists(store.base):
        log.info("runs had their parts in %s; if another machine has this folder, delete it there", place)
        return False
    return True


def _holds_own(store: PartStore, ledger: Ledger) -> bool:
    own = mark_of(ledger.bindings.identity())
    return any(marked_by(path) in ("", own) for files in files_by_sync(store).values() for path in files)
