"""Checks, before any row is read, that the transforms of a mapping can take the org's fields. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from salesforce_daktela.mapping.model import LINK, Constant, FieldPath, FieldRule, MappingSpec, Source, TransformCall
from salesforce_daktela.mapping.problems import MappingError, MappingProblem, nearest
from salesforce_daktela.mapping.schema import FieldKind, SourceSchema
from salesforce_daktela.mapping.sources import rule_paths
from salesforce_daktela.mapping.transforms.definition import Transform

WORDS: Mapping[FieldKind, str] = {
    FieldKind.TEXT: "text",
    FieldKind.TIME: "text",
    FieldKind.MULTIPICKLIST: "text",
    FieldKind.BOOLEAN: "booleans",
    FieldKind.INTEGER: "numbers",
    FieldKind.NUMBER: "numbers",
    FieldKind.DATE: "dates",
    FieldKind.DATETIME: "datetimes",
}


def refuse_unfit(
    spec: MappingSpec, schema: SourceSchema, transforms: Mapping[str, Transform], *, instance_url: str
) -> None:
    """Raise MappingError listing unknown paths, unknown transforms, and transforms that cannot take their input."""
    problems: list[MappingProblem] = []
    for path in rule_paths((spec.key,)):
        if not _known(path, schema):
            problems.append(_problem(spec, "key", f"{spec.sobject} has no field {path}", nearest(path, schema.fields)))
    for rule in spec.fields:
        problems += _unknown(spec, rule, schema, instance_url=instance_url) or _unfit(rule, schema, transforms)
    if problems:
        raise MappingError(problems)


def _unknown(spec: MappingSpec, rule: FieldRule, schema: SourceSchema, *, instance_url: str) -> list[MappingProblem]:
    problems = []
    for path in dict.fromkeys(rule_paths(rule.sources)):
        if path == LINK and not instance_url:
            problems.append(_problem(rule, _path(rule), "$Link needs the org's address", "pass instance_url"))
        elif path != LINK and not _known(path, schema):
            what = f"{spec.sobject} has no field {path}"
            problems.append(_problem(rule, _path(rule), what, nearest(path, schema.fields)))
    return problems


def _unfit(rule: FieldRule, schema: SourceSchema, transforms: Mapping[str, Transform]) -> list[MappingProblem]:
    kinds = {kind for source in rule.sources for kind in _kinds(source, schema)}
    for call in rule.transforms:
        transform = transforms.get(call.name)
        if transform is None:
            what = f"unknown transform {call.name}"
            return [_problem(call, _path(rule), what, nearest(call.name, transforms))]
        if not kinds <= transform.accepts:
            got = ", ".join(sorted({WORDS[kind] for kind in kinds - transform.accepts}))
            wants = ", ".join(sorted({WORDS[kind] for kind in transform.accepts}))
            what = f"{call.name} takes {wants}, but gets {got}"
            return [_problem(call, _path(rule), what, "remove the transform, or choose another source")]
        kinds = {transform.gives} if transform.gives is not None else kinds
    return []


def _kinds(source: Source, schema: SourceSchema) -> set[FieldKind]:
    if isinstance(source, FieldPath):
        return {FieldKind.TEXT if source.path == LINK else schema.field(source.path).kind}
    if isinstance(source, Constant):
        values = source.value if isinstance(source.value, tuple) else (source.value,)
        return {_kind_of(value) for value in values}
    return {FieldKind.TEXT}


def _kind_of(value: object) -> FieldKind:
    for kind, types in (
        (FieldKind.BOOLEAN, bool),
        (FieldKind.INTEGER, int),
        (FieldKind.NUMBER, float),
        (FieldKind.DATETIME, datetime),
        (FieldKind.DATE, date),
    ):
        if isinstance(value, types):
            return kind
    return FieldKind.TEXT


def _known(path: str, schema: SourceSchema) -> bool:
    try:
        schema.field(path)
    except KeyError:
        return False
    return True


def _path(rule: FieldRule) -> str:
    return f"fields.{rule.target}"


def _problem(at: FieldRule | MappingSpec | TransformCall, path: str, what: str, advice: str) -> MappingProblem:
    return MappingProblem(position=at.position, path=path, what=what, advice=advice)
