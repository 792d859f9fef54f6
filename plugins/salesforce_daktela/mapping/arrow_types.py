"""The Arrow columns of a part. A module of its own, because most tasks do without Arrow."""

from __future__ import annotations

from collections.abc import Mapping

import pyarrow as pa

from salesforce_daktela.mapping.schema import FieldKind, SourceSchema

ARROW_TYPES: Mapping[FieldKind, pa.DataType] = {
    FieldKind.TEXT: pa.string(),
    FieldKind.BOOLEAN: pa.bool_(),
    FieldKind.INTEGER: pa.int64(),
    FieldKind.NUMBER: pa.float64(),
    FieldKind.DATE: pa.date32(),
    FieldKind.DATETIME: pa.timestamp("ms", tz="UTC"),
    FieldKind.TIME: pa.string(),
    FieldKind.MULTIPICKLIST: pa.string(),
}
"""Column types of a part. A multipicklist stays the text Salesforce sends, values joined by semicolons."""


def arrow_schema(schema: SourceSchema) -> pa.Schema:
    """The columns of a part, one for each field, in the order of ``schema.fields``; every column may hold nulls."""
    return pa.schema([pa.field(path, ARROW_TYPES[found.kind]) for path, found in schema.fields.items()])
