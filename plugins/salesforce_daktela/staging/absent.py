"""Finds the rows whose Id is not among many others. Time grows with both numbers; memory does not."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

BLOCK_ROWS = 250_000
"""Rows in memory at a time."""

BUCKET_ROWS = 50_000
"""Known Ids in memory at a time; if there are more, both sides go to the disk."""

MOST_BUCKETS = 256
"""Files open at a time."""


def absent_rows(pages: Iterable[pa.Table], known: Iterable[pa.Table], *, known_rows: int) -> Iterator[pa.Table]:
    """Yield the rows of ``pages`` whose ``Id`` is not in ``known``, in tables of up to 250,000 rows, in any order.

    ``known`` are tables with that column; ``known_rows`` is about how many rows they have. Both are read once,
    ``known`` first. If ``known`` is large, both sides are divided by a hash of the Id into temporary files on this
    machine, which are deleted at the end.
    """
    buckets = min(MOST_BUCKETS, max(1, -(-known_rows // BUCKET_ROWS)))
    if buckets == 1:
        ids = _ids(known)
        for block in _blocks(pages):
            yield _absent(block, ids)
        return
    with tempfile.TemporaryDirectory(prefix="salesforce_daktela_") as folder:
        there = _spread(known, Path(folder), "known", buckets)
        asked = _spread(pages, Path(folder), "asked", buckets)
        for bucket in range(buckets):
            ids = _ids(_read(there[bucket])) if bucket in there else pa.array([], pa.string())
            for block in _blocks(_read(asked[bucket])) if bucket in asked else ():
                yield _absent(block, ids)


def _absent(block: pa.Table, ids: pa.Array) -> pa.Table:
    return block.filter(pc.invert(pc.is_in(block["Id"], value_set=ids)))


def _ids(tables: Iterable[pa.Table]) -> pa.Array:
    chunks = [chunk for table in tables for chunk in table["Id"].chunks]
    return pa.concat_arrays(chunks) if chunks else pa.array([], pa.string())


def _blocks(tables: Iterable[pa.Table]) -> Iterator[pa.Table]:
    """Join small tables and cut large ones into blocks, because each block has a fixed cost."""
    held: list[pa.Table] = []
    rows = 0
    for table in tables:
        while table.num_rows:
            piece = table.slice(0, BLOCK_ROWS - rows)
            table = table.slice(piece.num_rows)
            held.append(piece)
            rows += piece.num_rows
            if rows == BLOCK_ROWS:
                yield pa.concat_tables(held)
                held, rows = [], 0
    if held:
        yield pa.concat_tables(held)


def _spread(tables: Iterable[pa.Table], folder: Path, name: str, buckets: int) -> dict[int, Path]:
    """Write every row into the file of its bucket; return the files by bucket."""
    # Hardly any run gets here, and pandas takes half a second and 40 MiB.
    import numpy as np
    from pandas.util import hash_array

    files: dict[int, Path] = {}
    with contextlib.ExitStack() as opened:
        writers: dict[int, pa.RecordBatchStreamWriter] = {}
        for block in _blocks(tables):
            hashes = hash_array(np.array(block["Id"].to_pylist(), dtype=object), categorize=False)
            of = pa.array((hashes % buckets).tolist(), pa.int16())
            order = pc.array_sort_indices(of)
            runs, ordered = pc.run_end_encode(of.take(order)), block.take(order).combine_chunks()
            ends = runs.run_ends.to_pylist()
            for bucket, start, end in zip(runs.values.to_pylist(), [0, *ends], ends, strict=False):
                if bucket not in writers:
                    files[bucket] = folder / f"{name}-{bucket}"
                    file = opened.enter_context(pa.OSFile(str(files[bucket]), "wb"))
                    writers[bucket] = opened.enter_context(pa.ipc.new_stream(file, block.schema))
                writers[bucket].write_table(ordered.slice(start, end - start))
    return files


def _read(path: Path) -> Iterator[pa.Table]:
    with pa.OSFile(str(path), "rb") as file, pa.ipc.open_stream(file) as reader:
        for batch in reader:
            yield pa.Table.from_batches([batch])
