"""A sync folder to write files into, and a mapping to run rows through, in a line each."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pytest

from salesforce_daktela.mapping.arrow_types import arrow_schema
from salesforce_daktela.mapping.engine.compiled_mapping import CompiledMapping, compile_mapping, transform_rows
from salesforce_daktela.mapping.language.loader import load_sync
from salesforce_daktela.mapping.model import MappingSpec
from salesforce_daktela.mapping.problems import MappingError
from salesforce_daktela.mapping.schema import FieldKind, SourceField, SourceSchema
from salesforce_daktela.mapping.target import TargetSchema
from salesforce_daktela.mapping.transforms.registry import load_project_transforms

CONTACTS = """\
salesforce: Contact
daktela: contacts
key: "sf_contact_{Id}"
fields:
  title: LastName
  lastname: LastName
"""
SYNC = """\
database: sales
timezone: Europe/Prague
mappings: [contacts]
"""
ID = "003000000000001AAA"

WriteSync = Callable[..., Path]
MapRows = Callable[..., pd.DataFrame]
MapField = Callable[..., Any]


@pytest.fixture
def write_sync(tmp_path: Path) -> WriteSync:
    """Return a function that writes the files of sync ``demo``; without any it is a small right one."""

    def write(files: Mapping[str, str] | None = None, **texts: str) -> Path:
        folder = tmp_path / "mappings" / "demo"
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in {"sync": SYNC, "contacts": CONTACTS, **(files or {}), **texts}.items():
            (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
        return folder

    return write


@pytest.fixture
def map_rows(write_sync: WriteSync) -> MapRows:
    """Return a function that maps rows by the text of a contacts.yaml; ``kinds`` names columns that hold no text."""

    def run(
        mapping: str,
        rows: Sequence[Mapping[str, Any]],
        *,
        kinds: Mapping[str, FieldKind] | None = None,
        html: Mapping[str, bool] | None = None,
        target: TargetSchema | None = None,
        timezone: str = "Europe/Prague",
        transforms: Path | None = None,
    ) -> pd.DataFrame:
        spec = load_sync(write_sync(contacts=mapping), transforms_folder=transforms).mapping("contacts")
        schema = schema_of(spec, kinds or {}, html or {})
        compiled = compile_mapping(
            spec,
            schema,
            timezone=timezone,
            target=target,
            instance_url="https://vltava.my.salesforce.com",
            project_transforms=load_project_transforms(transforms),
        )
        return transform_frame(compiled, frame_of(schema, rows))

    return run


@pytest.fixture
def map_field(map_rows: MapRows) -> MapField:
    """Return a function that maps one row and gives back what was sent for ``customFields.x``, or problem codes."""

    def run(rule: str, row: Mapping[str, Any], **options: Any) -> Any:
        mapped = map_rows(f"{CONTACTS}  customFields.x: {rule}\n", [{"LastName": "Nováková", **row}], **options)
        problems = json.loads(mapped.problems[0])
        if problems:
            return [problem["code"] for problem in problems]
        return json.loads(mapped.payload[0]).get("customFields", {}).get("x")

    return run


def problems_of(folder: Path) -> list[str]:
    """The lines of the error that loading raises, without the folder's name."""
    with pytest.raises(MappingError) as caught:
        load_sync(folder)
    assert str(caught.value) == "\n".join(str(problem) for problem in caught.value.problems)
    return [line.removeprefix("mappings/demo/") for line in str(caught.value).splitlines()]


def schema_of(
    spec: MappingSpec, kinds: Mapping[str, FieldKind], html: Mapping[str, bool] | None = None
) -> SourceSchema:
    """The fields a mapping reads, all of them text unless ``kinds`` says otherwise, and the system fields.

    ``html`` is what describe says of some of them.
    """
    system = {"SystemModstamp": FieldKind.DATETIME, "IsDeleted": FieldKind.BOOLEAN, "MasterRecordId": FieldKind.TEXT}
    named = dict.fromkeys(("Id", *spec.paths()), FieldKind.TEXT) | system | dict(kinds)
    told = html or {}
    fields = {path: SourceField(path=path, kind=kind, html=told.get(path)) for path, kind in named.items()}
    return SourceSchema(sobject=spec.sobject, fields=fields)


def frame_of(schema: SourceSchema, rows: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    """Rows as the frame the transform step hands over; fields a row leaves out are null."""
    complete = [{"Id": ID, "IsDeleted": False, **row} for row in rows]
    table = pa.Table.from_pylist(complete, schema=arrow_schema(schema))
    frame: pd.DataFrame = table.to_pandas(types_mapper=pd.ArrowDtype)
    return frame


def transform_frame(compiled: CompiledMapping, frame: pd.DataFrame) -> pd.DataFrame:
    """The payload rows of such a frame, as a frame."""
    mapped = transform_rows(compiled, pa.Table.from_pandas(frame, preserve_index=False))
    found: pd.DataFrame = mapped.to_pandas(types_mapper=pd.ArrowDtype)
    return found


def payload_of(frame: pd.DataFrame, row: int = 0) -> dict[str, Any]:
    """The payload of one row, parsed."""
    loaded: dict[str, Any] = json.loads(frame.payload[row])
    return loaded
