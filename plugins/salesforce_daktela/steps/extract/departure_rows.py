"""Rows for records that changed and no longer pass the mapping's filter, found by a second query for Ids only."""

from __future__ import annotations

from collections.abc import Iterable

import pyarrow as pa
import pyarrow.compute as pc

from salesforce_daktela.ledger.ledger import Ledger
from salesforce_daktela.ledger.records.entries import RecordState
from salesforce_daktela.steps.run.payload_schema import PAYLOAD_SCHEMA


def departed(absent: pa.Table, ledger: Ledger, sync: str, mapping: str, cursor: str) -> pa.Table:
    """Return, in payload shape, the rows of ``absent``, changed but not read, that the ledger knows.

    A record that was kept or marked when it left the filter departs once more when it is deleted.
    """
    ids = absent["Id"].to_pylist()
    states = {id_: entry.state for id_, entry in ledger.records.read(sync, mapping, ids).items()}
    deleted = absent["IsDeleted"].to_pylist() if "IsDeleted" in absent.column_names else [False] * len(ids)
    ours = [_departs(states.get(id_), gone) for id_, gone in zip(ids, deleted, strict=True)]
    return payload_shape(absent.filter(pa.array(ours, pa.bool_())), cursor)


def vanished(ids: list[str], cursor: str) -> pa.Table:
    """Return, in payload shape, records that Salesforce no longer shows at all, not even in its recycle bin."""
    columns = {"Id": pa.array(ids, pa.string()), "IsDeleted": pa.array([True] * len(ids), pa.bool_())}
    return payload_shape(pa.table({**columns, cursor: pa.nulls(len(ids), pa.timestamp("ms", tz="UTC"))}), cursor)


def _departs(state: RecordState | None, deleted: bool) -> bool:
    return state is RecordState.LIVE or (state in (RecordState.KEPT, RecordState.MARKED) and deleted)


def payload_shape(rows: pa.Table, cursor: str) -> pa.Table:
    """Convert rows of Id, change stamp and deletion fields to the columns of a payload part."""
    count = rows.num_rows
    deleted = rows["IsDeleted"] if "IsDeleted" in rows.column_names else pa.array([False] * count, pa.bool_())
    columns: dict[str, Iterable[object]] = {
        "id": rows["Id"],
        "stamp": rows[cursor],
        "is_deleted": deleted,
        "left_filter": pc.invert(deleted),
        "payload": pa.array(["{}"] * count, pa.string()),
        "references": pa.array(["[]"] * count, pa.string()),
        "problems": pa.array(["[]"] * count, pa.string()),
        "shortened": pa.array([0] * count, pa.int64()),
        "dropped": pa.array([0] * count, pa.int64()),
    }
    if "MasterRecordId" in rows.column_names:
        columns["master_id"] = rows["MasterRecordId"]
    empty = {name: pa.nulls(count, PAYLOAD_SCHEMA.field(name).type) for name in ("name", "master_id")}
    return pa.table({**empty, **columns}).select(PAYLOAD_SCHEMA.names).cast(PAYLOAD_SCHEMA)
