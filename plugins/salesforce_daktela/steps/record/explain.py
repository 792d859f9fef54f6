"""Explain one record: its values, their payload, what a run would do, and what both systems and the ledger have."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import pyarrow as pa

from salesforce_daktela.daktela.client import DaktelaClient
from salesforce_daktela.ledger.ledger import Ledger
from salesforce_daktela.ledger.records.entries import ParkedEntry, RecordEntry, RejectEntry
from salesforce_daktela.mapping.arrow_types import arrow_schema
from salesforce_daktela.mapping.engine.create import strip_for_create
from salesforce_daktela.mapping.engine.trace import FieldTrace, trace_row
from salesforce_daktela.mapping.model import MappingSpec, SyncSpec
from salesforce_daktela.mapping.transforms.definition import Transform
from salesforce_daktela.salesforce.client import SalesforceClient
from salesforce_daktela.salesforce.query.by_id import passing_ids, read_by_id
from salesforce_daktela.salesforce.query.soql import build_soql
from salesforce_daktela.steps.decide.decider import Decider
from salesforce_daktela.steps.decide.payload_rows import PayloadRow, read_rows
from salesforce_daktela.steps.decide.references import waits_text
from salesforce_daktela.steps.preflight.preflight import preflight
from salesforce_daktela.steps.record.forget import mappings_of
from salesforce_daktela.steps.run.facts import MappingFacts, RunFacts
from salesforce_daktela.steps.transform.compiled import compile_for_run
from salesforce_daktela.steps.transform.part import transform_table
from salesforce_daktela.sync.outcome import Outcome, Problem, RecordOutcome
from salesforce_daktela.sync.request import Mode, RunRequest

THIS_LOOK = "explain"
"""Stands for the extraction of a run that does not take place."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Intention:
    """What a run would do now. ``outcome`` is None where a departure's policy decides; ``why`` says it in words."""

    outcome: str | None
    why: str
    verb: str = ""
    name: str = ""
    body: dict[str, Any] | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """One record under one mapping. ``values`` are empty when Salesforce does not have it."""

    sync: str
    mapping: str
    values: dict[str, Any] = field(repr=False)
    fields: tuple[FieldTrace, ...] = field(repr=False)
    intention: Intention
    daktela: dict[str, Any] | None = field(repr=False)
    entry: RecordEntry | None
    reject: RejectEntry | None
    parked: tuple[ParkedEntry, ...]
    history: tuple[tuple[datetime, str], ...]


@dataclass(slots=True, kw_only=True)
class Explainer:
    """Reads both systems and the ledger, and changes none of them. ``database`` is the Daktela connection's own."""

    spec: SyncSpec
    salesforce: SalesforceClient
    daktela: DaktelaClient
    ledger: Ledger
    database: str | None
    transforms: Mapping[str, Transform]

    def explain(self, id_: str) -> list[Explanation]:
        """One explanation for each mapping that reads this object; none when no mapping does.

        Raises ConfigurationError when the mapping does not fit the two systems.
        """
        return [self._under(mapping, id_) for mapping in mappings_of(self.spec, self.salesforce, id_)]

    def _under(self, mapping: MappingSpec, id_: str) -> Explanation:
        facts = self._facts(mapping)
        found = facts.mappings[mapping.name]
        row = self._read(found, id_)
        entry = self.ledger.records.read(self.spec.name, mapping.name, [id_]).get(id_)
        fields: tuple[FieldTrace, ...] = ()
        payload = None
        if row.num_rows:
            fields, payload = self._mapped(mapping, facts, row)
        intention = self._intention(mapping, facts, found, payload, entry)
        name = entry.name if entry is not None else intention.name
        rejects = self.ledger.rejects.read(self.spec.name, mapping.name)
        parked = self.ledger.parking.read(self.spec.name, mapping.name)
        return Explanation(
            sync=self.spec.name,
            mapping=mapping.name,
            values=row.to_pylist()[0] if row.num_rows else {},
            fields=fields,
            intention=intention,
            daktela=self.daktela.get(mapping.entity, name) if name else None,
            entry=entry,
            reject=next((reject for reject in rejects if reject.id == id_), None),
            parked=tuple(wait for wait in parked if wait.id == id_),
            history=tuple(self.ledger.overview.history(self.spec.name, mapping.name, id_)),
        )

    def _facts(self, mapping: MappingSpec) -> RunFacts:
        request = RunRequest(mode=Mode.PLAN, mappings=(mapping.name,))
        return preflight(
            self.spec,
            request,
            self.salesforce,
            self.daktela,
            database=self.database,
            ledger=self.ledger,
            transforms=self.transforms,
        )

    def _read(self, found: MappingFacts, id_: str) -> pa.Table:
        schema = arrow_schema(found.source)
        pages = list(
            read_by_id(
                self.salesforce,
                lambda ids: build_soql(found.source, cursor=found.cursor, ids=ids),
                found.source,
                [id_],
            )
        )
        return pa.concat_tables(pages).cast(schema) if pages else schema.empty_table()

    def _mapped(
        self, mapping: MappingSpec, facts: RunFacts, row: pa.Table
    ) -> tuple[tuple[FieldTrace, ...], PayloadRow]:
        compiled = compile_for_run(mapping, facts, self.transforms)
        (payload,) = read_rows(transform_table(row, compiled))
        return trace_row(compiled, row), payload

    def _intention(
        self,
        mapping: MappingSpec,
        facts: RunFacts,
        found: MappingFacts,
        payload: PayloadRow | None,
        entry: RecordEntry | None,
    ) -> Intention:
        if payload is None:
            return Intention(outcome=None, why="Salesforce does not have it, or not for this user")
        if payload.departed:
            return _departed(entry, f"deleted in Salesforce; on_delete: {mapping.on_delete}")
        passing = passing_ids(self.salesforce, found.source, [payload.id], cursor=found.cursor, where=mapping.where)
        if payload.id not in passing:
            return _departed(entry, f"does not pass where; on_filter_exit: {mapping.on_filter_exit}")
        if payload.problems:
            return _refused(payload.problems)
        decider = Decider(
            spec=self.spec,
            mapping=mapping,
            database=facts.database,
            extraction=THIS_LOOK,
            read_at=facts.now,
            daktela=self.daktela,
            ledger=self.ledger,
        )
        return _decided(decider, payload)


def _decided(decider: Decider, payload: PayloadRow) -> Intention:
    prepared = decider.prepare([payload])
    decided = decider.decide(prepared.prepared)
    for order in (*decided.orders, *decided.accepted):
        body = {"name": order.name, **strip_for_create(order.body)} if order.create else order.body
        verb = "" if order in decided.accepted else "POST" if order.create else "PUT"
        return Intention(outcome=order.outcome.value, why="", verb=verb, name=order.name, body=body)
    (outcome,) = (*prepared.outcomes, *decided.outcomes)
    waits = waits_text(prepared.waits)
    if outcome.outcome is Outcome.REJECTED:
        return _refused(outcome.problems)
    return Intention(outcome=outcome.outcome.value, why=f"waits for {waits}" if waits else _calm(outcome))


def _calm(outcome: RecordOutcome) -> str:
    if outcome.outcome is Outcome.GONE:
        return "somebody took it away in Daktela; on_gone: recreate would bring it back"
    return "equal to what Daktela last accepted, or older than that: no request"


def _refused(problems: tuple[Problem, ...]) -> Intention:
    told = "; ".join(f"{problem.field or 'record'}: {problem.code} {problem.message}".rstrip() for problem in problems)
    return Intention(outcome=Outcome.REJECTED.value, why=told)


def _departed(entry: RecordEntry | None, why: str) -> Intention:
    return Intention(outcome=None, why=why if entry is not None else f"{why}; it was never loaded, so nothing is done")
