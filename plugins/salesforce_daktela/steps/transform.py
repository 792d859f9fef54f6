"""One part of rows to one part of payloads."""

from __future__ import annotations

import pandas as pd
import pyarrow as pa

from salesforce_daktela.mapping.engine import CompiledMapping, transform_frame
from salesforce_daktela.staging.store import PartKey, PartRef, PartStore

PAYLOAD_SCHEMA = pa.schema(
    [
        pa.field("id", pa.string()),
        pa.field("name", pa.string()),
        pa.field("stamp", pa.timestamp("ms", tz="UTC")),
        pa.field("is_deleted", pa.bool_()),
        pa.field("left_filter", pa.bool_()),
        pa.field("master_id", pa.string()),
        pa.field("payload", pa.string()),
        pa.field("references", pa.string()),
        pa.field("problems", pa.string()),
        pa.field("shortened", pa.int64()),
        pa.field("dropped", pa.int64()),
    ]
)


def transform_part(store: PartStore, rows: PartRef, payloads: PartKey, compiled: CompiledMapping) -> PartRef:
    """Map the rows of one part and write their payloads as another, row for row."""
    frame = store.read_part(rows).to_pandas(types_mapper=pd.ArrowDtype)
    mapped = transform_frame(compiled, frame).assign(left_filter=False)
    table = pa.Table.from_pandas(mapped, schema=PAYLOAD_SCHEMA, preserve_index=False)
    return store.write_part(payloads, [table], PAYLOAD_SCHEMA)
