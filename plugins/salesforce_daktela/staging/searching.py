"""Finds the parts that hold one record, in any column."""

from __future__ import annotations

from collections.abc import Iterator

import pyarrow as pa
import pyarrow.compute as pc

from salesforce_daktela.staging.store import BATCH_ROWS, PartStore


def files_holding(store: PartStore, sync: str, text: str) -> Iterator[str]:
    """Yield the paths of a sync's files that hold ``text``, and of unreadable ones, which may hold it.

    Payloads are JSON in a column, and children have fields of their parents, so every text column is searched.
    """
    for path in store.list_files(sync):
        if _holds(store, path, text):
            yield path


def _holds(store: PartStore, path: str, text: str) -> bool:
    try:
        return any(
            pc.any(pc.match_substring(column, text)).as_py() or False
            for batch in store.batches_of(path, BATCH_ROWS)
            for column in batch.columns
            if pa.types.is_string(column.type) or pa.types.is_large_string(column.type)
        )
    except (pa.ArrowInvalid, OSError):
        # An incomplete part of a killed task, or a damaged one. If the storage does not answer, the deletion fails.
        return True
