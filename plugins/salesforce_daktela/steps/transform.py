"""One part of rows to one part of payloads."""

from __future__ import annotations

import pandas as pd
import pyarrow as pa

from salesforce_daktela.mapping.engine import CompiledMapping, transform_frame
from salesforce_daktela.staging.store import PartKey, PartRef, PartStore
from salesforce_daktela.steps.payload_schema import PAYLOAD_SCHEMA


def transform_part(store: PartStore, rows: PartRef, payloads: PartKey, compiled: CompiledMapping) -> PartRef:
    """Map the rows of one part and write their payloads as another, row for row."""
    frame = store.read_part(rows).to_pandas(types_mapper=pd.ArrowDtype)
    mapped = transform_frame(compiled, frame).assign(left_filter=False)
    table = pa.Table.from_pandas(mapped, schema=PAYLOAD_SCHEMA, preserve_index=False)
    return store.write_part(payloads, [table], PAYLOAD_SCHEMA)
