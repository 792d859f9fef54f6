"""The columns of a part of conversions: which records were converted into those that are read."""

from __future__ import annotations

import pyarrow as pa

CONVERSION_SCHEMA = pa.schema(
    [
        pa.field("heir", pa.string()),
        pa.field("mapping", pa.string()),
        pa.field("id", pa.string()),
        pa.field("stamp", pa.timestamp("ms", tz="UTC")),
    ]
)
