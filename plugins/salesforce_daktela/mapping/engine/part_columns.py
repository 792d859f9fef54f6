"""The columns of one part as the pipelines read them, each encoded once."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from salesforce_daktela.errors import IntegrityError
from salesforce_daktela.mapping.arrow_types import ARROW_TYPES
from salesforce_daktela.mapping.engine.batch import Cell, as_cell
from salesforce_daktela.mapping.engine.column import Column, encode
from salesforce_daktela.mapping.model import LINK, Template
from salesforce_daktela.mapping.render import MAYBE_EMPTY
from salesforce_daktela.mapping.schema import FieldKind, SourceSchema

BEYOND_SECONDS = r"^(\d{2}:\d{2}:\d{2})(?:\.\d+)?Z?$"
"""Salesforce writes ``09:30:00.000Z`` for a time of day, which has no zone; Daktela takes ``09:30:00``."""


class PartColumns:
    """``table`` has a column for each field of ``schema``, under its path."""

    def __init__(self, table: pa.Table, schema: SourceSchema, instance_url: str) -> None:
        self._table = table
        self._schema = schema
        self._instance_url = instance_url
        self._known: dict[str, Column] = {}
        self.rows: int = table.num_rows
        self.ids: pa.Array = self.texts("Id")

    def cells(self, path: str) -> Column:
        """The cells of a path: empties are None, several values of a multipicklist a tuple."""
        if path not in self._known:
            self._known[path] = self._link() if path == LINK else self._encoded(path)
        return self._known[path]

    def texts(self, path: str) -> pa.Array:
        """A text column as it is, nulls when the object has no such field."""
        if path not in self._table.column_names:
            return pa.nulls(self.rows, pa.string())
        return _whole(self._table.column(path).cast(pa.string()))

    def flags(self, path: str) -> pa.Array:
        """A boolean column; no such field and null mean false."""
        if path not in self._table.column_names:
            return pa.array(np.zeros(self.rows, bool))
        return pc.fill_null(_whole(self._table.column(path).cast(pa.bool_())), False)

    def stamp(self, paths: tuple[str, ...]) -> pa.Array:
        """The first of these moments that the part has, nulls when it has none."""
        kind = ARROW_TYPES[FieldKind.DATETIME]
        present = [path for path in paths if path in self._table.column_names]
        return _whole(self._table.column(present[0]).cast(kind)) if present else pa.nulls(self.rows, kind)

    def names(self, key: Template) -> pa.Array:
        """Daktela's name of each row; a missing Id makes an invalid one."""
        pieces = [piece if isinstance(piece, str) else pc.fill_null(self.ids, " ") for piece in key.pieces]
        joined = pc.binary_join_element_wise(*pieces, "") if len(pieces) > 1 else pieces[0]
        return pc.fill_null(joined, "")

    def _link(self) -> Column:
        return encode(pa.chunked_array([self.ids])).map(
            lambda ids: [None if id_ is None else f"{self._instance_url}/{id_}" for id_ in ids]
        )

    def _encoded(self, path: str) -> Column:
        field = self._schema.field(path)
        if field.path not in self._table.column_names:
            raise IntegrityError(f"the part has no column {field.path}", advice="clear the run from preflight on")
        array = self._table.column(field.path).cast(ARROW_TYPES[field.kind])
        if field.kind is FieldKind.MULTIPICKLIST:
            return encode(array).map(lambda values: [_several(value) for value in values])
        if field.kind is FieldKind.TIME:
            array = pc.replace_substring_regex(array, BEYOND_SECONDS, r"\1")
        if field.kind in (FieldKind.TEXT, FieldKind.TIME):
            return encode(_without_nul(array)).map(_non_empty)
        return encode(array)


def _without_nul(array: pa.ChunkedArray) -> pa.ChunkedArray:
    """Texts without NUL. To look for one takes a tenth of replacing none."""
    texts = [buffer.to_pybytes() for chunk in array.chunks if (buffer := chunk.buffers()[2])]
    return pc.replace_substring(array, "\0", "") if any(b"\0" in text for text in texts) else array


def _non_empty(values: list[Any]) -> list[Cell]:
    return [value if value is None or value[:1] not in MAYBE_EMPTY else as_cell(value) for value in values]


def _several(value: str | None) -> Cell:
    return None if value is None else as_cell(value.replace("\0", "").split(";"))


def _whole(array: pa.ChunkedArray) -> pa.Array:
    return pa.concat_arrays(array.chunks) if array.num_chunks else pa.array([], array.type)
