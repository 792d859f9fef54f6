"""Read everything that a sync reads, as a comparison does, and count numbers and addresses; nothing is written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import pyarrow as pa

from salesforce_daktela.errors import ConfigurationError, QuotaError
from salesforce_daktela.ledger.records.digests import digest
from salesforce_daktela.mapping.engine.compiled_mapping import CompiledMapping
from salesforce_daktela.mapping.model import FieldRule, MappingSpec
from salesforce_daktela.mapping.target import CUSTOM_FIELDS, TargetSchema
from salesforce_daktela.salesforce.client import DAILY_CALLS
from salesforce_daktela.salesforce.wire.ids import is_id, long_id
from salesforce_daktela.steps.decide.payload_rows import PayloadRow, read_rows
from salesforce_daktela.steps.local.run import LocalRun
from salesforce_daktela.steps.preflight.ledger_binding import confirm_memory
from salesforce_daktela.steps.preflight.preflight import preflight
from salesforce_daktela.steps.run.facts import RunFacts
from salesforce_daktela.steps.transform.compiled import compile_for_run
from salesforce_daktela.steps.transform.part import BATCH, transform_table
from salesforce_daktela.sync.readiness import Reachable, Readiness, ReadinessCount


@dataclass(frozen=True, slots=True, kw_only=True)
class _Columns:
    """The mapping as far as it is counted: ``all`` drops values that do not fit, ``numbers`` tells where there are any.

    ``number_fields`` and ``address_fields`` are names of custom fields.
    """

    all: CompiledMapping
    numbers: CompiledMapping
    number_fields: frozenset[str]
    address_fields: frozenset[str]


@dataclass(slots=True, kw_only=True)
class NumberCount:
    """``run`` holds the clients, the ledger and a request that reads everything and writes nothing."""

    run: LocalRun

    def count(self) -> Readiness:
        """Return the counts. Raises QuotaError when it has to wait, and whatever reading raises.

        Its parts hold customers' data and are deleted at its end, however it ends.
        """
        run, counted = self.run, ReadinessCount()
        facts = self._facts()
        chosen = {mapping.name: mapping.entity.value for mapping in run.spec.mappings if _counts(mapping)}
        try:
            for name in chosen:
                mapping = run.spec.mapping(name)
                counted.add(self._records(mapping, facts, self._columns(mapping, facts)))
                run.ledger.checkpoints.clear(run.spec.name, run.run_id, name)
        finally:
            run.delete_parts()
        return counted.report(chosen)

    def _facts(self) -> RunFacts:
        run = self.run
        if not any(map(_counts, run.spec.mappings)):
            what = "no mapping writes contacts or accounts, so there is nothing to call"
            raise ConfigurationError(what, where=f"sync {run.spec.name}", advice="choose another sync")
        facts = preflight(
            run.spec,
            run.request,
            run.salesforce,
            run.daktela,
            database=run.database,
            ledger=run.ledger,
            transforms=run.transforms,
        )
        if facts.deferred:
            raise QuotaError(facts.deferred, limit=DAILY_CALLS)
        return facts

    def _columns(self, mapping: MappingSpec, facts: RunFacts) -> _Columns:
        target = facts.mappings[mapping.name].target
        numbers = [rule for rule in mapping.fields if _holds(rule, target, "phone")]
        addresses = [rule for rule in mapping.fields if _holds(rule, target, "email")]
        parents = [rule for rule in mapping.fields if rule.target == "account" and rule.lookup is not None]
        lenient = [replace(rule, on_error="drop") for rule in (*numbers, *addresses)]
        strict = [replace(rule, on_error="reject") for rule in numbers]
        compiled = [
            compile_for_run(replace(mapping, fields=tuple(rules)), facts, self.run.transforms)
            for rules in ([*lenient, *parents], strict)
        ]
        return _Columns(
            all=compiled[0],
            numbers=compiled[1],
            number_fields=frozenset(rule.target.partition(".")[2] for rule in numbers),
            address_fields=frozenset(rule.target.partition(".")[2] for rule in addresses),
        )

    def _records(self, mapping: MappingSpec, facts: RunFacts, columns: _Columns) -> Iterator[Reachable]:
        run, salt = self.run, self.run.ledger.salt()
        confirm_memory(run.spec.name, run.ledger, facts, salesforce=run.salesforce, daktela=run.daktela)
        for part in run.extract(mapping, facts).parts:
            for batch in run.store.iter_batches(part, batch_rows=BATCH):
                rows = pa.Table.from_batches([batch])
                strict = read_rows(transform_table(rows, columns.numbers))
                for row, checked in zip(read_rows(transform_table(rows, columns.all)), strict, strict=True):
                    if not row.departed:
                        yield _reachable(mapping, row, columns, salt, undialled=bool(checked.problems))


def _counts(mapping: MappingSpec) -> bool:
    return mapping.entity.in_database


def _holds(rule: FieldRule, target: TargetSchema, transform: str) -> bool:
    """Whether a custom field holds numbers or addresses: by its transform, or by its type in Daktela."""
    if not rule.target.startswith(f"{CUSTOM_FIELDS}."):
        return False
    known = target.fields.get(rule.target)
    named = any(call.name == transform for call in rule.transforms)
    return named or (known is not None and known.type.upper() == transform.upper())


def _reachable(mapping: MappingSpec, row: PayloadRow, columns: _Columns, salt: bytes, *, undialled: bool) -> Reachable:
    custom: Mapping[str, list[str]] = row.body().get(CUSTOM_FIELDS, {})
    account = next((reference.value for reference in row.references if is_id(reference.value)), "")
    return Reachable(
        mapping=mapping.name,
        model=mapping.entity.value,
        id=row.id,
        numbers=_hashed(custom, columns.number_fields, salt),
        addresses=_hashed(custom, columns.address_fields, salt),
        undialled=undialled,
        account=long_id(account) if account else "",
    )


def _hashed(custom: Mapping[str, list[str]], fields: frozenset[str], salt: bytes) -> tuple[bytes, ...]:
    texts = {text.strip().casefold() for name in fields for text in custom.get(name, [])}
    return tuple(digest(salt, text) for text in sorted(texts))
