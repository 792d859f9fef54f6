"""Records that are read by their Ids: those that a run names, and those that are due independently of the window."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

import pyarrow as pa
import pyarrow.compute as pc

from salesforce_daktela.ledger.records.accepted import PRESENT
from salesforce_daktela.ledger.records.entries import ExtractCheckpoint, RecordState
from salesforce_daktela.mapping.arrow_types import arrow_schema
from salesforce_daktela.salesforce.query import by_id
from salesforce_daktela.salesforce.query.rest import QueryProgress
from salesforce_daktela.salesforce.wire.ids import typed_id
from salesforce_daktela.staging.store import PartRef
from salesforce_daktela.steps.extract.duplicates import replace_older
from salesforce_daktela.steps.extract.kept_pages import KeptPages
from salesforce_daktela.steps.extract.queries import Read
from salesforce_daktela.steps.extract.reading import Reading
from salesforce_daktela.sync.request import Mode
from salesforce_daktela.sync.window import Window


def named_ids(reading: Reading) -> Sequence[str]:
    """The Ids that the run names, or those of the open rejects that it replays."""
    request = reading.request
    wanted = dict.fromkeys(typed_id(id_) for id_ in request.ids)
    if request.mode is not Mode.REPLAY:
        return list(wanted)
    return [
        reject.id
        for reject in reading.ledger.rejects.read(*reading.scope)
        if (not wanted or reject.id in wanted) and (not request.codes or reject.code in request.codes)
    ]


def read_named(reading: Reading) -> Iterator[pa.Table]:
    """The records that the run names. Rejects of records that a replay does not find are closed, unless they depart."""
    ids = named_ids(reading)
    seen: set[str] = set()
    for page in read_by_id(reading, ids):
        seen.update(page["Id"].to_pylist())
        yield page
    if reading.request.mode is Mode.REPLAY:
        missed = [id_ for id_ in ids if id_ not in seen]
        settle_unseen(reading, _apart(missed, _loaded(reading, missed)), reading.run_facts.now)


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """``parts`` are due records that the window, whose parts are in ``checkpoint``, does not contain.

    ``lost`` are Ids that were to be read again and no longer pass the filter. ``refused`` are Ids of other loaded
    records that were due and do not pass it: Daktela may have refused their departure.
    """

    checkpoint: ExtractCheckpoint
    parts: tuple[PartRef, ...]
    lost: list[str]
    refused: list[str]


def read_due(reading: Reading, checkpoint: ExtractCheckpoint, kept: KeptPages) -> Due:
    """Rejected records that are due, children whose parent has come, and records that were to be read again.

    Records of the window are left out. When a record was edited after the window was read, its newer row replaces
    the older one.
    """
    if not reading.request.reads_on or checkpoint.since is None:
        refused = _replayed(reading, checkpoint) if reading.request.mode is Mode.REPLAY else []
        return Due(checkpoint=checkpoint, parts=(), lost=[], refused=refused)
    wanted, asked = _wanted(reading, checkpoint, kept)
    sink = reading.sink(checkpoint, len(checkpoint.parts))
    seen: set[str] = set()
    edited = [arrow_schema(reading.schema).empty_table()]
    for page in read_by_id(reading, wanted, kept.read):
        seen.update(page["Id"].to_pylist())
        outside = page.filter(pc.invert(_within(page[reading.cursor], reading.span(checkpoint))))
        earlier = _within(outside[reading.cursor], Window(since=None, until=reading.span(checkpoint).until))
        sink.add(outside.filter(earlier))
        edited.append(outside.filter(pc.invert(earlier)))
    checkpoint, rest = replace_older(reading, checkpoint, pa.concat_tables(edited))
    sink.add(rest)
    sink.flush()
    missed = [id_ for id_ in wanted if id_ not in seen]
    lost, loaded = _apart(asked, seen), _loaded(reading, missed)
    settle_unseen(reading, _apart(missed, loaded.union(lost)), checkpoint.read_at)
    refused = [id_ for id_ in _apart(missed, lost) if id_ in loaded]
    return Due(checkpoint=checkpoint, parts=tuple(sink.parts), lost=lost, refused=refused)


def settle_unseen(reading: Reading, ids: Sequence[str], read_at: datetime) -> None:
    """Close the rejects and waits of records that a reading at ``read_at`` has not found and that do not depart."""
    if reading.request.writes:
        reading.ledger.rejects.close(*reading.scope, ids, read_at)
        reading.ledger.parking.unpark(*reading.scope, ids, read_at)


def _replayed(reading: Reading, checkpoint: ExtractCheckpoint) -> list[str]:
    """Loaded records that a replay was to read and has not found."""
    seen: set[str] = set()
    for part in checkpoint.parts:
        seen.update(reading.store.read_part(PartRef.from_dict(part), columns=["Id"])["Id"].to_pylist())
    missed = _apart(named_ids(reading), seen)
    loaded = _loaded(reading, missed)
    return [id_ for id_ in missed if id_ in loaded]


def _loaded(reading: Reading, ids: Sequence[str]) -> set[str]:
    """Those of ``ids`` that have an object in Daktela, or may have one."""
    entries = reading.ledger.records.read(*reading.scope, ids)
    return {id_ for id_, entry in entries.items() if entry.state in (*PRESENT, RecordState.INTENDED)}


def _apart(ids: Iterable[str], others: Container[str]) -> list[str]:
    return [id_ for id_ in ids if id_ not in others]


def _wanted(reading: Reading, checkpoint: ExtractCheckpoint, kept: KeptPages) -> tuple[list[str], list[str]]:
    """Every Id that is due, and those that were to be read again; a run that resumes gets the same Ids."""

    def look(_: QueryProgress) -> Iterator[pa.Table]:
        again = dict.fromkeys(reading.ledger.rereads.read(*reading.scope))
        due = [reject.id for reject in reading.ledger.rejects.read(*reading.scope, due_at=checkpoint.read_at)]
        ids = list(dict.fromkeys([*due, *reading.ledger.parking.releasable(*reading.scope), *again]))
        if ids:
            yield pa.table({"Id": pa.array(ids, pa.string()), "asked": [id_ in again for id_ in ids]})

    wanted, asked = list[str](), list[str]()
    for table in kept.read("due", look):
        wanted += table["Id"].to_pylist()
        asked += table.filter(table["asked"])["Id"].to_pylist()
    return wanted, asked


def read_by_id(reading: Reading, ids: Sequence[str], read: Read = by_id.fetched) -> Iterator[pa.Table]:
    """The mapped fields of those records that pass the filter, deleted ones in the recycle bin too."""
    return by_id.read_by_id(reading.salesforce, lambda some: reading.soql(ids=some), reading.schema, ids, read)


def _within(stamps: pa.ChunkedArray, window: Window) -> pa.ChunkedArray:
    before_end = pc.less(stamps, pa.scalar(window.until, pa.timestamp("ms", tz="UTC")))
    if window.since is None:
        return pc.fill_null(before_end, False)
    after_start = pc.greater_equal(stamps, pa.scalar(window.since, pa.timestamp("ms", tz="UTC")))
    return pc.fill_null(pc.and_(before_end, after_start), False)
