"""Rows for records that changed and no longer pass the mapping's filter, found by a second query for Ids only."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from salesforce_daktela.ledger.ledger import Ledger
from salesforce_daktela.ledger.records.entries import RecordState
from salesforce_daktela.mapping.engine.became import became
from salesforce_daktela.steps.run.payload_schema import PAYLOAD_SCHEMA


@dataclass(frozen=True, slots=True, kw_only=True)
class DepartureColumns:
    """The columns of rows about departures: the change stamp's, and that of each mapping which carries records on."""

    cursor: str
    carriers: Mapping[str, str]


def departed(absent: pa.Table, ledger: Ledger, sync: str, mapping: str, columns: DepartureColumns) -> pa.Table:
    """Return, in payload shape, the rows of ``absent``, changed but not read, that the ledger knows.

    Among them are those whose create got no answer: their objects may be there. A record that was kept or marked when
    it left the filter departs once more when it is deleted or converted.
    """
    rows = payload_shape(absent, columns)
    ids = rows["id"].to_pylist()
    states = {id_: entry.state for id_, entry in ledger.records.read(sync, mapping, ids).items()}
    converted = pc.and_(pc.is_valid(rows["became"]), pc.invert(rows["is_deleted"])).to_pylist()
    ours = [
        _departs(states.get(id_), again=deleted or became, converted=became)
        for id_, deleted, became in zip(ids, rows["is_deleted"].to_pylist(), converted, strict=True)
    ]
    return rows.filter(pa.array(ours, pa.bool_()))


def vanished(ids: list[str], columns: DepartureColumns) -> pa.Table:
    """Return, in payload shape, records that Salesforce no longer shows at all, not even in its recycle bin."""
    found = {"Id": pa.array(ids, pa.string()), "IsDeleted": pa.array([True] * len(ids), pa.bool_())}
    return payload_shape(pa.table({**found, columns.cursor: pa.nulls(len(ids), pa.timestamp("ms", tz="UTC"))}), columns)


def _departs(state: RecordState | None, *, again: bool, converted: bool) -> bool:
    if state is RecordState.BECAME:
        return converted
    return state in (RecordState.LIVE, RecordState.INTENDED) or (
        state in (RecordState.KEPT, RecordState.MARKED) and again
    )


def payload_shape(rows: pa.Table, found: DepartureColumns) -> pa.Table:
    """Convert rows of Id, change stamp, deletion fields and carriers to the columns of a payload part."""
    count = rows.num_rows
    deleted = rows["IsDeleted"] if "IsDeleted" in rows.column_names else pa.array([False] * count, pa.bool_())
    carriers = {to: name for to, name in found.carriers.items() if name in rows.column_names}
    columns: dict[str, Iterable[object]] = {
        "id": rows["Id"],
        "stamp": rows[found.cursor],
        "is_deleted": deleted,
        "left_filter": pc.invert(deleted),
        "became": became({to: rows[name].combine_chunks() for to, name in carriers.items()}, count),
        "payload": pa.array(["{}"] * count, pa.string()),
        "references": pa.array(["[]"] * count, pa.string()),
        "problems": pa.array(["[]"] * count, pa.string()),
        "shortened": pa.array([0] * count, pa.int64()),
        "dropped": pa.array([0] * count, pa.int64()),
    }
    if "MasterRecordId" in rows.column_names:
        columns["master_id"] = rows["MasterRecordId"]
    empty = {name: pa.nulls(count, PAYLOAD_SCHEMA.field(name).type) for name in ("name", "master_id", "once")}
    return pa.table({**empty, **columns}).select(PAYLOAD_SCHEMA.names).cast(PAYLOAD_SCHEMA)
