"""Salesforce's spellings of values, from either API, as Arrow columns. Pure."""

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
        columns.append(_json_column([_dig(record, steps, path) for record in records], found.kind, path))
    return identified(pa.table(columns, schema=arrow_schema(schema)))


def texts_to_table(texts: pa.Table | pa.RecordBatch, schema: SourceSchema) -> pa.Table:
    """Return Bulk rows, all columns text and in SELECT order, as a typed table. Raises IntegrityError."""
    columns = [
        _typed(texts.column(index), found.kind, path) for index, (path, found) in enumerate(schema.fields.items())
    ]
    return pa.table(columns, schema=arrow_schema(schema))


def identified(table: pa.Table) -> pa.Table:
    """Return the table, each row of which says which record it is, when it changed and whether it is deleted.

    Salesforce never leaves these empty. A reply that was spoiled on its way can: its rows would be taken for records
    that the org never had. Raises IntegrityError.
    """
    columns = dict(zip(table.column_names, table.columns, strict=True))
    if "Id" in columns and not are_whole(columns["Id"]):
        raise IntegrityError("Salesforce sent a record whose Id is none", where="field Id", advice=SPOILED)
    if "MasterRecordId" in columns and not are_whole(columns["MasterRecordId"].drop_null()):
        raise IntegrityError("Salesforce sent an Id that is none", where="field MasterRecordId", advice=SPOILED)
    for path in NEVER_EMPTY:
        if path in columns and columns[path].null_count:
            raise IntegrityError("Salesforce sent a record without its value", where=f"field {path}", advice=SPOILED)
    return table


def _dig(record: Any, steps: Sequence[str], path: str) -> Any:
    """Walk to a parent's field; a missing parent is null."""
    for step in steps:
        if record is None:
            return None
        if not isinstance(record, Mapping) or step not in record:
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
    return _typed(pa.array([None if value is None else json.dumps(value) for value in values]), kind, path)


def _texts(values: Sequence[str | None]) -> pa.Array:
    """JSON can hold half a letter, where a text was cut within an emoji; no UTF-8 can, so U+FFFD stands for it."""
    try:
        return pa.array(values, pa.string())
    except UnicodeEncodeError:
        whole = [None if text is None else text.encode("utf-16", "surrogatepass") for text in values]
        return pa.array([None if text is None else text.decode("utf-16", "replace") for text in whole], pa.string())


def _plain_text(value: Any, kind: FieldKind, path: str) -> str | None:
    """NUL is left out as from Bulk results: no database takes it."""
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
    """Whole numbers may read ``12.0``; going through a float for all of them would blur those beyond 2**53."""
    try:
        return texts.cast(pa.int64())
    except pa.ArrowInvalid:
        return texts.cast(pa.float64()).cast(pa.int64())


SPOILED = "nothing of the page is kept; the next try reads again: if it repeats, look for a proxy that changes replies"
CHANGED = "the field may just have been changed in Salesforce: run again from preflight"


def _misfit(path: str, kind: FieldKind) -> IntegrityError:
    return IntegrityError(f"Salesforce sent a value that is no {kind.value}", where=f"field {path}", advice=CHANGED)
