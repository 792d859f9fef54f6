"""``discover``: a JSON Schema beside the mappings, so that editors complete the field names of both systems."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import typer

from salesforce_daktela.cli.environment import Environment
from salesforce_daktela.cli.exits import exits
from salesforce_daktela.cli.options import (
    JsonOption,
    MappingOption,
    SyncOption,
    chosen_syncs,
    opened,
    refuse_unknown_mapping,
)
from salesforce_daktela.cli.output import print_json, print_line, print_table
from salesforce_daktela.mapping.language.json_schema import sync_schema
from salesforce_daktela.mapping.model import SyncSpec
from salesforce_daktela.mapping.testing.json_schema import tests_schema
from salesforce_daktela.mapping.testing.reading import FOLDER as TESTS
from salesforce_daktela.mapping.transforms.registry import BUILT_IN, load_project_transforms
from salesforce_daktela.steps.preflight.destination import choose_database
from salesforce_daktela.steps.preflight.field_names import discover_fields, editor_schema
from salesforce_daktela.steps.preflight.generated_file import write_generated

FOLDER = ".schema"


@exits
def discover(
    ctx: typer.Context, sync: SyncOption = None, mapping: MappingOption = None, as_json: JsonOption = False
) -> bool:
    """Write JSON Schemas to .schema/ for sync.yaml, for each mapping with the names of both systems, and for its tests.

    An editor with YAML support reads it when the file's first line is the comment that is printed.
    """
    environment = opened(ctx)
    specs = chosen_syncs(environment, sync)
    refuse_unknown_mapping(specs, mapping)
    written = [
        row
        for spec in specs
        if mapping is None or mapping in [found.name for found in spec.mappings]
        for row in _written(environment, spec, mapping)
    ]
    syncs = [] if mapping is not None else [_written_sync(spec) for spec in specs]
    if as_json:
        print_json({"schemas": written, "sync_schemas": syncs})
        return True
    columns = ("mapping", "salesforce_fields", "daktela_fields", "file")
    print_table("schemas for editors", columns, [[row[column] for column in columns] for row in written])
    for row in written:
        print_line(f"first line of {row['mapping']}.yaml: {row['comment']}")
        print_line(f"first line of {TESTS}/{row['mapping']}.yaml: {row['tests_comment']}")
    for row in syncs:
        print_line(f"first line of {row['sync']}/sync.yaml: {row['comment']}")
    return True


def _written_sync(spec: SyncSpec) -> dict[str, str]:
    path = _write(spec, "sync", sync_schema())
    return {"sync": spec.name, "file": str(path), "comment": _comment(path)}


def _written(environment: Environment, spec: SyncSpec, mapping: str | None) -> list[dict[str, Any]]:
    salesforce = environment.salesforce(spec.salesforce_conn_id)
    daktela = environment.daktela(spec)
    database = choose_database(spec, environment.daktela_database(spec.daktela_conn_id), daktela)
    transforms = {**BUILT_IN, **load_project_transforms(environment.transforms_folder())}
    rows = []
    for found in spec.mappings:
        if mapping in (None, found.name):
            names = discover_fields(found, salesforce, daktela, database=database)
            path = _write(spec, found.name, editor_schema(spec, found, names, transforms))
            tests = _write(spec, f"{found.name}.tests", tests_schema(found))
            rows.append(
                {
                    "sync": spec.name,
                    "mapping": found.name,
                    "salesforce_fields": len(names.source),
                    "daktela_fields": len(names.target.fields),
                    "file": str(path),
                    "comment": _comment(path),
                    "tests_file": str(tests),
                    "tests_comment": _comment(tests, above="../"),
                }
            )
    return rows


def _comment(schema: Path, above: str = "") -> str:
    return f"# yaml-language-server: $schema={above}{FOLDER}/{schema.name}"


def _write(spec: SyncSpec, stem: str, schema: dict[str, Any]) -> Path:
    path = Path(spec.folder) / FOLDER / f"{stem}.json"
    write_generated(path, json.dumps(schema, indent=1, ensure_ascii=False) + "\n")
    return path
