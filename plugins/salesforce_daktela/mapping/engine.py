"""Rows of one sObject to payloads, column by column. Pure: pandas in, pandas out."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd
import pyarrow as pa

from salesforce_daktela.mapping.mapping_file import REQUIRED
from salesforce_daktela.mapping.model import LINK, FieldRule, MappingSpec
from salesforce_daktela.mapping.pipeline import Evaluated, compile_rule, fill_template, rule_paths
from salesforce_daktela.mapping.problems import MappingError, MappingProblem, nearest
from salesforce_daktela.mapping.render import cut
from salesforce_daktela.mapping.schema import FieldKind, SourceSchema
from salesforce_daktela.mapping.target import TargetSchema
from salesforce_daktela.mapping.transforms.definition import Transform
from salesforce_daktela.mapping.transforms.registry import BUILT_IN

KEY = re.compile(r"[A-Za-z0-9_-]{1,64}")
CUSTOM = "customFields."
REMEMBERED = 100_000
"""Distinct inputs of one rule whose result is kept while a part is mapped."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One field of one record: its JSON, None when it is left out, and what is to be said about it."""

    json: str | None = None
    reference: str | None = None
    problem: str = ""
    shortened: int = 0
    dropped: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class CompiledRule:
    """A rule ready to run: the columns it reads and the function of their values."""

    rule: FieldRule
    columns: tuple[str, ...]
    cell: Callable[[Sequence[Any]], Cell]


@dataclass(frozen=True, slots=True, kw_only=True)
class CompiledMapping:
    """A mapping bound to an org's schema. ``key`` makes Daktela's name from an Id."""

    spec: MappingSpec
    schema: SourceSchema
    cursor: str | None
    rules: tuple[CompiledRule, ...]
    key: Callable[[str], str]
    instance_url: str
    multi: frozenset[str] = field(default_factory=frozenset)


def compile_mapping(
    spec: MappingSpec,
    schema: SourceSchema,
    *,
    timezone: str,
    target: TargetSchema | None = None,
    instance_url: str = "",
    project_transforms: Mapping[str, Transform] | None = None,
) -> CompiledMapping:
    """Bind a mapping to the fields an org has. ``timezone`` is the Daktela server's, an IANA name.

    Raises MappingError for every path that ``schema`` does not hold.
    """
    _refuse_unknown(spec, schema)
    zone = ZoneInfo(timezone)
    transforms = {**BUILT_IN, **(project_transforms or {})}
    rules = []
    for rule in sorted(spec.fields, key=lambda rule: rule.target):
        evaluate = compile_rule(rule, transforms, zone)
        finish = _finisher(spec, rule, target)
        columns = tuple(path if path == LINK else schema.field(path).path for path in rule_paths(rule.sources))
        rules.append(CompiledRule(rule=rule, columns=columns, cell=_remembering(evaluate, finish)))
    cursor = next((n for n in ("SystemModstamp", "LastModifiedDate", "CreatedDate") if n in schema.fields), None)
    return CompiledMapping(
        spec=spec,
        schema=schema,
        cursor=cursor,
        rules=tuple(rules),
        key=lambda id_: fill_template(spec.key, [id_], zone),
        instance_url=instance_url.rstrip("/"),
        multi=frozenset(path for path, found in schema.fields.items() if found.kind is FieldKind.MULTIPICKLIST),
    )


def transform_frame(compiled: CompiledMapping, frame: pd.DataFrame) -> pd.DataFrame:
    """Map rows to payload rows, in the same order.

    ``frame`` has a column for each path of the schema. The result's columns are id, name, stamp, is_deleted,
    master_id, payload (canonical JSON of an update), references and problems (JSON lists), shortened, dropped.
    """
    table = pa.Table.from_pandas(frame, preserve_index=False)
    columns = _Columns(compiled, table)
    ids = columns.values("Id")
    cells = [[rule.cell(inputs) for inputs in columns.rows(rule.columns)] for rule in compiled.rules]
    deleted = columns.optional("IsDeleted", False)
    rows = [
        _row(compiled, id_, bool(gone), [column[index] for column in cells])
        for index, (id_, gone) in enumerate(zip(ids, deleted, strict=True))
    ]
    result = pd.DataFrame(rows, columns=["name", "payload", "references", "problems", "shortened", "dropped"])
    stamps = columns.optional(compiled.cursor, None)
    result.insert(0, "id", ids)
    result.insert(2, "stamp", pd.Series(pa.array(stamps, pa.timestamp("ms", "UTC")), dtype=STAMP))
    result.insert(3, "is_deleted", [bool(gone) for gone in deleted])
    result.insert(4, "master_id", columns.optional("MasterRecordId", None))
    return result


STAMP = pd.ArrowDtype(pa.timestamp("ms", "UTC"))


class _Columns:
    """The frame's columns as Python values, each converted once."""

    def __init__(self, compiled: CompiledMapping, table: pa.Table) -> None:
        self._compiled = compiled
        self._table = table
        self._known: dict[str, list[Any]] = {}

    def values(self, path: str) -> list[Any]:
        """The values of one path; multipicklists as tuples, the pseudo field as addresses."""
        if path not in self._known:
            if path == LINK:
                base = self._compiled.instance_url
                self._known[path] = [f"{base}/{id_}" for id_ in self.values("Id")]
            else:
                found = self._table.column(path).to_pylist()
                multi = path in self._compiled.multi
                self._known[path] = [_several(value) for value in found] if multi else found
        return self._known[path]

    def optional(self, path: str | None, absent: Any) -> list[Any]:
        """The values of a path that the object may not have."""
        if path is None or path not in self._table.column_names:
            return [absent] * self._table.num_rows
        return self.values(path)

    def rows(self, paths: Sequence[str]) -> Sequence[Sequence[Any]]:
        """The values of several paths, row by row."""
        if not paths:
            return [()] * self._table.num_rows
        return list(zip(*(self.values(path) for path in paths), strict=True))


def _several(value: str | None) -> tuple[str, ...] | None:
    return None if value is None else tuple(piece for piece in value.split(";") if piece)


def _remembering(
    evaluate: Callable[[Sequence[Any]], Evaluated], finish: Callable[[Evaluated], Cell]
) -> Callable[[Sequence[Any]], Cell]:
    """Values repeat: what a rule makes of the same inputs is worked out once."""
    known: dict[tuple[Any, ...], Cell] = {}

    def cell(inputs: Sequence[Any]) -> Cell:
        key = (*inputs, *map(type, inputs))
        found = known.get(key)
        if found is None:
            found = finish(evaluate(inputs))
            if len(known) < REMEMBERED:
                known[key] = found
        return found

    return cell


def _finisher(spec: MappingSpec, rule: FieldRule, target: TargetSchema | None) -> Callable[[Evaluated], Cell]:
    """The last step of a field: lengths, required ones, references, and how empties are said."""
    known = None if target is None else target.fields.get(rule.target)
    custom = rule.target.startswith(CUSTOM)
    several = custom and (known is None or known.multiple)
    length = None if known is None else known.max_length
    required = rule.target in REQUIRED[spec.entity] or (known is not None and known.required)

    def finish(found: Evaluated) -> Cell:
        if found.problem:
            return Cell(problem=found.problem)
        values = list(found.values if several else found.values[:1])
        if not values:
            if required:
                return Cell(problem="required_empty", dropped=found.dropped)
            left_out = rule.when_empty == "keep"
            return Cell(json=None if left_out else "[]" if custom else "null", dropped=found.dropped)
        if rule.lookup is not None:
            return Cell(reference=_reference(rule, values[0]), dropped=found.dropped)
        fitted = [value if length is None else cut(value, length) for value in values]
        text = _dump(fitted) if custom else _dump(fitted[0])
        return Cell(
            json=text, shortened=sum(a != b for a, b in zip(values, fitted, strict=True)), dropped=found.dropped
        )

    return finish


def _reference(rule: FieldRule, value: str) -> str:
    lookup = rule.lookup
    to, missing = ("", "") if lookup is None else (lookup.to, lookup.on_missing)
    return _dump({"field": rule.target, "to": to, "value": value, "on_missing": missing})


def _row(
    compiled: CompiledMapping, id_: str, deleted: bool, cells: Sequence[Cell]
) -> tuple[str | None, str, str, str, int, int]:
    name = compiled.key(id_)
    if deleted:
        return name, "{}", "[]", "[]", 0, 0
    problems = [
        {"code": cell.problem, "field": rule.rule.target, "message": ""}
        for rule, cell in zip(compiled.rules, cells, strict=True)
        if cell.problem
    ]
    if not KEY.fullmatch(name):
        problems.append({"code": "key_invalid", "field": "name", "message": ""})
    references = ",".join(cell.reference for cell in cells if cell.reference is not None)
    return (
        name,
        _payload(compiled, cells),
        f"[{references}]",
        _dump(problems),
        sum(cell.shortened for cell in cells),
        sum(cell.dropped for cell in cells),
    )


def _payload(compiled: CompiledMapping, cells: Sequence[Cell]) -> str:
    """Rules come sorted by target, so that custom fields stand together, in their place among the other keys."""
    plain: list[str] = []
    custom: list[str] = []
    place = 0
    for rule, cell in zip(compiled.rules, cells, strict=True):
        if cell.json is None:
            continue
        target = rule.rule.target
        if target.startswith(CUSTOM):
            place = place or len(plain) + 1
            custom.append(f'"{target.removeprefix(CUSTOM)}":{cell.json}')
        else:
            plain.append(f'"{target}":{cell.json}')
    if custom:
        plain.insert(place - 1, f'"customFields":{{{",".join(custom)}}}')
    return f"{{{','.join(plain)}}}"


def _dump(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True)


def _refuse_unknown(spec: MappingSpec, schema: SourceSchema) -> None:
    known = {path.lower() for path in schema.fields}
    problems = [
        MappingProblem(
            position=rule.position,
            path=f"fields.{rule.target}",
            what=f"{spec.sobject} has no field {path}",
            advice=nearest(path, schema.fields),
        )
        for rule in spec.fields
        for path in rule_paths(rule.sources)
        if path != LINK and path.lower() not in known
    ]
    if problems:
        raise MappingError(problems)
