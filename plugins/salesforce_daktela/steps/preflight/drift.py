"""What a changed schema means for one mapping: which fields this run leaves out, and what stops it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from salesforce_daktela.mapping.language.soql_where import STRING
from salesforce_daktela.mapping.model import FieldRule, MappingSpec
from salesforce_daktela.mapping.problems import MappingProblem
from salesforce_daktela.mapping.sources import rule_paths
from salesforce_daktela.mapping.target import TargetSchema
from salesforce_daktela.sync.drift import Change, ChangeKind, Severity, compare
from salesforce_daktela.sync.seen_schema import Seen, SeenField, SeenSchema, Side

BREAKING = {
    Side.SALESFORCE: (ChangeKind.VANISHED, ChangeKind.RETYPED),
    Side.DAKTELA: (ChangeKind.VANISHED, ChangeKind.RETYPED, ChangeKind.VALUES_REMOVED),
}
"""The changes that keep a rule from reading its source, or from writing its target."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Drift:
    """``left_out`` are Daktela fields that this run does not send; ``errors`` stop the run."""

    changes: tuple[Change, ...]
    left_out: tuple[str, ...]
    errors: tuple[MappingProblem, ...]


def seen_target(target: TargetSchema, mapping: MappingSpec, place: str) -> SeenSchema:
    """Daktela's schema in the form that runs compare. ``place`` is the CRM database, or the type of CRM records.

    Options are kept for mapped fields only.
    """
    mapped = target_paths(mapping)
    fields = {
        path: SeenField(
            type=found.type,
            length=found.max_length or 0,
            required=found.required,
            values=None if found.options is None or path not in mapped else tuple(found.options),
        )
        for path, found in target.fields.items()
    }
    return SeenSchema(of=f"{target.entity} of {place}", fields=fields, complete=target.complete)


def target_paths(mapping: MappingSpec) -> set[str]:
    """The Daktela fields that a mapping writes."""
    return {*(rule.target for rule in mapping.fields), *mapping.mark}


def changes_of(mapping: MappingSpec, was: Seen, now: Seen) -> tuple[Change, ...]:
    """Compare both sides of one mapping."""
    mapped = {Side.SALESFORCE: set(mapping.paths()), Side.DAKTELA: target_paths(mapping)}
    sides = [side for side in Side if side in was and side in now]
    return tuple(change for side in sides for change in compare(mapping.name, side, was[side], now[side], mapped[side]))


def weigh(
    mapping: MappingSpec,
    changes: Sequence[Change],
    problems: Sequence[MappingProblem],
    target: TargetSchema,
) -> Drift:
    """Sort ``problems``: one that a change explains leaves its field out, any other stops the run.

    Fields that Daktela requires, and fields by which records are matched, are never left out.
    A field that the filter reads stops the run as well.
    """
    wrong = {problem.path for problem in problems}
    left_out: list[str] = []
    explained: set[str] = set()
    errors = _of_filter(mapping, changes)
    culprits: set[Change] = set()
    for rule in mapping.fields:
        causes = [change for change in changes if _breaks(change, rule)] if _path(rule) in wrong else []
        if not causes:
            continue
        explained.add(_path(rule))
        culprits.update(causes)
        harm = _harm(mapping, rule, target)
        if harm:
            errors += [
                MappingProblem(position=rule.position, path=_path(rule), what=f"{cause}; it cannot be left out, {harm}")
                for cause in causes
            ]
        else:
            left_out.append(rule.target)
    return Drift(
        changes=tuple(replace(c, severity=Severity.ERROR) if c in culprits else c for c in changes),
        left_out=tuple(left_out),
        errors=(*errors, *(problem for problem in problems if problem.path not in explained)),
    )


def without(mapping: MappingSpec, left_out: Sequence[str]) -> MappingSpec:
    """The mapping as this run carries it out."""
    return replace(mapping, fields=tuple(rule for rule in mapping.fields if rule.target not in left_out))


def _breaks(change: Change, rule: FieldRule) -> bool:
    if change.kind not in BREAKING[change.side]:
        return False
    if change.side is Side.DAKTELA:
        return change.field == rule.target
    return change.field.lower() in {path.lower() for path in rule_paths(rule.sources)}


def _harm(mapping: MappingSpec, rule: FieldRule, target: TargetSchema) -> str:
    found = target.fields.get(rule.target)
    if found is not None and found.required:
        return f"because Daktela requires {rule.target}: map another field"
    if rule.target in mapping.match:
        return f"because records are matched by {rule.target}: map another field, or remove it from match"
    return ""


def _of_filter(mapping: MappingSpec, changes: Sequence[Change]) -> list[MappingProblem]:
    words = re.findall(r"[\w.]+", STRING.sub("''", mapping.where or "").lower())
    return [
        MappingProblem(
            position=mapping.position,
            path="where",
            what=f"{change}; the filter reads it",
            advice="change the filter, or bring the field back",
        )
        for change in changes
        if change.side is Side.SALESFORCE and change.kind is ChangeKind.VANISHED and change.field.lower() in words
    ]


def _path(rule: FieldRule) -> str:
    return f"fields.{rule.target}"
