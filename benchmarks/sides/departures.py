"""Finds departed records of a filtered object: it compares all its Ids with those that were read."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import UTC, datetime

import pyarrow as pa

from benchmarks.sides.deployment import RUN, Deployment
from benchmarks.sides.instant_salesforce import InstantSalesforce, id_of
from benchmarks.sides.side import Order, Watch, run_side
from salesforce_daktela.ledger.records.entries import ExtractCheckpoint
from salesforce_daktela.mapping.model import Entity
from salesforce_daktela.mapping.schema import FieldKind, SourceField, SourceSchema
from salesforce_daktela.mapping.target import TargetSchema
from salesforce_daktela.staging.store import PartRef
from salesforce_daktela.steps.extract.by_id import Due
from salesforce_daktela.steps.extract.departures import read_departures
from salesforce_daktela.steps.extract.kept_pages import KeptPages
from salesforce_daktela.steps.extract.queries import Queries
from salesforce_daktela.steps.extract.reading import Reading
from salesforce_daktela.steps.run.facts import MappingFacts, RunFacts
from salesforce_daktela.sync.request import Mode, RunRequest
from salesforce_daktela.sync.window_plan import rows_per_part

NOW = datetime(2026, 4, 1, tzinfo=UTC)
KINDS = {"Id": FieldKind.TEXT, "SystemModstamp": FieldKind.DATETIME, "IsDeleted": FieldKind.BOOLEAN}
PASSING = 9
"""Of ten records this many pass the filter; the ledger knows none of the others."""


def work(order: Order, watch: Watch) -> dict[str, object]:
    """Everything that extract does after the last row is read."""
    here, rows = Deployment(order), int(order["rows"])
    reading = _reading(here, rows)
    checkpoint = _checkpoint(here, rows)
    sink = reading.sink(checkpoint, 0)
    for start in range(0, rows, checkpoint.rows_per_part):
        numbers = [n for n in range(start, min(start + checkpoint.rows_per_part, rows)) if n % 10 < PASSING]
        ids = pa.array([id_of(number) for number in numbers], pa.string())
        stamps = pa.array([NOW] * len(numbers), pa.timestamp("ms", tz="UTC"))
        deleted = pa.array([False] * len(numbers), pa.bool_())
        sink.add(pa.table({"Id": ids, "SystemModstamp": stamps, "IsDeleted": deleted}))
    sink.flush()
    kept = KeptPages(reading=reading, checkpoint=checkpoint, queries=Queries())
    with watch.running():
        due = Due(checkpoint=checkpoint, parts=(), lost=[], refused=[])
        departures: tuple[PartRef, ...] = read_departures(reading, checkpoint, tuple(sink.parts), due, kept)
    return {"departed": sum(part.rows for part in departures)}


def _reading(here: Deployment, rows: int) -> Reading:
    mapping = replace(here.mapping, where="DoNotCall = false")
    fields = {name: SourceField(path=name, kind=kind) for name, kind in KINDS.items()}
    facts = RunFacts(
        instance_url="https://acme.my.salesforce.com",
        database="sales",
        timezone="UTC",
        now=NOW,
        fingerprint="",
        deferred="",
        mappings={
            mapping.name: MappingFacts(
                cursor="SystemModstamp",
                source=SourceSchema(sobject="Contact", fields=fields),
                target=TargetSchema(entity=Entity.CONTACTS, fields={}, complete=True),
            )
        },
    )
    return Reading(
        spec=here.spec,
        mapping=mapping,
        run_facts=facts,
        request=RunRequest(mode=Mode.WINDOW, since=datetime(1999, 1, 1, tzinfo=UTC), until=NOW),
        run_id=RUN,
        salesforce=InstantSalesforce(rows),
        ledger=here.ledger,
        store=here.store,
    )


def _checkpoint(here: Deployment, rows: int) -> ExtractCheckpoint:
    return ExtractCheckpoint(
        sync=here.spec.name,
        run_id=RUN,
        mapping=here.mapping.name,
        extraction=uuid.uuid4().hex[:12],
        query_hash="",
        api="rest",
        job_id=None,
        locator=None,
        parts=(),
        since=datetime(1999, 1, 1, tzinfo=UTC),
        until=NOW,
        read_at=NOW,
        rows_per_part=rows_per_part(rows, here.spec.limits.part_rows),
        finished=False,
    )


if __name__ == "__main__":
    run_side(work)
