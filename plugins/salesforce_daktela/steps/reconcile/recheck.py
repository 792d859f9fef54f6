"""Check a few records again, by their Ids in Salesforce and by their names in Daktela."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import pyarrow as pa

from salesforce_daktela.daktela.client import DaktelaClient
from salesforce_daktela.daktela.read.lookup import look_up_names
from salesforce_daktela.ledger.records.entries import RecordEntry
from salesforce_daktela.mapping.arrow_types import arrow_schema
from salesforce_daktela.mapping.engine.compiled_mapping import CompiledMapping
from salesforce_daktela.steps.decide.decider import Decider
from salesforce_daktela.steps.decide.departed import known_of
from salesforce_daktela.steps.decide.orders import Order
from salesforce_daktela.steps.decide.payload_rows import PayloadRow, read_rows
from salesforce_daktela.steps.extract.by_id import read_by_id
from salesforce_daktela.steps.extract.departure_rows import payload_shape, vanished
from salesforce_daktela.steps.extract.departures import identify
from salesforce_daktela.steps.extract.reading import Reading
from salesforce_daktela.steps.reconcile.comparer import lacks_mark, mark_fields, name_of
from salesforce_daktela.steps.run.payload_schema import PAYLOAD_SCHEMA
from salesforce_daktela.steps.transform.part import transform_table
from salesforce_daktela.sync.decision import is_stale
from salesforce_daktela.sync.findings import (
    FindingKind,
    is_pending,
    kind_of_departed,
    kind_of_outcome,
    kind_of_unwritable,
    removes,
)
from salesforce_daktela.sync.outcome import Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class Reread:
    """Named records as Salesforce had them at ``read_at``, as payloads; deleted ones are departures."""

    read_at: datetime
    payloads: pa.Table = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rechecked:
    """The kind of each Id, and which of them a repair would mark or delete in Daktela."""

    kinds: Mapping[str, FindingKind]
    removals: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rechecker:
    """Asks both systems and the ledger again; changes none of them."""

    reading: Reading
    compiled: CompiledMapping
    daktela: DaktelaClient
    watermark: datetime | None

    def read(self, ids: Sequence[str]) -> Reread:
        """Read records by their Ids. Raises as Salesforce answers; what it does not show is deleted for good."""
        reading = self.reading
        read_at = reading.salesforce.server_time()
        pages = list(read_by_id(reading, ids))
        passing = pa.concat_tables(pages or [arrow_schema(reading.schema).empty_table()])
        missed = _without(ids, passing["Id"])
        shown = [payload_shape(page, reading.columns) for page in identify(reading, missed)]
        lost = _without(missed, *(page["id"] for page in shown))
        payloads = [transform_table(passing, self.compiled), *shown, vanished(lost, reading.columns)]
        return Reread(read_at=read_at, payloads=pa.concat_tables([table.cast(PAYLOAD_SCHEMA) for table in payloads]))

    def judge(self, reread: Reread, decider: Decider) -> Rechecked:
        """Return the kind of each record now. Raises DaktelaError when a lookup fails: that is not an absence."""
        rows = list(read_rows(reread.payloads))
        live = [row for row in rows if not row.departed]
        kinds = self._judge_live(live, decider)
        departed, removals = self._judge_departed([row for row in rows if row.departed], reread.read_at)
        return Rechecked(kinds={**kinds, **departed}, removals=removals)

    def _judge_live(self, rows: Sequence[PayloadRow], decider: Decider) -> dict[str, FindingKind]:
        found = decider.prepare([row for row in rows if not row.problems])
        decided = decider.decide(found.prepared)
        kinds = {row.id: FindingKind.REJECTED for row in rows if row.problems}
        kinds.update((each.id, kind_of_outcome(each.outcome)) for each in (*found.outcomes, *decided.outcomes))
        refused, parked = self._refused(), self._parked()
        kinds = self._unwritable(kinds, {row.id: row for row in rows}, known=refused | parked)
        kinds.update((order.row.id, self._kind(order, self._to_write(order))) for order in decided.orders)
        kinds.update((order.row.id, self._kind(order, self._to_remember(order))) for order in decided.accepted)
        return {
            id_: FindingKind.REJECTED if id_ in refused and kind in WRITTEN else kind for id_, kind in kinds.items()
        }

    def _unwritable(
        self, kinds: Mapping[str, FindingKind], rows: Mapping[str, PayloadRow], *, known: Collection[str]
    ) -> dict[str, FindingKind]:
        """Those that their own data keep from being written, unless the ledger does not know of that."""
        entries = self.reading.ledger.records.read(*self.reading.scope, list(kinds))
        return {
            id_: kind_of_unwritable(
                kind,
                entries[id_].state.value if id_ in entries else None,
                known=id_ in known,
                pending=is_pending(rows[id_].stamp, self.watermark),
                recreates=self.reading.mapping.on_gone == "recreate",
            )
            for id_, kind in kinds.items()
        }

    @staticmethod
    def _to_write(order: Order) -> FindingKind:
        return FindingKind.MISSING if order.create or order.outcome is Outcome.ADOPTED else FindingKind.DIFFERENT

    def _to_remember(self, order: Order) -> FindingKind:
        """With a field left out every payload differs from what the ledger has."""
        live = order.known is not None and order.known.state.value == "live"
        return FindingKind.RIGHT if live and self.reading.facts.left_out else FindingKind.UNREMEMBERED

    def _kind(self, order: Order, kind: FindingKind) -> FindingKind:
        """A change that the next run loads anyway is no finding; an edit in Daktela is, as no run sees it."""
        known = order.known
        edited = known is not None and known.state.value == "live" and known.digest == order.digest
        return FindingKind.PENDING if not edited and is_pending(order.row.stamp, self.watermark) else kind

    def _judge_departed(
        self, rows: Sequence[PayloadRow], read_at: datetime
    ) -> tuple[dict[str, FindingKind], frozenset[str]]:
        entries = self.reading.ledger.records.read(*self.reading.scope, [row.id for row in rows])
        names = {row.id: name_of(self.reading.mapping.own_name(row.id), entries.get(row.id)) or "" for row in rows}
        mapping = self.reading.mapping
        fields = ["name", *sorted(mark_fields(mapping))]
        held = look_up_names(self.daktela, mapping.entity, sorted(names.values()), fields=fields)
        present = held.rows.keys() | held.ambiguous
        waiting = self._refused() | self._parked() if rows else set()
        kinds: dict[str, FindingKind] = {}
        removals = set()
        for row in rows:
            entry = entries.get(row.id)
            found = held.rows.get(names[row.id])
            unmarked = found is not None and lacks_mark(mapping, found)
            kind = self._departed(row, entry, present=names[row.id] in present, unmarked=unmarked, read_at=read_at)
            if kind is None and row.id in waiting:
                kind = FindingKind.LEFT_OVER
            kinds[row.id] = FindingKind.RIGHT if kind is None else kind
            if kind is FindingKind.EXTRA and entry is not None and removes(self._policy(row), adopted=entry.adopted):
                removals.add(row.id)
        return kinds, frozenset(removals)

    def _departed(
        self, row: PayloadRow, entry: RecordEntry | None, *, present: bool, unmarked: bool, read_at: datetime
    ) -> FindingKind | None:
        kind = kind_of_departed(
            None if entry is None else entry.state.value,
            present=present,
            unmarked=unmarked,
            vanished=row.stamp is None,
            left=row.departed == "left",
            adopted=entry is not None and entry.adopted,
            policy=self._policy(row),
            stale=entry is not None and is_stale(known_of(entry), stamp=row.stamp, read_at=read_at),
        )
        return FindingKind.PENDING if kind is FindingKind.EXTRA and is_pending(row.stamp, self.watermark) else kind

    def _policy(self, row: PayloadRow) -> str:
        return self.reading.mapping.on_filter_exit if row.departed == "left" else self.reading.mapping.on_delete

    def _refused(self) -> set[str]:
        return {reject.id for reject in self.reading.ledger.rejects.read(*self.reading.scope)}

    def _parked(self) -> set[str]:
        return {child.id for child in self.reading.ledger.parking.read(*self.reading.scope)}


WRITTEN = (FindingKind.MISSING, FindingKind.DIFFERENT, FindingKind.UNREMEMBERED)
"""Kinds that a repair writes; a record with an open reject is tried again on its own schedule instead."""


def _without(ids: Sequence[str], *seen: pa.ChunkedArray) -> list[str]:
    known = {id_ for column in seen for id_ in column.to_pylist()}
    return [id_ for id_ in ids if id_ not in known]
