"""Salesforce's spellings of values, from either API, as Arrow columns. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from salesforce_daktela.errors import IntegrityError
from salesforce_daktela.mapping.schema import ARROW_TYPES, FieldKind, SourceSchema, arrow_schema


def rows_to_table(records: Sequence[dict[str, Any]], schema: SourceSchema) -> pa.Table:
    """Return REST records (parents nested) as one typed table. Raises IntegrityError for a value of another type."""
    columns = []
    for path, found in schema.fields.items():
        steps = path.split(".")
        columns.append(_json_column([_dig(record, steps) for record in records], found.kind, path))
    return pa.table(columns, schema=arrow_schema(schema))


def texts_to_table(table: pa.Table, schema: SourceSchema) -> pa.Table:
    """Return a Bulk page, all columns text and in SELECT order, as a typed table."""
    columns = [
        _text_column(table.column(index), found.kind, path) for index, (path, found) in enumerate(schema.fields.items())
    ]
    return pa.table(columns, schema=arrow_schema(schema))


def parse_datetime(text: str) -> datetime:
    """Read ``2026-01-02T03:04:05.000+0000``, ``...Z`` and ``+02:00`` alike, as UTC."""
    return datetime.fromisoformat(text).astimezone(UTC)


def _dig(record: Any, steps: Sequence[str]) -> Any:
    """Walk to a parent's field, letter case as given; a missing parent is null."""
    for step in steps:
        if not isinstance(record, dict):
            return None
        record = record.get(step)
    return record


def _json_column(values: list[Any], kind: FieldKind, path: str) -> pa.Array:
    try:
        if kind is FieldKind.DATETIME:
            values = [None if value is None else parse_datetime(value) for value in values]
        elif kind is FieldKind.DATE:
            values = [None if value is None else date.fromisoformat(value) for value in values]
        elif kind is FieldKind.INTEGER:
            values = [None if value is None else int(value) for value in values]
        elif kind is FieldKind.NUMBER:
            values = [None if value is None else float(value) for value in values]
        elif kind is not FieldKind.BOOLEAN:
            values = [None if value is None else str(value) for value in values]
        return pa.array(values, ARROW_TYPES[kind])
    except (ValueError, TypeError, pa.ArrowInvalid, pa.ArrowTypeError) as exc:
        raise _misfit(path, kind) from exc


def _text_column(column: pa.ChunkedArray, kind: FieldKind, path: str) -> pa.ChunkedArray:
    try:
        if kind is FieldKind.DATETIME:
            parsed = [None if value is None else parse_datetime(value) for value in column.to_pylist()]
            return pa.chunked_array([pa.array(parsed, ARROW_TYPES[kind])])
        if kind is FieldKind.INTEGER:
            return column.cast(pa.float64()).cast(pa.int64())
        if kind is FieldKind.BOOLEAN:
            return pc.utf8_lower(column).cast(pa.bool_())
        return column.cast(ARROW_TYPES[kind])
    except (ValueError, pa.ArrowInvalid) as exc:
        raise _misfit(path, kind) from exc


def _misfit(path: str, kind: FieldKind) -> IntegrityError:
    return IntegrityError(
        f"Salesforce sent a value that is no {kind.value}",
        where=f"field {path}",
        advice="the field's type may just have been changed: run again from preflight",
    )
