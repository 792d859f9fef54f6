"""Compares a mapping with the live schemas of both systems. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from salesforce_daktela.mapping.check_references import check_references
from salesforce_daktela.mapping.fixed_values import as_texts, fixed_values
from salesforce_daktela.mapping.model import LINK, Constant, FieldPath, FieldRule, MappingSpec, Position
from salesforce_daktela.mapping.problems import MappingProblem, nearest
from salesforce_daktela.mapping.schema import FieldKind, SourceSchema
from salesforce_daktela.mapping.sources import rule_paths
from salesforce_daktela.mapping.target import TargetField, TargetSchema
from salesforce_daktela.mapping.transforms.date_formats import writes_time_only

Problems = tuple[MappingProblem, ...]
SINGLE = ("first", "last", "join")
FITS = {
    "DATE": re.compile(r"\d{4}-\d{2}-\d{2}"),
    "DATETIME": re.compile(r"\d{4}-\d{2}-\d{2} \d{2}:\d{2}(:\d{2})?"),
    "TIME": re.compile(r"\d{2}:\d{2}(:\d{2})?"),
    "EMAIL": re.compile(r"[^@\s]+@[^@\s]+"),
    "PHONE": re.compile(r"[+\d][\d\s()/.-]*"),
    "URL": re.compile(r"https?://\S+"),
}
EXAMPLES = {
    "DATE": "2026-03-29",
    "DATETIME": "2026-03-29 03:30:00",
    "TIME": "03:30",
    "EMAIL": "info@example.com",
    "PHONE": "+420602123456",
    "URL": "https://example.com",
}


def check_mapping(
    spec: MappingSpec,
    unknown: Mapping[str, Sequence[str]],
    source: SourceSchema,
    target: TargetSchema,
    objects: Mapping[str, str] | None = None,
) -> tuple[Problems, Problems]:
    """Return errors and warnings. ``unknown`` gives nearest names for paths that Salesforce does not have.

    ``objects`` are the Salesforce objects of the sync's mappings, by name.
    """
    references = check_references(spec, source, objects or {})
    errors = [*_unknown_paths(spec, unknown), *references.errors]
    warnings = list(references.warnings)
    doubtful = errors if target.complete else warnings
    for rule in spec.fields:
        warnings += [*_hours_of_days(rule, source), *_masked(rule, source), *_matched_by_default(spec, rule)]
        at, found = f"fields.{rule.target}", target.fields.get(rule.target)
        if found is None:
            doubtful.append(_unknown_target(rule.position, at, rule.target, target))
            continue
        typed = _typed_texts(rule, source)
        warnings += [*_too_many(rule, found, source), *_misfits(rule, found), *_mistyped(rule, found, typed)]
        errors += _unlisted_values(rule.position, at, fixed_values(rule), found)
        warnings += _unlisted_values(rule.position, at, _flags(typed), found)
    for path, value in spec.mark.items() if spec.marks else ():
        at, found = f"mark.{path}", target.fields.get(path)
        if found is None:
            doubtful.append(_unknown_target(spec.position, at, path, target))
        else:
            errors += _unlisted_values(spec.position, at, as_texts([value]), found)
    return tuple(errors), tuple(warnings)


def _unknown_paths(spec: MappingSpec, unknown: Mapping[str, Sequence[str]]) -> list[MappingProblem]:
    problems = []
    for rule in spec.fields:
        for path in dict.fromkeys(rule_paths(rule.sources)):
            if path in unknown and path != LINK:
                problems.append(_unknown_path(spec, rule.position, f"fields.{rule.target}", path, unknown))
    for target, path in spec.becomes.items():
        if path in unknown:
            problems.append(_unknown_path(spec, spec.position, f"becomes.{target}", path, unknown))
    return problems


def _unknown_path(
    spec: MappingSpec, position: Position, at: str, path: str, unknown: Mapping[str, Sequence[str]]
) -> MappingProblem:
    what = f"Salesforce's {spec.sobject} has no field {path} that this user may read"
    return MappingProblem(position=position, path=at, what=what, advice=_nearest_paths(unknown[path]))


def _nearest_paths(names: Sequence[str]) -> str:
    if not names:
        return "check its spelling and its field-level security"
    if " " in names[0]:
        return names[0]
    return f"did you mean {' or '.join(names)}? else check its field-level security"


def _unknown_target(position: Position, at: str, path: str, target: TargetSchema) -> MappingProblem:
    known = [each for each in target.fields if each.startswith("customFields.")]
    what = f"Daktela's {target.entity} have no field {path}"
    if not target.complete:
        what = f"{path} cannot be checked, because Daktela shows this user no list of custom fields"
    return MappingProblem(position=position, path=at, what=what, advice=nearest(path, known))


def _hours_of_days(rule: FieldRule, source: SourceSchema) -> list[MappingProblem]:
    """A date that begins its field's transforms as the moment its day begins, of which only the hour is sent."""
    kinds = _kinds(rule_paths(rule.sources), source)
    call = rule.transforms[0] if rule.transforms else None
    output = call.options.get("output") if call is not None and call.name == "datetime" else None
    if kinds != {FieldKind.DATE} or not isinstance(output, str) or not writes_time_only(output):
        return []
    return [
        MappingProblem(
            position=rule.position,
            path=f"fields.{rule.target}",
            what="this field of Salesforce is a date without a time of day, so the beginning of the day is always sent",
            advice="choose a field that has a time",
        )
    ]


def _kinds(paths: Sequence[str], source: SourceSchema) -> set[FieldKind | None]:
    known = {path.lower(): field.kind for path, field in source.fields.items()}
    return {known.get(path.lower()) for path in paths}


def _too_many(rule: FieldRule, found: TargetField, source: SourceSchema) -> list[MappingProblem]:
    if not _gives_several(rule, source) or found.multiple or not rule.target.startswith("customFields."):
        return []
    return [
        MappingProblem(
            position=rule.position,
            path=f"fields.{rule.target}",
            what="this field takes one value, only the first is sent",
            advice="add first, last or join to its transforms, or allow several values in Daktela",
        )
    ]


def _gives_several(rule: FieldRule, source: SourceSchema) -> bool:
    constants = [each.value for each in rule.sources if isinstance(each, Constant)]
    paths = [each.path for each in rule.sources if isinstance(each, FieldPath)]
    several = len(rule.sources) > 1 or any(isinstance(value, tuple) for value in constants)
    several = several or FieldKind.MULTIPICKLIST in _kinds(paths, source)
    for call in rule.transforms:
        several = call.name == "split" or (several and call.name not in SINGLE)
    return several


def _misfits(rule: FieldRule, found: TargetField) -> list[MappingProblem]:
    """Constants, defaults and table values that do not look like values of the field's type."""
    return [
        MappingProblem(
            position=rule.position,
            path=f"fields.{rule.target}",
            what=f"{value} does not look like a value for a field of type {found.type}",
            advice=f"write it like {EXAMPLES[found.type.upper()]}",
        )
        for value in _unlike(found, fixed_values(rule))
    ]


def _unlike(found: TargetField, texts: Iterable[str]) -> list[str]:
    """The texts that do not look like values of the field's type; none of a type that takes any text."""
    fits = FITS.get(found.type.upper())
    return [] if fits is None else [text for text in texts if not fits.fullmatch(text)]


TYPED = {
    FieldKind.BOOLEAN: "1",
    FieldKind.INTEGER: "5",
    FieldKind.NUMBER: "12.5",
    FieldKind.DATE: "2026-03-29",
    FieldKind.DATETIME: "2026-03-29 03:30:00",
    FieldKind.TIME: "09:30:00",
}
"""What is sent of fields that hold no texts, by example."""


def _typed_texts(rule: FieldRule, source: SourceSchema) -> dict[FieldKind, str]:
    """Examples of what a field sends, if it sends what its sources hold as it is."""
    if rule.transforms or rule.lookup is not None:
        return {}
    kinds = _kinds([each.path for each in rule.sources if isinstance(each, FieldPath)], source)
    return {kind: TYPED[kind] for kind in FieldKind if kind in kinds and kind in TYPED}


def _flags(typed: Mapping[FieldKind, str]) -> list[str]:
    return ["1", "0"] if FieldKind.BOOLEAN in typed else []


def _mistyped(rule: FieldRule, found: TargetField, typed: Mapping[FieldKind, str]) -> list[MappingProblem]:
    """Sources whose values do not look like values of the field's type."""
    return [
        MappingProblem(
            position=rule.position,
            path=f"fields.{rule.target}",
            what=f"a field of type {found.type} gets values like {text}",
            advice=f"add a transform that writes them like {EXAMPLES[found.type.upper()]}, or choose another field",
        )
        for text in _unlike(found, typed.values())
    ]


def _matched_by_default(spec: MappingSpec, rule: FieldRule) -> list[MappingProblem]:
    """A field to match by that a record without a value shares with every other such record."""
    fills = rule.default is not None or any(call.name == "default" for call in rule.transforms)
    if rule.target not in spec.match or not fills:
        return []
    what = "a record without a value would adopt an object that holds the default in Daktela, whoever it is"
    return [
        MappingProblem(position=rule.position, path=f"fields.{rule.target}", what=what, advice="leave out the default")
    ]


def _masked(rule: FieldRule, source: SourceSchema) -> list[MappingProblem]:
    """Encrypted texts, of which a user without that permission gets asterisks. No describe tells whether he has it."""
    known = {path.lower(): field.type for path, field in source.fields.items()}
    return [
        MappingProblem(
            position=rule.position,
            path=f"fields.{rule.target}",
            what=f"{path} is encrypted: without a permission Salesforce gives asterisks instead of its values",
            advice="see that the integration user may View Encrypted Data",
        )
        for path in dict.fromkeys(rule_paths(rule.sources))
        if known.get(path.lower()) == "encryptedstring"
    ]


def _unlisted_values(position: Position, at: str, values: Sequence[str], found: TargetField) -> list[MappingProblem]:
    if not found.options:
        return []
    return [
        MappingProblem(
            position=position,
            path=at,
            what=f"Daktela does not offer the value {value}",
            advice=nearest(value, found.options),
        )
        for value in values
        if value not in found.options
    ]
