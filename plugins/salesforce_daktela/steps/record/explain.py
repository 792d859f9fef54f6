"""Explain one record: its values, their payload, what a run would do, and what both systems and the ledger have."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pyarrow as pa

from salesforce_daktela.daktela.client import DaktelaClient
from salesforce_daktela.ledger.ledger import Ledger
from salesforce_daktela.ledger.records.entries import RecordEntry
from salesforce_daktela.mapping.arrow_types import arrow_schema
from salesforce_daktela.mapping.engine.trace import FieldTrace, trace_row
from salesforce_daktela.mapping.model import MappingSpec, SyncSpec
from salesforce_daktela.mapping.transforms.definition import Transform
from salesforce_daktela.salesforce.client import SalesforceClient
from salesforce_daktela.salesforce.query.by_id import passing_ids, read_by_id
from salesforce_daktela.salesforce.query.soql import build_soql
from salesforce_daktela.salesforce.wire.ids import is_id, long_id
from salesforce_daktela.steps.decide.decider import Decider
from salesforce_daktela.steps.decide.decisions import Preparation
from salesforce_daktela.steps.decide.heirs import Heirs
from salesforce_daktela.steps.decide.payload_rows import PayloadRow, read_rows
from salesforce_daktela.steps.decide.references import waits_text
from salesforce_daktela.steps.extract.conversions import LONGEST_RUN, find_conversions
from salesforce_daktela.steps.preflight.preflight import preflight
from salesforce_daktela.steps.record.comparison import compare_fields
from salesforce_daktela.steps.record.explanation import Explanation, Intention, ReferenceTrace
from salesforce_daktela.steps.record.forget import mappings_of
from salesforce_daktela.steps.record.known import known_under
from salesforce_daktela.steps.run.facts import MappingFacts, RunFacts
from salesforce_daktela.steps.transform.compiled import compile_for_run
from salesforce_daktela.steps.transform.part import transform_table
from salesforce_daktela.sync.outcome import Outcome, Problem, RecordOutcome
from salesforce_daktela.sync.request import Mode, RunRequest

THIS_LOOK = "explain"
"""Stands for the extraction of a run that does not take place."""


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

        Mappings that have nothing to do with the record, as its filter is for others, come last. Raises
        ConfigurationError when the mapping does not fit the two systems.
        """
        found = [self._under(mapping, id_) for mapping in mappings_of(self.spec, self.salesforce, id_)]
        return sorted(found, key=lambda each: each.entry is None and each.intention.outcome is None)

    def _under(self, mapping: MappingSpec, id_: str) -> Explanation:
        facts = self._facts(mapping)
        found = facts.mappings[mapping.name]
        row = self._read(found, id_)
        known = known_under(self.ledger, self.spec.name, mapping.name, id_)
        entry = known.entry
        fields: tuple[FieldTrace, ...] = ()
        payload = None
        if row.num_rows:
            fields, payload = self._mapped(mapping, facts, row)
        decider = self._decider(mapping, facts, id_)
        prepared = Preparation() if payload is None or not _live(payload) else decider.prepare([payload])
        intention = self._intention(mapping, found, payload, entry, prepared, decider)
        name = entry.name if entry is not None else intention.name
        held = self.daktela.get(mapping.entity, name) if name else None
        whole = prepared.prepared[0].body() if prepared.prepared else {}
        return Explanation(
            sync=self.spec.name,
            mapping=mapping.name,
            values=row.to_pylist()[0] if row.num_rows else {},
            fields=fields,
            references=() if payload is None else _references(payload, prepared),
            intention=intention,
            whole=whole,
            daktela=held,
            compared=() if held is None else compare_fields(whole, held),
            entry=entry,
            reject=known.reject,
            parked=known.parked,
            outcomes=known.outcomes,
            history=tuple(self.ledger.overview.history(self.spec.name, mapping.name, id_)),
            kinds={path: field.kind for path, field in found.source.fields.items()},
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
        found: MappingFacts,
        payload: PayloadRow | None,
        entry: RecordEntry | None,
        prepared: Preparation,
        decider: Decider,
    ) -> Intention:
        if payload is None:
            return Intention(outcome=None, why="Salesforce does not have it, or not for this user")
        if payload.became and payload.departed == "left":
            heirs = " or ".join(f"{to} {heir}" for to, heir in payload.became.items())
            return _departed(entry, f"converted in Salesforce; {heirs} carries on its object")
        if payload.departed:
            return _departed(entry, f"deleted in Salesforce; on_delete: {mapping.on_delete}")
        passing = passing_ids(self.salesforce, found.source, [payload.id], cursor=found.cursor, where=mapping.where)
        if payload.id not in passing:
            return _departed(entry, f"does not pass where; on_filter_exit: {mapping.on_filter_exit}")
        if payload.problems:
            return _refused(payload.problems)
        return _decided(decider, prepared)

    def _decider(self, mapping: MappingSpec, facts: RunFacts, id_: str) -> Decider:
        return Decider(
            spec=self.spec,
            mapping=mapping,
            database=facts.database,
            extraction=THIS_LOOK,
            read_at=facts.now,
            daktela=self.daktela,
            ledger=self.ledger,
            heirs=Heirs(
                spec=self.spec,
                mapping=mapping.name,
                run_id=THIS_LOOK,
                ledger=self.ledger,
                conversions=lambda: find_conversions(
                    self.salesforce, self.spec, mapping.name, [id_], facts.now + LONGEST_RUN
                ),
            ),
        )


def _live(payload: PayloadRow) -> bool:
    return not payload.departed and not payload.problems


def _references(payload: PayloadRow, prepared: Preparation) -> tuple[ReferenceTrace, ...]:
    first = prepared.prepared[0] if prepared.prepared else None
    resolved = {} if first is None else {**first.once, **first.fields}
    waiting = {(wait.parent_mapping, wait.parent_id) for wait in prepared.waits}
    return tuple(
        ReferenceTrace(
            target=each.field,
            to=each.to,
            value=each.value,
            name=str(resolved.get(each.field) or ""),
            waits=any((to, parent) in waiting for to in each.to.split(",") for parent in _parents(each.value)),
        )
        for each in payload.as_created().references
    )


def _parents(value: str) -> tuple[str, ...]:
    return (long_id(value),) if is_id(value) else ()


def _decided(decider: Decider, prepared: Preparation) -> Intention:
    decided = decider.decide(prepared.prepared)
    for order in (*decided.orders, *decided.accepted):
        body = {"name": order.name, **order.whole()} if order.create else order.body
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
    return Intention(outcome=Outcome.REJECTED.value, why=told, problems=problems)


def _departed(entry: RecordEntry | None, why: str) -> Intention:
    return Intention(outcome=None, why=why if entry is not None else f"{why}; it was never loaded, so nothing is done")
