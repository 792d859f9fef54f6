"""The fields of one sObject as describe gives them, keyed by the path a mapping uses."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

import pyarrow as pa


class FieldKind(StrEnum):
    """How a value travels, whichever API carried it. The Arrow type of a part's column follows from it."""

    TEXT = "text"
    BOOLEAN = "boolean"
    INTEGER = "integer"
    NUMBER = "number"
    DATE = "date"
    DATETIME = "datetime"
    TIME = "time"
    MULTIPICKLIST = "multipicklist"


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceField:
    """One readable field. ``path`` has Salesforce's own spelling; ``length`` is characters, 0 where none applies."""

    path: str
    kind: FieldKind
    label: str = ""
    length: int = 0
    calculated: bool = False
    filterable: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceSchema:
    """The mapped fields of one sObject plus the system fields it has. Keys are paths in Salesforce's spelling."""

    sobject: str
    fields: Mapping[str, SourceField]

    def field(self, path: str) -> SourceField:
        """The field of that path, letter case aside. Raises KeyError."""
        found = self.fields.get(path)
        if found is not None:
            return found
        return {key.lower(): value for key, value in self.fields.items()}[path.lower()]


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
