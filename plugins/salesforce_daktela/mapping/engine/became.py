"""Which record carries on each converted record, as one text a row. Pure."""

from __future__ import annotations

from collections.abc import Mapping

import pyarrow as pa
import pyarrow.compute as pc


def became(ids: Mapping[str, pa.Array], rows: int) -> pa.Array:
    """Return JSON objects of mapping and Id, null for records that are not converted.

    ``ids`` holds, for each mapping, the Id of its record for each of ``rows`` rows.
    """
    if not ids:
        return pa.nulls(rows, pa.string())
    texts = [pc.fill_null(_joined(f',"{mapping}":"', _filled(array), '"'), "") for mapping, array in ids.items()]
    inner = pc.utf8_slice_codeunits(pc.binary_join_element_wise(*texts, ""), 1)
    return _joined("{", _filled(inner), "}")


def _filled(array: pa.Array) -> pa.Array:
    return pc.if_else(pc.equal(array, ""), pa.scalar(None, pa.string()), array)


def _joined(before: str, array: pa.Array, after: str) -> pa.Array:
    return pc.binary_join_element_wise(before, array, after, "")
