"""Keep the newer row of a record that was edited during the reading and so came twice."""

from __future__ import annotations

from dataclasses import replace

import pyarrow as pa
import pyarrow.compute as pc

from salesforce_daktela.ledger.records.entries import ExtractCheckpoint
from salesforce_daktela.mapping.arrow_types import arrow_schema
from salesforce_daktela.staging.store import PartRef
from salesforce_daktela.steps.extract.part_sink import repeating_columns
from salesforce_daktela.steps.extract.reading import Reading


def replace_older(
    reading: Reading, checkpoint: ExtractCheckpoint, newer: pa.Table
) -> tuple[ExtractCheckpoint, pa.Table]:
    """Replace rows of parts by rows of ``newer`` for the same records.

    Return the checkpoint with the new parts, each with as many rows as before, and rows that were in no part.
    Safe to repeat.
    """
    if not newer.num_rows:
        return checkpoint, newer
    parts = []
    for number, part in enumerate(checkpoint.parts):
        ref = PartRef.from_dict(part)
        ids = reading.store.read_part(ref, columns=["Id"])["Id"]
        here = newer.filter(pc.is_in(newer["Id"], value_set=ids.combine_chunks())) if newer.num_rows else newer
        if here.num_rows:
            older = pc.is_in(ids, value_set=here["Id"].combine_chunks())
            kept = reading.store.read_part(ref).filter(pc.invert(older))
            newer = newer.filter(pc.invert(pc.is_in(newer["Id"], value_set=here["Id"].combine_chunks())))
            part = _rewrite(reading, checkpoint, number, [kept, here])
        parts.append(part)
    return replace(checkpoint, parts=tuple(parts)), newer


def keep_newest(reading: Reading, checkpoint: ExtractCheckpoint) -> ExtractCheckpoint:
    """Leave one row of each record in the parts: the one with the latest change stamp."""
    rows = _stamps(reading, checkpoint)
    order = rows.sort_by([("Id", "ascending"), (reading.cursor, "ascending"), ("row", "ascending")])
    ids = order["Id"].combine_chunks()
    if len(ids) < 2:
        return checkpoint
    older = order["row"].combine_chunks()[:-1].filter(pc.equal(ids[:-1], ids[1:]))
    parts, start = [], 0
    for number, part in enumerate(checkpoint.parts):
        end = start + int(part["rows"])
        dropped = pc.is_in(pa.array(range(start, end)), value_set=older)
        if dropped.true_count:
            table = reading.store.read_part(PartRef.from_dict(part))
            part = _rewrite(reading, checkpoint, number, [table.filter(pc.invert(dropped))])
        parts.append(part)
        start = end
    return replace(checkpoint, parts=tuple(parts))


def _stamps(reading: Reading, checkpoint: ExtractCheckpoint) -> pa.Table:
    """Id, change stamp and place of every row."""
    columns = ["Id", reading.cursor]
    tables = [reading.store.read_part(PartRef.from_dict(part), columns=columns) for part in checkpoint.parts]
    rows = pa.concat_tables([*tables, arrow_schema(reading.schema).empty_table().select(columns)])
    return rows.append_column("row", pa.array(range(rows.num_rows)))


def _rewrite(
    reading: Reading, checkpoint: ExtractCheckpoint, number: int, tables: list[pa.Table]
) -> dict[str, str | int]:
    schema = arrow_schema(reading.schema)
    whole = [table.cast(schema) for table in tables]
    key = reading.key(checkpoint.extraction, "rows", number)
    return reading.store.write_part(key, whole, schema, repeating_columns(whole[0])).to_dict()
