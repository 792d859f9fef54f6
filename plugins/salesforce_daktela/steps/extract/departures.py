"""Find the departures of a window: Ids that changed and no longer pass the filter, and Ids that vanished."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence

import pyarrow as pa
import pyarrow.compute as pc

from salesforce_daktela.ledger.records.entries import ExtractCheckpoint
from salesforce_daktela.mapping.schema import SourceSchema
from salesforce_daktela.salesforce.bulk.whole_job import read_whole_job
from salesforce_daktela.salesforce.query import by_id, rest
from salesforce_daktela.salesforce.query.soql import build_soql
from salesforce_daktela.salesforce.wire.errors import FilterDemandedError
from salesforce_daktela.staging.absent import absent_rows
from salesforce_daktela.staging.store import PartRef
from salesforce_daktela.steps.extract.by_id import Due, named_ids, settle_unseen
from salesforce_daktela.steps.extract.departure_rows import departed, vanished
from salesforce_daktela.steps.extract.halving import read_window
from salesforce_daktela.steps.extract.kept_pages import KeptPages
from salesforce_daktela.steps.extract.queries import Read
from salesforce_daktela.steps.extract.reading import Reading
from salesforce_daktela.sync.window import Window

log = logging.getLogger(__name__)

AT_ONCE = 10_000
"""Rows looked up in the ledger at a time."""

BY_BULK = "#bulk"
"""What tells the kept pages of a Bulk job from those that REST has given for the same query."""


def read_departures(
    reading: Reading, checkpoint: ExtractCheckpoint, parts: tuple[PartRef, ...], due: Due, kept: KeptPages
) -> tuple[PartRef, ...]:
    """Publish the departures in payload parts. ``parts`` are the rows read, ``due`` says what was not among them.

    A record that Salesforce does not show at all departs only if it was to be read again. One that was never loaded and
    waits for a parent waits no longer. One that passes the filter after all is read again by the next run.
    """
    filtered = reading.mapping.where is not None and reading.with_deleted
    missed = [*due.lost, *due.refused]
    if not filtered and not missed:
        return ()
    sink = reading.sink(checkpoint, len(parts), "payloads")
    found: set[str] = set()
    known: set[str] = set()
    waited: set[str] = set()
    stays: set[str] = set()
    window = _identities(reading, checkpoint, kept) if filtered else iter(())
    parked = pa.array(
        {each.id for each in reading.ledger.parking.read(*reading.scope)} if filtered else (), pa.string()
    )
    shown = _passed(window, missed, found, lambda ids: identify(reading, ids, kept.read))
    for absent in absent_rows(shown, _read_ids(reading, parts), known_rows=sum(part.rows for part in parts)):
        for start in range(0, absent.num_rows, AT_ONCE):
            some = absent.slice(start, AT_ONCE)
            ours = _first(departed(some, reading.ledger, *reading.scope, reading.columns), known)
            waited.update(set(_among(some["Id"], parked)).difference(known))
            departures = _leaving(reading, ours, kept.read)
            stays.update(set(ours["id"].to_pylist()).difference(departures["id"].to_pylist()))
            sink.add(departures)
    hidden = [id_ for id_ in due.lost if id_ not in found]
    sink.add(vanished(hidden, reading.columns))
    sink.flush()
    if reading.request.writes:
        needless = [id_ for id_ in missed if id_ not in known.union(hidden)]
        reading.ledger.rereads.forget(*reading.scope, needless, checkpoint.read_at)
        reading.ledger.rereads.ask(*reading.scope, sorted(stays), checkpoint.read_at)
        settle_unseen(reading, [*needless, *sorted(waited)], checkpoint.read_at)
    return tuple(sink.parts)


def _passed(
    window: Iterator[pa.Table],
    missed: list[str],
    found: set[str],
    identified: Callable[[Sequence[str]], Iterator[pa.Table]],
) -> Iterator[pa.Table]:
    """Ids of the window and those of ``missed`` beyond it; ``found`` gathers those of ``missed`` that are there."""
    asked = pa.array(missed, pa.string())
    for page in window:
        found.update(_among(page["Id"], asked))
        yield page
    for page in identified([id_ for id_ in missed if id_ not in found]):
        found.update(page["Id"].to_pylist())
        yield page


def _first(departures: pa.Table, told: set[str]) -> pa.Table:
    """The rows whose Ids were not ``told`` before; now they are.

    The window's halves are asked for one after the other: who was committed late between two of them is in both.
    """
    first = []
    for id_ in departures["id"].to_pylist():
        first.append(id_ not in told)
        told.add(id_)
    return departures.filter(pa.array(first, pa.bool_()))


def _leaving(reading: Reading, known: pa.Table, read: Read) -> pa.Table:
    """``known`` without records that pass the filter after all; looked up only where leaving it changes their objects.

    A transaction that commits late changes records after their rows were read, with a stamp from within the window.
    """
    if reading.mapping.on_filter_exit == "keep":
        return known
    left = known.filter(pc.and_(known["left_filter"], pc.is_null(known["became"])))
    where, ids = reading.mapping.where, left["id"].to_pylist()
    passing = by_id.passing_ids(reading.salesforce, reading.schema, ids, cursor=reading.cursor, where=where, read=read)
    return known.filter(pc.invert(pc.is_in(known["id"], value_set=pa.array(passing, pa.string()))))


def _among(ids: pa.ChunkedArray, asked: pa.Array) -> list[str]:
    found: list[str] = ids.filter(pc.is_in(ids, value_set=asked)).to_pylist() if len(asked) else []
    return found


def _read_ids(reading: Reading, parts: tuple[PartRef, ...]) -> Iterator[pa.Table]:
    for part in parts:
        yield reading.store.read_part(part, columns=["Id"])


def _identities(reading: Reading, checkpoint: ExtractCheckpoint, kept: KeptPages) -> Iterator[pa.Table]:
    """Ids of all changed records, whether they pass the filter or not; none where Salesforce lists no such object."""
    if checkpoint.until is None:
        yield from identify(reading, named_ids(reading))
        return
    schema = _identity_schema(reading)

    def by_rest(part: Window) -> Iterator[pa.Table]:
        soql = build_soql(schema, cursor=reading.cursor, window=part)
        return kept.read(soql, lambda place: rest.read_rest(reading.salesforce, soql, schema, place))

    def by_bulk(part: Window) -> Iterator[pa.Table]:
        soql = build_soql(schema, cursor=reading.cursor, window=part)
        patience = reading.spec.limits.bulk_timeout
        log.warning("%s: REST takes too long for the list of changed Ids; a Bulk job reads it", reading.mapping.name)
        return kept.read(soql + BY_BULK, lambda _place: read_whole_job(reading.salesforce, soql, schema, patience))

    try:
        yield from read_window(reading.span(checkpoint), by_rest, by_bulk)
    except FilterDemandedError:
        log.warning(
            "%s: Salesforce lists no %s without a filter, so who leaves `where` is found by comparisons alone",
            reading.mapping.name,
            schema.sobject,
        )


def identify(reading: Reading, ids: Sequence[str], read: Read = by_id.fetched) -> Iterator[pa.Table]:
    """The state of named records that Salesforce still shows: change stamp, deleted, Id of the merge's winner."""
    schema = _identity_schema(reading)
    return by_id.read_by_id(
        reading.salesforce, lambda some: build_soql(schema, cursor=reading.cursor, ids=some), schema, ids, read
    )


def _identity_schema(reading: Reading) -> SourceSchema:
    names, fields = ("Id", reading.cursor, "IsDeleted", "MasterRecordId"), reading.schema.fields
    wanted = [*(name for name in names if name in fields), *reading.carriers.values()]
    return SourceSchema(sobject=reading.schema.sobject, fields={name: fields[name] for name in wanted})
