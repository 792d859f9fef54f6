"""Records that are read by their Ids: those a run names, and those that are due whatever the window holds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pyarrow as pa
import pyarrow.compute as pc

from salesforce_daktela.ledger.ledger import ExtractCheckpoint
from salesforce_daktela.salesforce import by_id
from salesforce_daktela.salesforce.ids import long_id
from salesforce_daktela.staging.store import PartRef
from salesforce_daktela.steps.reading import Reading
from salesforce_daktela.sync.request import Mode
from salesforce_daktela.sync.window import Window


def named_ids(reading: Reading) -> Sequence[str]:
    """The Ids that the run names, or those of the open rejects that it replays."""
    request = reading.request
    if request.mode is not Mode.REPLAY:
        return request.ids
    wanted = {long_id(id_) for id_ in request.ids}
    return [
        reject.id
        for reject in reading.ledger.open_rejects(*reading.scope)
        if (not wanted or reject.id in wanted) and (not request.codes or reject.code in request.codes)
    ]


def read_named(reading: Reading) -> Iterator[pa.Table]:
    """The records that the run names. What a replay does not find is nobody's reject any longer."""
    ids = named_ids(reading)
    seen: set[str] = set()
    for page in read_by_id(reading, ids):
        seen.update(page["Id"].to_pylist())
        yield page
    if reading.request.mode is Mode.REPLAY:
        missed = [id_ for id_ in ids if id_ not in seen]
        reading.ledger.close_rejects(*reading.scope, missed, reading.run_facts.now)


def read_due(
    reading: Reading, checkpoint: ExtractCheckpoint, first_number: int
) -> tuple[tuple[PartRef, ...], list[str]]:
    """Rejected records that are due, children whose parent has come, and records that were to be read again.

    Left out is what the window held anyway. Beside them the Ids of those to be read again that no longer pass.
    """
    if not reading.request.reads_on or checkpoint.since is None:
        return (), []
    ledger, scope = reading.ledger, reading.scope
    asked = ledger.asked_again(*scope)
    due = [reject.id for reject in ledger.open_rejects(*scope, due_at=checkpoint.read_at)]
    wanted = list(dict.fromkeys([*due, *ledger.releasable(*scope), *asked]))
    sink = reading.sink(checkpoint, first_number)
    seen: set[str] = set()
    for page in read_by_id(reading, wanted):
        seen.update(page["Id"].to_pylist())
        sink.add(page.filter(pc.invert(_within(page[reading.cursor], reading.span(checkpoint)))))
    sink.flush()
    missed = [id_ for id_ in wanted if id_ not in seen]
    if reading.request.writes:
        ledger.close_rejects(*scope, missed, checkpoint.read_at)
        ledger.unpark(*scope, missed, checkpoint.read_at)
    return tuple(sink.parts), [id_ for id_ in asked if id_ not in seen]


def read_by_id(reading: Reading, ids: Sequence[str]) -> Iterator[pa.Table]:
    """The mapped fields of those records that pass the filter, deleted ones in the bin too."""
    return by_id.read_by_id(reading.salesforce, lambda some: reading.soql(ids=some), reading.schema, ids)


def _within(stamps: pa.ChunkedArray, window: Window) -> pa.ChunkedArray:
    before_end = pc.less(stamps, pa.scalar(window.until, pa.timestamp("ms", tz="UTC")))
    if window.since is None:
        return pc.fill_null(before_end, False)
    after_start = pc.greater_equal(stamps, pa.scalar(window.since, pa.timestamp("ms", tz="UTC")))
    return pc.fill_null(pc.and_(before_end, after_start), False)
