"""A dictionary-encoded column: values, and for each row the position of its value. Work is done once per value."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

Codes = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Column:
    """``values[codes[row]]`` is the value of a row. Values may repeat; None stands for null."""

    codes: Codes
    values: list[Any]

    def map(self, change: Callable[[list[Any]], list[Any]]) -> Column:
        """Return the column with the values that ``change`` returns, one for each value and in the same order."""
        return Column(self.codes, change(self.values))

    def spread(self, array: pa.Array) -> pa.Array:
        """Give each row the item of ``array`` at the position of its value."""
        if len(array) == len(self.codes) and np.array_equal(self.codes, np.arange(len(array))):
            return array
        return array.take(pa.array(self.codes))


def encode(array: pa.ChunkedArray) -> Column:
    """Return an Arrow column as distinct Python values."""
    whole = pa.concat_arrays(array.chunks) if array.num_chunks else pa.array([], array.type)
    encoded = whole.dictionary_encode(null_encoding="encode")
    return Column(_codes(encoded), _values(encoded.dictionary))


def combine(columns: Sequence[Column], rows: int) -> Column:
    """Return the column of tuples, one value of each column; no columns give empty tuples."""
    if not columns:
        return Column(np.zeros(rows, np.int64), [()])
    codes = columns[0].codes
    for column in columns[1:]:
        # If the first column has a value for each row, so have the combinations.
        if len(columns[0].values) == rows:
            break
        codes = _codes(pa.array(codes * len(column.values) + column.codes).dictionary_encode())
    if len(columns) == 1:
        return Column(codes, [(value,) for value in columns[0].values])
    first = np.zeros(int(codes.max(initial=-1)) + 1, np.int64)
    first[codes[::-1]] = np.arange(rows)[::-1]
    pieces = [map(column.values.__getitem__, column.codes[first].tolist()) for column in columns]
    return Column(codes, list(zip(*pieces, strict=True)))


def _codes(encoded: pa.DictionaryArray) -> Codes:
    codes: Codes = encoded.indices.to_numpy(zero_copy_only=False).astype(np.int64)
    return codes


def _values(array: pa.Array) -> list[Any]:
    """An Arrow array as Python values. Texts go through numpy, which is faster than an Arrow scalar for each."""
    texts = pa.types.is_string(array.type)
    values: list[Any] = array.to_numpy(zero_copy_only=False).tolist() if texts else array.to_pylist()
    return values
