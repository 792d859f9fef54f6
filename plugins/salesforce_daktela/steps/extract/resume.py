"""Resume what a deferred run has read of the same window, so that a small budget only takes more runs."""

from __future__ import annotations

import logging
from dataclasses import replace

from salesforce_daktela.ledger.records.entries import ExtractCheckpoint
from salesforce_daktela.staging.keys import folder_of
from salesforce_daktela.staging.store import PartRef
from salesforce_daktela.steps.extract.queries import Queries
from salesforce_daktela.steps.extract.reading import Reading

log = logging.getLogger(__name__)

COMING = "coming"
"""In place of the query's hash while parts are being copied."""


def take_over(reading: Reading, query_hash: str) -> ExtractCheckpoint | None:
    """Take over the extraction of an earlier deferred run, with its parts; None when there is none.

    Its query is the same, and no later window has been settled since. Its calls count for the other run.
    """
    (sync, mapping), run_id = reading.scope, reading.run_id
    left = reading.ledger.checkpoints.deferred(sync, mapping, query_hash, besides=run_id)
    if left is None or left.until is None or not (left.job_id or left.locator):
        return None
    watermark = reading.ledger.watermarks.read(sync, mapping)
    if watermark is not None and watermark >= left.until:
        return None
    queries = Queries.of(left)
    parts = [PartRef.from_dict(part) for part in (*left.parts, *(each["ref"] for each in queries.kept))]
    if not all(reading.store.holds(part) for part in parts):
        return None
    # The clean-up of files deletes those that no checkpoint names.
    reading.ledger.checkpoints.save(
        replace(left, run_id=run_id, query_hash=COMING, job_id=None, locator=None, parts=(), calls=0)
    )
    before, after = (folder_of(sync, run, mapping, left.extraction) for run in (left.run_id, run_id))
    for part in parts:
        reading.store.copy_part(part, _moved(part, before, after))
    moved = [_moved(part, before, after).to_dict() for part in parts]
    rows, kept = moved[: len(left.parts)], moved[len(left.parts) :]
    queries.kept = [{**each, "ref": ref} for each, ref in zip(queries.kept, kept, strict=True)]
    locator = queries.text() if queries.begun else left.locator
    taken = replace(left, run_id=run_id, parts=tuple(rows), locator=locator, calls=0)
    reading.ledger.checkpoints.hand_over(left, taken)
    reading.store.delete_extraction(sync, left.run_id, mapping, left.extraction)
    log.info("going on with what run %s has left: %d rows are there", left.run_id, sum(part["rows"] for part in rows))
    return taken


def _moved(part: PartRef, before: str, after: str) -> PartRef:
    return replace(part, path=f"{after}{part.path.removeprefix(before)}")
