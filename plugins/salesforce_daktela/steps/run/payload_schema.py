"""The columns of a payload part."""

from __future__ import annotations

import pyarrow as pa

PAYLOAD_SCHEMA = pa.schema(
    [
        pa.field("id", pa.string()),
        pa.field("name", pa.string()),
        pa.field("stamp", pa.timestamp("ms", tz="UTC")),
        pa.field("is_deleted", pa.bool_()),
        pa.field("left_filter", pa.bool_()),
        pa.field("master_id", pa.string()),
        pa.field("became", pa.string()),
        pa.field("payload", pa.string()),
        pa.field("references", pa.string()),
        pa.field("once", pa.string()),
        pa.field("problems", pa.string()),
        pa.field("shortened", pa.int64()),
        pa.field("dropped", pa.int64()),
    ]
)
