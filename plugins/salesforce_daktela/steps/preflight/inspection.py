"""One mapping compared with the schemas of both systems, and these with the schemas seen before."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from salesforce_daktela.ledger.ledger import Ledger
from salesforce_daktela.mapping.check import check_mapping
from salesforce_daktela.mapping.engine.compatibility import refuse_unfit
from salesforce_daktela.mapping.language.soql_where import changes_without_stamp
from salesforce_daktela.mapping.model import Constant, MappingSpec, SyncSpec
from salesforce_daktela.mapping.problems import MappingError, MappingProblem, nearest
from salesforce_daktela.mapping.schema import SourceSchema
from salesforce_daktela.mapping.transforms.definition import Transform
from salesforce_daktela.mapping.transforms.registry import BUILT_IN
from salesforce_daktela.salesforce.client import SalesforceClient
from salesforce_daktela.salesforce.query.restricted_objects import missing_filter
from salesforce_daktela.salesforce.schema.describe import SYSTEM, describe, resolve
from salesforce_daktela.salesforce.schema.seen_fields import seen_fields
from salesforce_daktela.steps.preflight.drift import changes_of, seen_target, weigh, without
from salesforce_daktela.steps.preflight.forms import Forms
from salesforce_daktela.steps.run.facts import MappingFacts
from salesforce_daktela.steps.run.fingerprint import mapping_fingerprint
from salesforce_daktela.sync.drift import Change
from salesforce_daktela.sync.seen_schema import Seen, SeenSchema, Side


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """What was found about one mapping: ``errors`` stop the run, ``warnings`` go to the log.

    ``seen`` are both schemas in full, ``changes`` their differences from ``reference``.
    """

    facts: MappingFacts
    errors: tuple[MappingProblem, ...]
    warnings: tuple[MappingProblem, ...]
    seen: Seen
    reference: Seen
    changes: tuple[Change, ...]


def inspect_mapping(
    mapping: MappingSpec,
    database: str,
    salesforce: SalesforceClient,
    forms: Forms,
    *,
    reference: Seen | None = None,
    transforms: Mapping[str, Transform] | None = None,
    objects: Mapping[str, str] | None = None,
) -> Findings:
    """Compare one mapping with both live schemas, and these with ``reference``, the schemas seen before.

    ``objects`` are the Salesforce objects of the sync's mappings, by name. ``transforms`` are the project's own;
    without them, whether transforms accept their values is not looked at.
    """
    source = resolve(salesforce, mapping.sobject, mapping.paths())
    record_type = record_type_of(mapping)
    target = forms.target(mapping.entity, database=database, record_type=record_type)
    place = database if mapping.entity.in_database else record_type or "any type"
    seen = {
        Side.SALESFORCE: seen_fields(salesforce, mapping.sobject, mapping.paths()),
        Side.DAKTELA: seen_target(target, mapping, place),
    }
    changes = changes_of(mapping, reference or {}, seen)
    problems, warnings = check_mapping(mapping, source.unknown, source.schema, target, objects)
    if transforms is not None:
        found = {problem.path for problem in problems}
        problems = (*problems, *(each for each in _unfit(mapping, source.schema, transforms) if each.path not in found))
    drift = weigh(mapping, changes, problems, target)
    return Findings(
        facts=MappingFacts(
            cursor=source.cursor,
            source=_still_read(source.schema, source.cursor, mapping, drift.left_out),
            target=target,
            left_out=drift.left_out,
            filter_moves=_filter_moves(mapping, salesforce),
        ),
        errors=(*drift.errors, *_filter_errors(mapping), *_record_type_errors(mapping, record_type, forms)),
        warnings=warnings,
        seen=seen,
        reference=reference or {},
        changes=drift.changes,
    )


def _unfit(
    mapping: MappingSpec, source: SourceSchema, transforms: Mapping[str, Transform]
) -> tuple[MappingProblem, ...]:
    """Transforms that do not accept the values that they would get, and sources that are missing."""
    try:
        refuse_unfit(mapping, source, {**BUILT_IN, **transforms}, instance_url="known")
    except MappingError as exc:
        return exc.problems
    return ()


def _filter_errors(mapping: MappingSpec) -> list[MappingProblem]:
    missing = missing_filter(mapping.sobject, mapping.where)
    return [MappingProblem(position=mapping.position, path="salesforce", what=missing)] if missing else []


def _record_type_errors(mapping: MappingSpec, record_type: str | None, forms: Forms) -> list[MappingProblem]:
    if record_type is None:
        return []
    checked = forms.check_type(record_type, mapping.entity)
    if checked.known is not False:
        return []
    rule = next(rule for rule in mapping.fields if rule.target == mapping.entity.type_field)
    kind = "dial list record type" if mapping.entity.is_dialled else "CRM record type"
    what = f"Daktela has no {kind} {record_type}"
    advice = nearest(record_type, checked.names)
    return [MappingProblem(position=rule.position, path=f"fields.{rule.target}", what=what, advice=advice)]


def with_fingerprint(
    mapping: MappingSpec,
    found: Findings,
    database: str,
    timezone: str,
    instance_url: str,
    transforms: Mapping[str, Transform],
) -> Findings:
    """The findings with the fingerprint under which this run writes records."""
    fingerprint = mapping_fingerprint(
        mapping,
        database=database,
        timezone=timezone,
        instance_url=instance_url,
        transforms=transforms,
        left_out=found.facts.left_out,
    )
    return replace(found, facts=replace(found.facts, fingerprint=fingerprint))


def schemas_before(
    spec: SyncSpec, mapping: MappingSpec, locked: Mapping[str, Seen], ledger: Ledger | None
) -> dict[Side, SeenSchema]:
    """Both schemas as they were before: from the lock file, with mapped fields that only the ledger has seen."""
    agreed = locked.get(mapping.name, {})
    last = {} if ledger is None else ledger.schemas.read(spec.name, mapping.name)
    read = {path.lower() for path in mapping.paths()}
    reference = {**last, **agreed}
    for side in agreed.keys() & last.keys():
        if agreed[side].of == last[side].of:
            mapped = {path: found for path, found in last[side].fields.items() if path.lower() in read}
            reference[side] = replace(agreed[side], fields={**mapped, **agreed[side].fields})
    return reference


def _filter_moves(mapping: MappingSpec, salesforce: SalesforceClient) -> bool:
    if mapping.where is None:
        return False
    described = describe(salesforce, mapping.sobject)
    own = {str(found["name"]).lower(): bool(found.get("calculated")) for found in described["fields"]}
    return changes_without_stamp(mapping.where, mapping.sobject, own)


def _still_read(schema: SourceSchema, cursor: str, mapping: MappingSpec, left_out: tuple[str, ...]) -> SourceSchema:
    """The schema without the paths that only left-out fields read."""
    if not left_out:
        return schema
    wanted = {path.lower() for path in ("Id", cursor, *SYSTEM, *without(mapping, left_out).paths())}
    return replace(schema, fields={path: found for path, found in schema.fields.items() if path.lower() in wanted})


def record_type_of(mapping: MappingSpec) -> str | None:
    """The type of all records that a mapping writes, None where that is no constant or there are no types."""
    kind = mapping.entity.type_field
    return None if kind is None else constant_of(mapping, kind)


def constant_of(mapping: MappingSpec, target: str) -> str | None:
    """The constant that every record gets in one field, None when the field comes from Salesforce."""
    for rule in mapping.fields:
        if rule.target == target and len(rule.sources) == 1 and isinstance(rule.sources[0], Constant):
            return str(rule.sources[0].value)
    return None
