"""Records that Salesforce deleted, or that left the mapping's filter: keep, mark or delete, as the mapping says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from salesforce_daktela.daktela.client import DaktelaClient
from salesforce_daktela.daktela.errors import DaktelaError, ErrorKind
from salesforce_daktela.daktela.marking import mark_existing
from salesforce_daktela.ledger.ledger import Ledger, RecordEntry, RecordState
from salesforce_daktela.mapping.model import MappingSpec, SyncSpec
from salesforce_daktela.steps.payload_rows import PayloadRow
from salesforce_daktela.sync.account import Tally
from salesforce_daktela.sync.outcome import Outcome, Problem, RecordOutcome


@dataclass(slots=True, kw_only=True)
class Departing:
    """Handles departures of one mapping: touches only objects that the ledger knows, deletes none that was adopted."""

    spec: SyncSpec
    mapping: MappingSpec
    extraction: str
    read_at: datetime
    daktela: DaktelaClient
    ledger: Ledger

    def handle(self, rows: Sequence[PayloadRow], tally: Tally) -> None:
        """Give every departed row its outcome."""
        if not rows:
            return
        entries = self.ledger.records(self.spec.name, self.mapping.name, [row.id for row in rows])
        for row in rows:
            tally.add(self._judged(row, entries.get(row.id)))

    def _judged(self, row: PayloadRow, entry: RecordEntry | None) -> RecordOutcome:
        """What Daktela refuses to do to one record is that record's reject; everything else stops the part."""
        try:
            return RecordOutcome(id=row.id, outcome=self._depart(row, entry))
        except DaktelaError as exc:
            if exc.kind is not ErrorKind.VALIDATION:
                raise
            problems = tuple(Problem(code="daktela_refused", field=found.path) for found in exc.fields)
        return RecordOutcome(
            id=row.id, outcome=Outcome.REJECTED, problems=problems or (Problem(code="daktela_refused"),)
        )

    def _depart(self, row: PayloadRow, entry: RecordEntry | None) -> Outcome:
        if entry is None:
            return Outcome.KEPT
        if entry.extraction == self.extraction and entry.outcome is not None and entry.state is not RecordState.LIVE:
            return Outcome(entry.outcome)
        if entry.state is RecordState.KEPT:
            return Outcome.KEPT
        if entry.state is RecordState.GONE:
            return Outcome.GONE
        if entry.state is RecordState.REMOVED:
            return Outcome.REMOVED
        policy = self.mapping.on_delete if row.departed == "deleted" else self.mapping.on_filter_exit
        if policy == "mark":
            return self._mark(row, entry)
        if policy == "delete" and not entry.adopted:
            self.daktela.delete(self.mapping.entity, entry.name)
            return self._settle(row, entry, RecordState.REMOVED, Outcome.REMOVED)
        return self._settle(row, entry, RecordState.KEPT, Outcome.KEPT)

    def _mark(self, row: PayloadRow, entry: RecordEntry) -> Outcome:
        try:
            marked = mark_existing(self.daktela, self.mapping.entity, entry.name, self.mapping.mark_body())
        except DaktelaError as exc:
            if exc.kind is not ErrorKind.MISSING:
                raise
            marked = False
        if not marked:
            return self._settle(row, entry, RecordState.GONE, Outcome.GONE)
        return self._settle(row, entry, RecordState.KEPT, Outcome.REMOVED)

    def _settle(self, row: PayloadRow, entry: RecordEntry, state: RecordState, outcome: Outcome) -> Outcome:
        """Remember the departure with its own stamp: an extract from before it must not bring the record back."""
        departed = replace(
            entry,
            state=state,
            stamp=row.stamp if row.stamp is not None else entry.stamp,
            read_at=self.read_at,
            extraction=self.extraction,
            outcome=outcome.value,
            written_at=datetime.now(UTC),
        )
        self.ledger.accept(self.spec.name, self.mapping.name, [departed])
        return outcome
