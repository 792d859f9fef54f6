"""Map one part of rows to one part of payloads."""

from __future__ import annotations

import contextlib

import pyarrow as pa
import pyarrow.compute as pc

from salesforce_daktela.mapping.engine.compiled_mapping import CompiledMapping, transform_rows
from salesforce_daktela.prefetch import prefetch
from salesforce_daktela.staging.store import PartKey, PartRef, PartStore
from salesforce_daktela.steps.run.payload_schema import PAYLOAD_SCHEMA

BATCH = 5_000
"""Rows mapped at a time, so that memory does not depend on the size of parts."""

REPEATING = [name for name in PAYLOAD_SCHEMA.names if name not in ("id", "name", "payload", "references", "once")]
"""Columns that gain from a dictionary: of the others, hardly two rows are the same."""


def transform_part(store: PartStore, rows: PartRef, payloads: PartKey, compiled: CompiledMapping) -> PartRef:
    """Map the rows of one part and write their payloads as another, row for row.

    While some rows are mapped in a thread, those after them are read in another, and the payloads before are written.
    """
    with contextlib.ExitStack() as threads:
        batches = threads.enter_context(contextlib.closing(prefetch(store.iter_batches(rows, batch_rows=BATCH))))
        tables = (transform_table(pa.Table.from_batches([batch]), compiled) for batch in batches)
        mapped = threads.enter_context(contextlib.closing(prefetch(tables)))
        return store.write_part(payloads, mapped, PAYLOAD_SCHEMA, REPEATING)


def transform_table(rows: pa.Table, compiled: CompiledMapping) -> pa.Table:
    """Map rows to payloads, row for row."""
    mapped = transform_rows(compiled, rows)
    # A converted record leaves its mapping, whether its filter says so or not.
    left = pc.and_(pc.is_valid(mapped["became"]), pc.invert(mapped["is_deleted"]))
    return mapped.append_column("left_filter", left).select(PAYLOAD_SCHEMA.names).cast(PAYLOAD_SCHEMA)
