"""Checks, before any row is read, that the transforms of a mapping can take the org's fields. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, cast

from salesforce_daktela.mapping.model import LINK, Constant, FieldPath, FieldRule, MappingSpec, Source, TransformCall
from salesforce_daktela.mapping.problems import MappingError, MappingProblem, nearest
from salesforce_daktela.mapping.schema import FieldKind, SourceSchema
from salesforce_daktela.mapping.sources import rule_paths
from salesforce_daktela.mapping.transforms.definition import Kinds, Transform, kind_of
from salesforce_daktela.mapping.transforms.lists import table_key

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
GOT: Mapping[FieldKind, str] = {**WORDS, FieldKind.TIME: "times of day"}
"""In words, the kinds that a transform takes, and those that it gets."""


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
    kinds = frozenset(kind for source in rule.sources for kind in _kinds(source, schema))
    for call in rule.transforms:
        transform = transforms.get(call.name)
        if transform is None:
            what = f"unknown transform {call.name}"
            return [_problem(call, _path(rule), what, nearest(call.name, transforms))]
        accepts = transform.accepts & transform.only(call.options)
        if not kinds <= accepts:
            got, wants = _words(kinds - accepts, GOT), _words(accepts, WORDS)
            what = f"{call.name} takes {wants}, but gets {got}"
            return [_problem(call, _path(rule), what, "remove the transform, or choose another source")]
        if call.name == "values" and _finds_nothing(call, kinds):
            what = f"no entry of this table is ever found, because it gets {_words(kinds, GOT)}"
            return [_problem(call, _path(rule), what, f"write entries like {_entries(kinds)}")]
        kinds = transform.gives(kinds, call.options)
    return []


def _finds_nothing(call: TransformCall, kinds: Kinds) -> bool:
    """Whether a table has no entry that any value of these kinds is looked up as."""
    if not kinds or not kinds <= ENTRIES.keys():
        return False
    entries = [table_key(entry) for entry in cast(Mapping[Any, Any], call.options["table"])]
    return not any(ENTRIES[kind][0].fullmatch(entry) for kind in kinds for entry in entries)


def _entries(kinds: Kinds) -> str:
    return ", ".join(sorted({ENTRIES[kind][1] for kind in kinds}))


NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")
ENTRIES: Mapping[FieldKind, tuple[re.Pattern[str], str]] = {
    FieldKind.BOOLEAN: (re.compile("true|false"), "true"),
    FieldKind.INTEGER: (NUMBER, "5"),
    FieldKind.NUMBER: (NUMBER, "5"),
    FieldKind.DATE: (re.compile(r"\d{4}-\d{2}-\d{2}"), "2026-03-29"),
    FieldKind.DATETIME: (re.compile(r"\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}"), "2026-03-29 01:30:00"),
}
"""How values are looked up in tables, with an example. Texts are anything."""


def _words(kinds: Kinds, words: Mapping[FieldKind, str]) -> str:
    named = {words[kind] for kind in kinds}
    if FieldKind.INTEGER in kinds and FieldKind.NUMBER not in kinds and words is WORDS:
        named = named - {words[FieldKind.INTEGER]} | {"whole numbers"}
    return ", ".join(sorted(named))


def _kinds(source: Source, schema: SourceSchema) -> set[FieldKind]:
    if isinstance(source, FieldPath):
        return {FieldKind.TEXT if source.path == LINK else schema.field(source.path).kind}
    if isinstance(source, Constant):
        values = source.value if isinstance(source.value, tuple) else (source.value,)
        return {kind_of(value) for value in values}
    return {FieldKind.TEXT}


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
