"""Map one part of rows to one part of payloads."""

from __future__ import annotations

import pandas as pd
import pyarrow as pa

from salesforce_daktela.mapping.engine.compiled_mapping import CompiledMapping, transform_frame
from salesforce_daktela.staging.store import PartKey, PartRef, PartStore
from salesforce_daktela.steps.run.payload_schema import PAYLOAD_SCHEMA

BATCH = 10_000
"""Rows mapped at a time, so that memory does not depend on the size of parts."""


def transform_part(store: PartStore, rows: PartRef, payloads: PartKey, compiled: CompiledMapping) -> PartRef:
    """Map the rows of one part and write their payloads as another, row for row."""
    batches = store.iter_batches(rows, batch_rows=BATCH)
    tables = (transform_table(pa.Table.from_batches([batch]), compiled) for batch in batches)
    return store.write_part(payloads, tables, PAYLOAD_SCHEMA)


def transform_table(rows: pa.Table, compiled: CompiledMapping) -> pa.Table:
    """Map rows to payloads, row for row."""
    mapped = transform_frame(compiled, rows.to_pandas(types_mapper=pd.ArrowDtype))
    # A converted record leaves its mapping, whether its filter says so or not.
    mapped["left_filter"] = mapped["became"].notna() & ~mapped["is_deleted"]
    return pa.Table.from_pandas(mapped, schema=PAYLOAD_SCHEMA, preserve_index=False)
