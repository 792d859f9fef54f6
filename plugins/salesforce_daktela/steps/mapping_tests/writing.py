"""Write a test from a real record, with invented values in place of its own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import pyarrow as pa

from salesforce_daktela.mapping.arrow_types import arrow_schema
from salesforce_daktela.mapping.editing.emitting import emit, emit_key
from salesforce_daktela.mapping.engine.compiled_mapping import CompiledMapping, compile_mapping
from salesforce_daktela.mapping.model import MappingSpec, SyncSpec
from salesforce_daktela.mapping.render import plain_number
from salesforce_daktela.mapping.schema import FieldKind, SourceField, SourceSchema
from salesforce_daktela.mapping.sources import rule_paths
from salesforce_daktela.mapping.testing.comparing import Made
from salesforce_daktela.mapping.testing.inventing import Inventor
from salesforce_daktela.mapping.testing.reading import FOLDER
from salesforce_daktela.mapping.testing.typing_rows import SYSTEM
from salesforce_daktela.mapping.transforms.definition import Transform
from salesforce_daktela.mapping.transforms.lists import table_key
from salesforce_daktela.steps.decide.payload_rows import PayloadRow, read_rows
from salesforce_daktela.steps.decide.references import USERS
from salesforce_daktela.steps.mapping_tests.running import ORG, made_of
from salesforce_daktela.steps.record.explanation import Explanation
from salesforce_daktela.steps.transform.part import transform_table

HEAD = """\
# Written from a record, whose values are replaced by invented ones; only its booleans, its zeros and what the mapping's
# value tables list are its own. Name the test, and look whether it shows what you mean."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenTest:
    """``file`` is where the text belongs: as a file of its own, or its last item at the end of one that is there."""

    sync: str
    mapping: str
    file: str
    text: str


def as_test(spec: SyncSpec, explanation: Explanation, transforms: Mapping[str, Transform]) -> WrittenTest:
    """Return the test of an explained record that Salesforce has; ``transforms`` are the project's own."""
    mapping = spec.mapping(explanation.mapping)
    compiled = _compiled(spec, mapping, explanation, transforms)
    row = {path: value for path, value in _own(mapping, explanation).items() if value is not None}
    invented = _invented(mapping, row, compiled.schema)
    payload, real = _payload(invented, compiled), _payload(row, compiled)
    parents = _parents(spec, payload, explanation)
    made = made_of(mapping, payload, parents)
    known = {each.value: each.name for each in explanation.references if each.name}
    strays = _strays(made_of(mapping, real, known), made)
    lines = [*HEAD.splitlines(), *(f"# The record itself comes out otherwise in {stray}." for stray in strays)]
    lines += ["tests:", *_test(mapping, compiled.schema, invented, parents, made)]
    return WrittenTest(
        sync=spec.name,
        mapping=mapping.name,
        file=f"{spec.folder}/{FOLDER}/{mapping.name}.yaml",
        text="\n".join(lines) + "\n",
    )


def _own(mapping: MappingSpec, explanation: Explanation) -> dict[str, Any]:
    """The values that the mapping reads, by its own spelling of their paths."""
    values = {path.lower(): value for path, value in explanation.values.items()}
    return {path: values.get(path.lower()) for path in ("Id", *mapping.paths())}


def _compiled(
    spec: SyncSpec, mapping: MappingSpec, explanation: Explanation, transforms: Mapping[str, Transform]
) -> CompiledMapping:
    """The mapping as its tests run it."""
    told = {path.lower(): kind for path, kind in explanation.kinds.items()}
    kinds = {**{path: told.get(path.lower(), FieldKind.TEXT) for path in mapping.paths()}, **SYSTEM}
    fields = {path: SourceField(path=path, kind=kind) for path, kind in kinds.items()}
    schema = SourceSchema(sobject=mapping.sobject, fields=fields)
    return compile_mapping(
        mapping, schema, timezone=spec.timezone or "UTC", instance_url=ORG, project_transforms=transforms
    )


def _invented(mapping: MappingSpec, row: Mapping[str, Any], schema: SourceSchema) -> dict[str, Any]:
    inventor = Inventor(region=_region(mapping))
    return {
        path: inventor.invent(value, schema.fields[path].kind, _listed(mapping, path)) for path, value in row.items()
    }


def _region(mapping: MappingSpec) -> str | None:
    """The country of numbers without one."""
    calls = (call for rule in mapping.fields for call in rule.transforms if call.name == "phone")
    return next((str(call.options["region"]) for call in calls if call.options.get("region")), None)


def _listed(mapping: MappingSpec, path: str) -> set[str]:
    """The values of a field that the mapping file itself names."""
    tables = (
        call.options["table"]
        for rule in mapping.fields
        if path in rule_paths(rule.sources)
        for call in rule.transforms
        if call.name == "values"
    )
    return {table_key(key) for table in tables if isinstance(table, Mapping) for key in table}


def _payload(row: Mapping[str, Any], compiled: CompiledMapping) -> PayloadRow:
    table = pa.Table.from_pylist([{**row, "IsDeleted": False}], schema=arrow_schema(compiled.schema))
    (payload,) = read_rows(transform_table(table, compiled))
    return payload


def _parents(spec: SyncSpec, payload: PayloadRow, explanation: Explanation) -> dict[str, str]:
    """Names for the invented values of references that are known; a name in Daktela may be a person's, too."""
    known = {each.target for each in explanation.references if each.name}
    found: dict[str, str] = {}
    for reference in payload.references:
        if reference.field in known:
            to = reference.to.partition(",")[0]
            name = f"user{len(found) + 1}" if to == USERS else spec.mapping(to).own_name(reference.value)
            found.setdefault(reference.value, name)
    return found


def _strays(real: Made, made: Made) -> list[str]:
    """Fields that hold something for the record and nothing for the test, or the other way round; no values."""
    sides = [
        {
            *(path for path, value in side.sent.items() if value),
            *(f"{path} ({code})" for path, code in side.problems.items()),
            *(f"{path} (waits)" for path in side.waits),
        }
        for side in (real, made)
    ]
    counts = [name for name in ("dropped", "shortened") if getattr(real, name) != getattr(made, name)]
    return [*sorted(sides[0] ^ sides[1]), *counts]


def _test(
    mapping: MappingSpec, schema: SourceSchema, row: Mapping[str, Any], parents: Mapping[str, str], made: Made
) -> Iterator[str]:
    yield f"  - name: a record of {mapping.name}"
    yield "    salesforce:"
    for path, value in row.items():
        yield f"      {path}: {_yaml(value, schema.fields[path].kind)}"
    if parents:
        yield "    parents:"
        yield from (f"      {emit_key(value)}: {emit(name)}" for value, name in parents.items())
    yield from _expected(mapping, made)


def _expected(mapping: MappingSpec, made: Made) -> Iterator[str]:
    if made.problems:
        yield f"    problems: {emit(dict(made.problems))}"
    elif made.becomes:
        yield f"    becomes: {emit(dict(made.becomes))}"
    elif made.waits:
        yield f"    waits: {emit(list(made.waits))}"
    else:
        yield "    daktela:"
        yield f"      name: {emit(made.name)}"
        for rule in mapping.fields:
            value = made.sent.get(rule.target)
            if value:
                yield f"      {rule.target}: {emit(value if isinstance(value, str) else list(value))}"
        yield from (f"    {name}: {count}" for name, count in _counts(made) if count)


def _counts(made: Made) -> tuple[tuple[str, int], ...]:
    return ("dropped", made.dropped), ("shortened", made.shortened)


def _yaml(value: Any, kind: FieldKind) -> str:
    """A value in the way that gives it its type again."""
    if kind is FieldKind.MULTIPICKLIST:
        return emit([*str(value).split(";")])
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bool | str):
        return emit(value)
    return plain_number(float(value)) if isinstance(value, float) else str(value)
