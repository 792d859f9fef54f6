"""The types of a test's values: from the schema lock where it has the field, else from how the values are written.

``5`` is a number, ``true`` a boolean, ``2026-03-29`` a date, ``2026-03-29T01:30:00Z`` a moment, ``[a, b]`` a
multipicklist, everything else a text. Written values of one field have one type in all tests of a mapping.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

import pyarrow as pa
from ruamel.yaml.comments import CommentedSeq

from salesforce_daktela.mapping.arrow_types import arrow_schema
from salesforce_daktela.mapping.language.section import kind_of
from salesforce_daktela.mapping.language.spelled_scalars import Spelled, SpelledMoment
from salesforce_daktela.mapping.language.value_kinds import RefusedValueError
from salesforce_daktela.mapping.model import FieldPath, MappingSpec
from salesforce_daktela.mapping.problems import MappingProblem
from salesforce_daktela.mapping.schema import FieldKind, SourceField, SourceSchema
from salesforce_daktela.mapping.testing.case import MappingTest, Written
from salesforce_daktela.mapping.transforms.definition import Transform

MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}:\d{2}(\.\d+)?\s*(Z|[+-]\d{2}:?\d{2})")
INVENTED_ID = "000000000000001AAA"
"""The Id of a row that has none: no record begins so."""
SYSTEM: Mapping[str, FieldKind] = {
    "Id": FieldKind.TEXT,
    "SystemModstamp": FieldKind.DATETIME,
    "IsDeleted": FieldKind.BOOLEAN,
    "MasterRecordId": FieldKind.TEXT,
}
TEXTS = (FieldKind.TEXT, FieldKind.TIME, FieldKind.MULTIPICKLIST)
NUMBERS = {FieldKind.INTEGER, FieldKind.NUMBER}
WORDS = {FieldKind.DATE: "a date like 2026-03-29", FieldKind.DATETIME: "a moment like 2026-03-29T01:30:00Z"}


def source_schema(
    spec: MappingSpec,
    tests: Sequence[MappingTest],
    locked: Mapping[str, FieldKind],
    transforms: Mapping[str, Transform],
    problems: list[MappingProblem],
) -> SourceSchema:
    """Return what the tests tell of the fields that a mapping reads. ``locked`` has paths in lower case."""
    kinds = dict(SYSTEM)
    for path in spec.paths():
        written = [test.row[path] for test in tests if path in test.row]
        kind = locked.get(path.lower()) or _written_kind(path, written, problems)
        kinds[path] = kind or _unwritten_kind(spec, path, transforms)
    fields = {path: SourceField(path=path, kind=kind) for path, kind in kinds.items()}
    return SourceSchema(sobject=spec.sobject, fields=fields)


def row_table(test: MappingTest, schema: SourceSchema, problems: list[MappingProblem]) -> pa.Table:
    """Return a test's row as a part of one row; a value of another type goes to ``problems``."""
    row: dict[str, Any] = {"Id": INVENTED_ID, "IsDeleted": False}
    for path, written in test.row.items():
        try:
            row[path] = _typed(written.value, schema.fields[path].kind)
        except RefusedValueError as exc:
            if all(each.position != written.position for each in problems):
                problems.append(_problem(written, exc.what, exc.advice))
    return pa.Table.from_pylist([row], schema=arrow_schema(schema))


def _written_kind(path: str, written: Iterable[Written], problems: list[MappingProblem]) -> FieldKind | None:
    found: FieldKind | None = None
    first: Written | None = None
    for each in written:
        kind = _kind(each.value)
        if kind is None or kind is found:
            continue
        if found is None or first is None:
            found, first = kind, each
        elif {found, kind} == NUMBERS:
            found = FieldKind.NUMBER
        else:
            what = f"{path} is {kind.value} here and {found.value} at {first.position}"
            problems.append(_problem(each, what, "write both alike; a schema lock file would tell the type"))
    return found


def _kind(value: Any) -> FieldKind | None:
    if value is None:
        return None
    if isinstance(value, SpelledMoment) or (isinstance(value, str) and MOMENT.fullmatch(value)):
        return FieldKind.DATETIME
    if isinstance(value, Spelled):  # 007 or 1.10: which of text and number is meant, only a lock can tell
        return FieldKind.TEXT
    kinds: tuple[tuple[type, FieldKind], ...] = (
        (bool, FieldKind.BOOLEAN),
        (int, FieldKind.INTEGER),
        (float, FieldKind.NUMBER),
        (date, FieldKind.DATE),
        (CommentedSeq, FieldKind.MULTIPICKLIST),
    )
    return next((kind for type_, kind in kinds if isinstance(value, type_)), FieldKind.TEXT)


def _unwritten_kind(spec: MappingSpec, path: str, transforms: Mapping[str, Transform]) -> FieldKind:
    """A type that the field's first transform accepts, for a field that no test writes."""
    for rule in spec.fields:
        if FieldPath(path) in rule.sources and rule.transforms and rule.transforms[0].name in transforms:
            accepted = transforms[rule.transforms[0].name].accepts
            if FieldKind.TEXT not in accepted:
                return min(accepted)
    return FieldKind.TEXT


def _typed(value: Any, kind: FieldKind) -> Any:
    """Return a value as its column holds it. Raises RefusedValueError."""
    if value is None:
        return None
    if kind in TEXTS:
        return _text(value, kind)
    if kind in (FieldKind.DATE, FieldKind.DATETIME):
        return _moment(value, kind)
    if kind is FieldKind.BOOLEAN and isinstance(value, bool):
        return value
    if kind is FieldKind.BOOLEAN or isinstance(value, bool) or not isinstance(value, int | float):
        raise RefusedValueError(f"expected {kind.value}, found {kind_of(value)}", "write it without quotes")
    if kind is FieldKind.INTEGER and value != int(value):
        raise RefusedValueError("expected a whole number", "write it without a fraction")
    return int(value) if kind is FieldKind.INTEGER else float(value)


def _text(value: Any, kind: FieldKind) -> str:
    if isinstance(value, CommentedSeq) and kind is FieldKind.MULTIPICKLIST:
        return ";".join(_text(item, FieldKind.TEXT) for item in value)
    if isinstance(value, Spelled):
        advice = "put it in quotes if it is a text, else write it without needless zeros and signs"
        raise RefusedValueError(f"{value.written} may be a text or a number", advice)
    if not isinstance(value, str):
        raise RefusedValueError(f"expected {kind.value}, found {kind_of(value)}", "put it in quotes")
    return str(value)


def _moment(value: Any, kind: FieldKind) -> date | datetime:
    text = value.written if isinstance(value, Spelled) else str(value)
    try:
        if kind is FieldKind.DATE:
            return date.fromisoformat(text)
        found = datetime.fromisoformat(text)
    except ValueError:
        raise RefusedValueError(f"{text} is no {kind.value}", f"write {WORDS[kind]}") from None
    if found.tzinfo is None:
        raise RefusedValueError(f"{text} has no time zone", f"write {WORDS[kind]}")
    return found


def _problem(written: Written, what: str, advice: str) -> MappingProblem:
    return MappingProblem(position=written.position, path=written.path, what=what, advice=advice)
