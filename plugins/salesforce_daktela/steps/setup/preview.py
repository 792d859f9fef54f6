"""A few records before and after a mapping that may not be saved yet: read, mapped, and nothing written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pyarrow as pa

from salesforce_daktela.daktela.client import DaktelaClient
from salesforce_daktela.errors import ConfigurationError
from salesforce_daktela.mapping.arrow_types import arrow_schema
from salesforce_daktela.mapping.engine.trace import FieldTrace, trace_row
from salesforce_daktela.mapping.model import MappingSpec, SyncSpec
from salesforce_daktela.mapping.schema import FieldKind, SourceField, SourceSchema
from salesforce_daktela.mapping.transforms.definition import Transform
from salesforce_daktela.salesforce.client import SalesforceClient
from salesforce_daktela.salesforce.query.by_id import passing_ids, read_by_id
from salesforce_daktela.salesforce.query.rest import read_rest
from salesforce_daktela.salesforce.query.soql import build_sample, build_soql, fits_rest
from salesforce_daktela.salesforce.schema.describe import describe
from salesforce_daktela.salesforce.wire.ids import is_id, typed_id
from salesforce_daktela.steps.decide.payload_rows import PayloadRow, read_rows
from salesforce_daktela.steps.preflight.preflight import preflight
from salesforce_daktela.steps.run.facts import MappingFacts, RunFacts
from salesforce_daktela.steps.transform.compiled import compile_for_run
from salesforce_daktela.steps.transform.part import transform_table
from salesforce_daktela.sync.request import Mode, RunRequest

MOST = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class PreviewedRecord:
    """One record. ``label`` is its name in Salesforce, empty where the object has none.

    ``passes`` is whether the mapping's ``where`` lets it through; ``payload`` is what the load step would get.
    """

    id: str
    label: str = field(repr=False)
    passes: bool
    values: Mapping[str, Any] = field(repr=False)
    fields: tuple[FieldTrace, ...] = field(repr=False)
    payload: PayloadRow = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What was found. ``missing`` are Ids that Salesforce does not have, or not for this user.

    ``left_out`` are Daktela fields that no run would send as things are.
    """

    records: tuple[PreviewedRecord, ...]
    missing: tuple[str, ...]
    left_out: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Previewer:
    """Reads both systems and changes none. ``database`` is the Daktela connection's own."""

    spec: SyncSpec
    mapping: MappingSpec
    salesforce: SalesforceClient
    daktela: DaktelaClient
    database: str | None
    transforms: Mapping[str, Transform]

    def preview(self, wanted: str = "") -> Preview:
        """Return records by a person's words: Ids, with blanks or commas between them, or a piece of a name.

        Without words they are the first that pass ``where``. At most ``MOST`` are read.
        Raises ConfigurationError with everything in which the mapping does not fit the two systems.
        """
        facts = self._facts()
        found = facts.mappings[self.mapping.name]
        ids = _ids(wanted)
        label = self._label(found)
        rows = self._by_id(found, ids, label) if ids else self._by_name(found, wanted.strip(), label)
        read = list(rows["Id"].to_pylist())
        source, where = found.source, self.mapping.where if ids else None
        passing = passing_ids(self.salesforce, source, read, cursor=found.cursor, where=where)
        return Preview(
            records=tuple(self._mapped(facts, rows, passing, label)),
            missing=tuple(id_ for id_ in ids if id_ not in read),
            left_out=found.left_out,
        )

    def _facts(self) -> RunFacts:
        return preflight(
            self.spec,
            RunRequest(mode=Mode.PLAN, mappings=(self.mapping.name,)),
            self.salesforce,
            self.daktela,
            database=self.database,
            transforms=self.transforms,
        )

    def _label(self, found: MappingFacts) -> str:
        """The object's name field, empty where it has none."""
        fields = describe(self.salesforce, found.source.sobject)["fields"]
        return next((str(each["name"]) for each in fields if each.get("nameField")), "")

    def _by_id(self, found: MappingFacts, ids: Sequence[str], label: str) -> pa.Table:
        schema = _labelled(found, label)
        pages = read_by_id(
            self.salesforce, lambda some: build_soql(schema, cursor=found.cursor, ids=some), schema, list(ids)
        )
        return _joined(pages, schema)

    def _by_name(self, found: MappingFacts, name: str, label: str) -> pa.Table:
        if name and not label:
            what = f"{found.source.sobject} has no name to search by"
            raise ConfigurationError(what, where="preview", advice="give Ids of its records")
        schema = _labelled(found, label)
        named = (label, name) if name else None
        soql = build_sample(schema, cursor=found.cursor, where=self.mapping.where, most=MOST, named=named)
        if not fits_rest(soql, self.salesforce.longest_query):
            raise ConfigurationError(
                f"the query for records of {found.source.sobject} is too long for a preview",
                where="preview",
                advice="map fewer fields of parents, or shorten `where`",
            )
        return _joined(read_rest(self.salesforce, soql, schema), schema)

    def _mapped(self, facts: RunFacts, rows: pa.Table, passing: set[str], label: str) -> list[PreviewedRecord]:
        compiled = compile_for_run(self.mapping, facts, self.transforms)
        mapped = rows.select(list(facts.mappings[self.mapping.name].source.fields))
        names = rows[label].to_pylist() if label else [None] * rows.num_rows
        return [
            PreviewedRecord(
                id=payload.id,
                label=str(names[place] or ""),
                passes=payload.id in passing,
                values=mapped.slice(place, 1).to_pylist()[0],
                fields=trace_row(compiled, mapped.slice(place, 1)),
                payload=payload,
            )
            for place, payload in enumerate(read_rows(transform_table(mapped, compiled)))
        ]


def _ids(wanted: str) -> list[str]:
    """The Ids that were typed; none where any word of it is no Id, for then it is a name."""
    words = wanted.replace(",", " ").split()
    if not words or not all(is_id(word) and any(letter.isdigit() for letter in word) for word in words):
        return []
    return list(dict.fromkeys(typed_id(word) for word in words))[:MOST]


def _labelled(found: MappingFacts, label: str) -> SourceSchema:
    """The schema that is read: what the mapping reads, and the record's name."""
    if not label or label in found.source.fields:
        return found.source
    field_ = SourceField(path=label, kind=FieldKind.TEXT)
    return replace(found.source, fields={**found.source.fields, label: field_})


def _joined(pages: Iterable[pa.Table], schema: SourceSchema) -> pa.Table:
    columns, read = arrow_schema(schema), list(pages)
    return pa.concat_tables(read).cast(columns) if read else columns.empty_table()
