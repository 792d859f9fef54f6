"""Rows whose Id is not among many others: in time that grows with both, in memory that does not."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

BLOCK_ROWS = 250_000
"""Rows held at a time."""

BUCKET_ROWS = 50_000
"""Ids that are looked among: more of them go to the disk."""

MOST_BUCKETS = 256
"""Files open at a time."""


def absent_rows(pages: Iterable[pa.Table], known: Iterable[pa.Table], *, known_rows: int) -> Iterator[pa.Table]:
    """Yield the rows of ``pages`` whose ``Id`` is none of ``known``, in pieces of at most 250,000, in any order.

    ``known`` are tables with that column, ``known_rows`` about how many rows they have. Both are read once, ``known``
    first. Many of them go to this machine's disk, both sides by a hash of the Id, so that each Id is looked for among
    few; the files are deleted at the end.
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
    """Gather small tables, and cut large ones, so that what is done for each block is worth its fixed cost."""
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
    """Write every row into the file of its bucket; the files that there are."""
    files: dict[int, Path] = {}
    with contextlib.ExitStack() as opened:
        writers: dict[int, pa.RecordBatchStreamWriter] = {}
        for block in _blocks(tables):
            of = pd.util.hash_array(block["Id"].to_numpy(), categorize=False) % buckets
            order = np.argsort(of, kind="stable")
            ends = np.cumsum(np.bincount(of.astype(np.int64), minlength=buckets))
            ordered = block.take(pa.array(order)).combine_chunks()
            for bucket, (start, end) in enumerate(zip([0, *ends[:-1]], ends, strict=True)):
                if start == end:
                    continue
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
