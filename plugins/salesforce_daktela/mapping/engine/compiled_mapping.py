"""Rows of one sObject to payloads, column by column. Pure: Arrow in, Arrow out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from salesforce_daktela.mapping.engine.became import became
from salesforce_daktela.mapping.engine.column import Codes
from salesforce_daktela.mapping.engine.compatibility import refuse_unfit
from salesforce_daktela.mapping.engine.fitting import CUSTOM, Fitting, dump, fitting
from salesforce_daktela.mapping.engine.part_columns import PartColumns
from salesforce_daktela.mapping.engine.pipeline import Pipeline, compile_rule
from salesforce_daktela.mapping.model import MappingSpec
from salesforce_daktela.mapping.schema import SourceSchema
from salesforce_daktela.mapping.target import TargetSchema
from salesforce_daktela.mapping.transforms.definition import Transform
from salesforce_daktela.mapping.transforms.registry import BUILT_IN
from salesforce_daktela.sync.codes import meaning

KEY = "^[A-Za-z0-9_-]{1,64}$"
STAMPS = ("SystemModstamp", "LastModifiedDate", "CreatedDate")
"""The change stamp, or what serves as one for objects without it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CompiledMapping:
    """A mapping bound to an org's schema and a server's time zone; rules are sorted by their target."""

    spec: MappingSpec
    schema: SourceSchema
    rules: tuple[tuple[Pipeline, Fitting], ...]
    instance_url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Field:
    """One field of all rows. ``codes`` number its distinct values, of which there are ``values``.

    The values themselves are let go: as Python objects they take more memory than anything else here.
    """

    fitting: Fitting
    codes: Codes
    values: int
    fragments: pa.Array
    references: pa.Array | None
    problems: dict[int, str]
    shortened: dict[int, int]
    dropped: dict[int, int]


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

    ``$Link`` begins with ``instance_url``. Raises MappingError listing every path that ``schema`` does not
    hold and every transform that cannot work on the values it would get.
    """
    transforms = {**BUILT_IN, **(project_transforms or {})}
    refuse_unfit(spec, schema, transforms, instance_url=instance_url)
    zone = ZoneInfo(timezone)
    rules = sorted(spec.fields, key=lambda rule: rule.target)
    return CompiledMapping(
        spec=spec,
        schema=schema,
        rules=tuple((compile_rule(rule, transforms, zone, schema), fitting(spec, rule, target)) for rule in rules),
        instance_url=instance_url.rstrip("/"),
    )


def transform_rows(compiled: CompiledMapping, rows: pa.Table) -> pa.Table:
    """Map rows to payload rows, in the same order.

    ``rows`` has a column for each path of the schema. The result's columns are id, name, stamp, is_deleted, master_id,
    became (a JSON object of mapping and Id, null unless converted), payload (canonical JSON of an update), references
    and problems (JSON lists), shortened, dropped. Deleted rows have a name and nothing else to send. ``once`` is JSON,
    too: payload and references of what only a create sends, null where a mapping has no such fields. Raises
    IntegrityError for a column that is missing.
    """
    columns = PartColumns(rows, compiled.schema, compiled.instance_url)
    fields = [_compute(pipeline, fit, columns) for pipeline, fit in compiled.rules]
    sent, once = [each for each in fields if not each.fitting.once], [each for each in fields if each.fitting.once]
    deleted = columns.flags("IsDeleted")
    names = columns.names(compiled.spec.key)
    fits = pc.match_substring_regex(names, KEY)
    return pa.table(
        {
            "id": columns.ids,
            "name": pc.if_else(fits, names, pa.scalar(None, pa.string())),
            "stamp": columns.stamp(STAMPS),
            "is_deleted": deleted,
            "master_id": columns.texts("MasterRecordId"),
            "became": became({to: columns.texts(path) for to, path in _carriers(compiled)}, columns.rows),
            "payload": pc.if_else(deleted, "{}", _payload(sent, columns.rows)),
            "references": pc.if_else(deleted, "[]", _references(sent, columns.rows)),
            "once": pc.if_else(deleted, pa.scalar(None, pa.string()), _once(once, columns.rows)),
            "problems": pc.if_else(deleted, "[]", _problems(fields, fits, columns.rows)),
            "shortened": pc.if_else(deleted, 0, _sum([(f, f.shortened) for f in fields], columns.rows)),
            "dropped": pc.if_else(deleted, 0, _sum([(f, f.dropped) for f in fields], columns.rows)),
        }
    )


def _carriers(compiled: CompiledMapping) -> list[tuple[str, str]]:
    """Mapping and field, in Salesforce's spelling, of the records that carry on those of this mapping."""
    return [(to, compiled.schema.field(path).path) for to, path in compiled.spec.becomes.items()]


def _compute(pipeline: Pipeline, fit: Fitting, columns: PartColumns) -> _Field:
    column, batch = pipeline.run(columns.cells, columns.rows)
    fitted = fit.fit(batch)
    return _Field(
        fitting=fit,
        codes=column.codes,
        values=len(batch.cells),
        fragments=column.spread(pa.array(fitted.fragments, pa.string())),
        references=column.spread(pa.array(fitted.references, pa.string())) if fit.rule.lookup else None,
        problems=batch.problems,
        shortened=fitted.shortened,
        dropped=batch.dropped,
    )


def _payload(fields: list[_Field], rows: int) -> pa.Array:
    """Join the fragments of each row. Fields are sorted; the object of custom fields stands at its sorted place."""
    custom = [found.fragments for found in fields if found.fitting.custom]
    plain = [found for found in fields if not found.fitting.custom]
    before = [found.fragments for found in plain if found.fitting.rule.target < CUSTOM]
    after = [found.fragments for found in plain if found.fitting.rule.target > CUSTOM]
    inner = _join(custom, rows)
    nested = pc.if_else(pc.equal(inner, ""), "", _wrap(',"customFields":{', inner, "}"))
    return _wrap("{", _join([*before, nested, *after], rows), "}")


def _once(fields: list[_Field], rows: int) -> pa.Array:
    if not fields:
        return pa.nulls(rows, pa.string())
    body, references = _payload(fields, rows), _references(fields, rows)
    return pc.binary_join_element_wise('{"body":', body, ',"references":', references, "}", "")


def _references(fields: list[_Field], rows: int) -> pa.Array:
    return _wrap("[", _join([found.references for found in fields if found.references is not None], rows), "]")


def _join(arrays: list[pa.Array], rows: int) -> pa.Array:
    """Join fragments, null for none. Each begins with a comma; the first comma of a row is removed."""
    if not arrays:
        return pa.repeat("", rows)
    joined = pc.binary_join_element_wise(*arrays, "", null_handling="replace", null_replacement="")
    return pc.binary_replace_slice(joined, 0, 1, b"")


def _wrap(left: str, array: pa.Array, right: str) -> pa.Array:
    return pc.binary_join_element_wise(left, array, right, "")


def _problems(fields: list[_Field], fits: pa.Array, rows: int) -> pa.Array:
    found: dict[int, list[dict[str, str]]] = {}
    for item in fields:
        codes = item.problems
        if codes:
            for row in np.flatnonzero(np.isin(item.codes, list(codes))).tolist():
                code = codes[int(item.codes[row])]
                found.setdefault(row, []).append(_problem(code, item.fitting.rule.target))
    for row in np.flatnonzero(~fits.to_numpy(zero_copy_only=False)).tolist():
        found.setdefault(row, []).append(_problem("key_invalid", "name"))
    if not found:
        return pa.repeat("[]", rows)
    return pa.array([dump(found[row]) if row in found else "[]" for row in range(rows)], pa.string())


def _problem(code: str, target: str) -> dict[str, str]:
    return {"code": code, "field": target, "message": meaning(code).text}


def _sum(counts: list[tuple[_Field, dict[int, int]]], rows: int) -> pa.Array:
    """Add up, row by row, what was counted for distinct values."""
    total = np.zeros(rows, np.int64)
    for item, counted in counts:
        if counted:
            each = np.zeros(item.values, np.int64)
            each[list(counted)] = list(counted.values())
            total += each[item.codes]
    return pa.array(total)
