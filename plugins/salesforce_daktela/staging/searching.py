"""Find the parts that hold one record, in whatever column."""

from __future__ import annotations

from collections.abc import Iterator

import pyarrow as pa
import pyarrow.compute as pc

from salesforce_daktela.staging.store import BATCH_ROWS, PartStore


def files_holding(store: PartStore, sync: str, text: str) -> Iterator[str]:
    """Yield the paths of a sync's files that hold ``text``, and of those that cannot be read: they may.

    Payloads are JSON in a column, and children carry fields of their parents, so every text is searched.
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
        # Half a part that a killed task left, or a damaged one; a storage that does not answer fails at the deletion.
        return True
