"""One part of rows to one part of payloads."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd
import pyarrow as pa

from salesforce_daktela.mapping.engine import CompiledMapping, transform_frame
from salesforce_daktela.staging.store import PartKey, PartRef, PartStore
from salesforce_daktela.steps.payload_schema import PAYLOAD_SCHEMA

BATCH = 10_000
"""Rows mapped at a time: what a task holds does not depend on how large parts are."""


def transform_part(store: PartStore, rows: PartRef, payloads: PartKey, compiled: CompiledMapping) -> PartRef:
    """Map the rows of one part and write their payloads as another, row for row."""
    return store.write_part(payloads, _mapped(store, rows, compiled), PAYLOAD_SCHEMA)


def _mapped(store: PartStore, rows: PartRef, compiled: CompiledMapping) -> Iterator[pa.Table]:
    for batch in store.iter_batches(rows, batch_rows=BATCH):
        frame = pa.Table.from_batches([batch]).to_pandas(types_mapper=pd.ArrowDtype)
        mapped = transform_frame(compiled, frame).assign(left_filter=False)
        yield pa.Table.from_pandas(mapped, schema=PAYLOAD_SCHEMA, preserve_index=False)
