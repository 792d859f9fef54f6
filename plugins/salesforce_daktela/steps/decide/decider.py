"""Decide from the ledger and from Daktela's records what each row of a part needs; nothing is written."""

from __future__ import annotations

import json
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import pyarrow as pa

from salesforce_daktela.daktela.client import DaktelaClient
from salesforce_daktela.daktela.read.lookup import users_by_email
from salesforce_daktela.ledger.ledger import Ledger
from salesforce_daktela.ledger.records.digests import digest
from salesforce_daktela.ledger.records.entries import RecordEntry, RecordState
from salesforce_daktela.mapping.model import MappingSpec, SyncSpec
from salesforce_daktela.steps.decide.adoption_conflicts import AdoptionConflicts
from salesforce_daktela.steps.decide.decisions import Decided, Preparation, Prepared, Unverified
from salesforce_daktela.steps.decide.departed import known_of
from salesforce_daktela.steps.decide.heirs import Heirs, Inherited
from salesforce_daktela.steps.decide.orders import Candidate, Order
from salesforce_daktela.steps.decide.payload_rows import PayloadRow
from salesforce_daktela.steps.decide.placing import Placer
from salesforce_daktela.steps.decide.reference_columns import NameLookup
from salesforce_daktela.steps.decide.references import ReferenceResolver, Resolution
from salesforce_daktela.steps.decide.screening import Screen, Screened
from salesforce_daktela.steps.decide.unmark import revived
from salesforce_daktela.steps.decide.verify import Verification, needs_verification, verify_orders
from salesforce_daktela.steps.run.unexpected_errors import attempt, reject
from salesforce_daktela.sync.decision import Row, Step, next_step
from salesforce_daktela.sync.outcome import Outcome, Problem, RecordOutcome


@dataclass(slots=True, kw_only=True)
class Decider:
    """Decides for one mapping in one run. ``planned`` gives names of parents that the ledger does not know yet.

    With ``verifies`` the ledger is not trusted: every record is looked up in Daktela and compared.
    ``conflicts`` finds records of the reading that match the same object, ``heirs`` what records inherit.
    """

    spec: SyncSpec
    mapping: MappingSpec
    database: str
    extraction: str
    read_at: datetime
    daktela: DaktelaClient
    ledger: Ledger
    planned: NameLookup | None = None
    verifies: bool = False
    conflicts: AdoptionConflicts | None = None
    heirs: Heirs | None = None
    _resolver: ReferenceResolver | None = None

    def screen(self, parts: Iterator[pa.Table]) -> Generator[Screened]:
        """Find the rows of each part that need no call, column by column. Raises as ``prepare``."""
        screen = Screen(
            ledger=self.ledger,
            scope=(self.spec.name, self.mapping.name),
            extraction=self.extraction,
            names=self._references().names,
            constants=self._constants,
            clearing=self._clearing,
        )
        yield from screen.parts(parts)

    def prepare(self, rows: Sequence[PayloadRow]) -> Preparation:
        """Resolve the references of live rows without problems. Raises DaktelaError when users cannot be read."""
        resolver = self._references()
        salt, result = self.ledger.salt(), Preparation()
        born = resolver.resolve([replace(row, references=row.once_references) for row in rows if row.once_references])
        for row, found in zip(rows, (resolved := resolver.resolve(rows)).values(), strict=True):
            if found.problems:
                problems = tuple(found.problems)
                result.outcomes.append(RecordOutcome(id=row.id, outcome=Outcome.REJECTED, problems=problems))
            elif found.waits:
                result.outcomes.append(RecordOutcome(id=row.id, outcome=Outcome.PARKED))
                result.waits.extend(found.waits)
            else:
                prepared = attempt(row.id, self._prepared, row, found, born.get(row.id), salt)
                if isinstance(prepared, Problem):
                    result.outcomes.append(reject(row.id, prepared))
                else:
                    result.prepared.append(prepared)
        result.notes.update(f"reference_dropped.{name}" for found in resolved.values() for name in found.dropped)
        return result

    def decide(self, prepared: Sequence[Prepared]) -> Decided:
        """Compare with the ledger, and look up in Daktela what the ledger does not know.

        Raises TransportError when a lookup fails: a failed lookup is not an absence.
        """
        entries = self.ledger.records.read(self.spec.name, self.mapping.name, [item.row.id for item in prepared])
        new = [item.row.id for item in prepared if item.row.id not in entries]
        inherited = Inherited() if self.heirs is None else self.heirs.inherited(new)
        entries = {**inherited.entries, **entries}
        decided, candidates = Decided(), []
        unverified: list[Unverified] = []
        for item in prepared:
            found = attempt(item.row.id, self._next, item, entries.get(item.row.id))
            if isinstance(found, Candidate):
                candidates.append(replace(found, former=inherited.names.get(item.row.id, ())))
            elif isinstance(found, Unverified):
                unverified.append(found)
            elif isinstance(found, Order):
                decided.orders.append(found)
            elif isinstance(found, Problem):
                decided.outcomes.append(reject(item.row.id, found))
            else:
                decided.outcomes.append(found[0])
                decided.superseded += found[1] is Step.SUPERSEDED
        candidates.extend(self._verify(unverified, decided))
        placed = self._placer().place(candidates)
        decided.outcomes.extend(placed.refused)
        decided.orders.extend(placed.orders)
        decided.accepted.extend(placed.accepted)
        return decided

    def _next(
        self, item: Prepared, entry: RecordEntry | None
    ) -> Candidate | Unverified | Order | tuple[RecordOutcome, Step]:
        """What one record needs, as far as the ledger tells."""
        known = None if entry is None else known_of(entry)
        step = next_step(known, self._seen(item), recreate=self.mapping.on_gone == "recreate")
        if step is Step.FIND:
            return self._candidate(item, entry)
        if entry is not None and self.verifies and needs_verification(step, entry.state):
            return Unverified(item=item, entry=entry, step=step, order=self._update(item, entry))
        if step is Step.UPDATE and entry is not None:
            return self._update(item, entry)
        return RecordOutcome(id=item.row.id, outcome=_without_a_call(step, entry)), step

    def _references(self) -> ReferenceResolver:
        """One resolver for all parts of a task, so that users are listed once."""
        if self._resolver is None:
            self._resolver = ReferenceResolver(
                ledger=self.ledger,
                sync=self.spec.name,
                users=lambda: users_by_email(self.daktela).logins,
                planned=self.planned,
            )
        return self._resolver

    def _verify(self, unverified: Sequence[Unverified], decided: Decided) -> list[Candidate]:
        """Compare with Daktela's records; return the records that are missing there and are created again."""
        absent: list[Candidate] = []
        orders = [each.order for each in unverified]
        found = verify_orders(self.daktela, self.mapping.entity, orders, self.ledger.salt() if orders else b"")
        for each in unverified:
            order, item, entry, step = each.order, each.item, each.entry, each.step
            verified = found[item.row.id]
            if isinstance(verified, Problem):
                decided.outcomes.append(reject(item.row.id, verified))
            elif verified is Verification.ABSENT and self.mapping.on_gone == "recreate":
                absent.append(self._candidate(item, entry, away=True))
            elif verified is Verification.ABSENT:
                decided.outcomes.append(RecordOutcome(id=item.row.id, outcome=Outcome.GONE))
            elif verified is Verification.AMBIGUOUS:
                problem = Problem(code="name_ambiguous", field="name")
                decided.outcomes.append(RecordOutcome(id=item.row.id, outcome=Outcome.REJECTED, problems=(problem,)))
            elif verified is Verification.WRONG:
                decided.orders.append(order)
            elif step is Step.UNCHANGED:
                decided.outcomes.append(RecordOutcome(id=item.row.id, outcome=Outcome.UNCHANGED))
            else:
                decided.accepted.append(replace(order, outcome=Outcome.UNCHANGED))
        return absent

    def _prepared(self, row: PayloadRow, found: Resolution, born: Resolution | None, salt: bytes) -> Prepared:
        # A reference that is not found clears its field: the value sent earlier must not stay for ever.
        cleared = self._clearing.intersection(found.dropped)
        fields: dict[str, Any] = {**dict.fromkeys(sorted(cleared)), **found.fields, **self._constants}
        text = f"{row.payload}\n{json.dumps(fields, sort_keys=True)}"
        once = {**row.once, **({} if born is None else born.fields)}
        return Prepared(row=row, fields=fields, digest=digest(salt, text), once=once)

    def _candidate(self, item: Prepared, entry: RecordEntry | None, *, away: bool = False) -> Candidate:
        # An adopted object that is gone was not created by us. What replaces it is ours and gets our own name.
        foreign = entry is not None and entry.adopted and (away or entry.state is RecordState.GONE)
        name = str(item.row.name) if entry is None or foreign else entry.name
        body = item.body()
        if entry is not None and entry.state is RecordState.MERGED:
            body = revived(body, self.mapping.unmark_body())  # it may have been marked before it was undeleted
        return Candidate(row=item.row, name=name, body=body, digest=item.digest, known=entry, once=item.once)

    def _update(self, item: Prepared, entry: RecordEntry) -> Order:
        body = item.body()
        return Order(
            row=item.row,
            name=entry.name,
            body=revived(body, self.mapping.unmark_body()) if entry.state is RecordState.MARKED else body,
            digest=item.digest,
            create=False,
            outcome=Outcome.UPDATED,
            known=entry,
            adopted=entry.adopted,
        )

    @property
    def _constants(self) -> dict[str, str]:
        """Fields that every body has beside its payload and references."""
        return {"database": self.database} if self.mapping.entity.in_database else {}

    @property
    def _clearing(self) -> set[str]:
        """Fields that an empty value clears."""
        return {rule.target for rule in self.mapping.fields if rule.when_empty == "clear"}

    def _seen(self, item: Prepared) -> Row:
        return Row(digest=item.digest, stamp=item.row.stamp, read_at=self.read_at, extraction=self.extraction)

    def _placer(self) -> Placer:
        return Placer(
            spec=self.spec,
            mapping=self.mapping,
            database=self.database,
            extraction=self.extraction,
            daktela=self.daktela,
            ledger=self.ledger,
            verifies=self.verifies,
            conflicts=self.conflicts,
        )


def _without_a_call(step: Step, entry: RecordEntry | None) -> Outcome:
    if step is Step.GONE:
        return Outcome.GONE
    if step is Step.BECAME:
        return Outcome.BECAME
    if step is Step.SETTLED and entry is not None and entry.outcome is not None:
        return Outcome(entry.outcome)
    return Outcome.UNCHANGED
