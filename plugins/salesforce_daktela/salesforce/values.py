"""Turns values as REST or Bulk spell them into Arrow columns. Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa

from salesforce_daktela.errors import IntegrityError
from salesforce_daktela.mapping.arrow_types import ARROW_TYPES, arrow_schema
from salesforce_daktela.mapping.schema import FieldKind, SourceSchema
from salesforce_daktela.salesforce.wire.ids import are_whole

NEVER_EMPTY = ("SystemModstamp", "IsDeleted")
TEXTS = (FieldKind.TEXT, FieldKind.TIME, FieldKind.MULTIPICKLIST)


def rows_to_table(records: Sequence[Mapping[str, Any]], schema: SourceSchema) -> pa.Table:
    """Return REST records (parents nested) as one typed table.

    Raises IntegrityError for a value of another type, for a field that was asked for and did not come, and as
    ``identified``.
    """
    columns = []
    for path, found in schema.fields.items():
        steps = path.split(".")
        columns.append(_json_column(_values(records, steps, path), found.kind, path))
    return identified(pa.table(columns, schema=arrow_schema(schema)))


def texts_to_table(texts: pa.Table | pa.RecordBatch, schema: SourceSchema) -> pa.Table:
    """Return Bulk rows, all columns text and in SELECT order, as a typed table. Raises IntegrityError."""
    columns = [
        _typed(texts.column(index), found.kind, path) for index, (path, found) in enumerate(schema.fields.items())
    ]
    return pa.table(columns, schema=arrow_schema(schema))


def identified(table: pa.Table) -> pa.Table:
    """Return the table if each row has a record's Id, change stamp and deletion flag; else raise IntegrityError.

    Salesforce never leaves these empty, but a damaged reply may. Its rows would become records that the org never had.
    """
    columns = dict(zip(table.column_names, table.columns, strict=True))
    if "Id" in columns and not are_whole(columns["Id"]):
        raise IntegrityError("Salesforce sent a record without a valid Id", where="field Id", advice=SPOILED)
    if "MasterRecordId" in columns and not are_whole(columns["MasterRecordId"].drop_null()):
        raise IntegrityError("Salesforce sent an invalid Id", where="field MasterRecordId", advice=SPOILED)
    for path in NEVER_EMPTY:
        if path in columns and columns[path].null_count:
            raise IntegrityError("Salesforce sent a record without its value", where=f"field {path}", advice=SPOILED)
    return table


def _values(records: Sequence[Mapping[str, Any]], steps: Sequence[str], path: str) -> list[Any]:
    if len(steps) == 1 and all(path in record for record in records):
        return [record[path] for record in records]
    return [_dig(record, steps, path) for record in records]


def _dig(record: Any, steps: Sequence[str], path: str) -> Any:
    """Return the value of a parent's field; null if there is no parent."""
    for step in steps:
        if record is None:
            return None
        if not isinstance(record, dict) or step not in record:
            raise IntegrityError("Salesforce sent a record without this field", where=f"field {path}", advice=CHANGED)
        record = record[step]
    return record


def _json_column(values: list[Any], kind: FieldKind, path: str) -> pa.Array:
    if kind in TEXTS:
        return _texts([_plain_text(value, kind, path) for value in values])
    if all(value is None or isinstance(value, str) for value in values):
        return _typed(_texts(values), kind, path)
    if kind not in (FieldKind.BOOLEAN, FieldKind.INTEGER, FieldKind.NUMBER):
        raise _misfit(path, kind)
    if any(isinstance(value, bool) is not (kind is FieldKind.BOOLEAN) for value in values if value is not None):
        raise _misfit(path, kind)
    if kind is FieldKind.BOOLEAN:
        return pa.array(values, ARROW_TYPES[kind])
    return _typed(pa.array([None if value is None else json.dumps(value) for value in values]), kind, path)


def _texts(values: Sequence[str | None]) -> pa.Array:
    """JSON can hold half a surrogate pair, if a text was cut within an emoji. UTF-8 cannot: U+FFFD replaces it."""
    try:
        return pa.array(values, pa.string())
    except UnicodeEncodeError:
        whole = [None if text is None else text.encode("utf-16", "surrogatepass") for text in values]
        return pa.array([None if text is None else text.decode("utf-16", "replace") for text in whole], pa.string())


def _plain_text(value: Any, kind: FieldKind, path: str) -> str | None:
    """NUL is removed, as from Bulk results: no database accepts it."""
    if value is None:
        return None
    if isinstance(value, (dict, list)):
        raise _misfit(path, kind)
    return value.replace("\0", "") if isinstance(value, str) else json.dumps(value)


def _typed(texts: pa.Array | pa.ChunkedArray, kind: FieldKind, path: str) -> pa.Array | pa.ChunkedArray:
    """Arrow reads ``...Z``, ``...+0000`` and ``...+02:00`` alike, and nulls stay nulls."""
    try:
        if kind is FieldKind.INTEGER:
            return _integers(texts)
        return texts.cast(ARROW_TYPES[kind])
    except pa.ArrowInvalid:
        raise _misfit(path, kind) from None


def _integers(texts: pa.Array | pa.ChunkedArray) -> pa.Array | pa.ChunkedArray:
    """Whole numbers may be spelled ``12.0``. Reading all as floats would change those above 2**53."""
    try:
        return texts.cast(pa.int64())
    except pa.ArrowInvalid:
        return texts.cast(pa.float64()).cast(pa.int64())


SPOILED = "nothing of the page is kept; the next try reads again: if it repeats, look for a proxy that changes replies"
CHANGED = "the field may have been changed in Salesforce: run again from preflight"


def _misfit(path: str, kind: FieldKind) -> IntegrityError:
    what = f"Salesforce sent a value that is not of type {kind.value}"
    return IntegrityError(what, where=f"field {path}", advice=CHANGED)
