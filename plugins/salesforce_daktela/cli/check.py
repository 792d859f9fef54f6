"""``check``: are the mapping files right, and do they fit both systems?"""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from salesforce_daktela.cli.environment import Environment
from salesforce_daktela.cli.exits import exits
from salesforce_daktela.cli.mapping_tests import failures
from salesforce_daktela.cli.options import JsonOption, SyncOption, chosen_folders, named_ledger, opened
from salesforce_daktela.cli.output import print_json, print_line, print_table
from salesforce_daktela.mapping.language.loader import load_sync
from salesforce_daktela.mapping.model import SyncSpec
from salesforce_daktela.mapping.problems import MappingError
from salesforce_daktela.mapping.transforms.registry import load_project_transforms
from salesforce_daktela.steps.mapping_tests.running import run_mapping_tests
from salesforce_daktela.steps.preflight.check import check_sync
from salesforce_daktela.sync.lag import Standing, lag_of

OfflineOption = Annotated[bool, typer.Option("--offline", help="The files and their tests: needs no connection.")]


@exits
def check(
    ctx: typer.Context, sync: SyncOption = None, offline: OfflineOption = False, as_json: JsonOption = False
) -> bool:
    """Hold the mapping files against each other and against both systems; changes nothing.

    Ends with 1 when a run would stop at what is found.
    """
    environment = opened(ctx)
    answers = [_checked(environment, folder, offline=offline) for folder in chosen_folders(environment, sync)]
    if as_json:
        print_json({"syncs": answers})
    else:
        for answer in answers:
            _show(answer)
    return not any(answer["errors"] or any(found["errors"] for found in answer["mappings"]) for answer in answers)


def _checked(environment: Environment, folder: Path, *, offline: bool) -> dict[str, Any]:
    try:
        spec = load_sync(folder, transforms_folder=environment.transforms_folder())
    except MappingError as exc:
        return {
            "sync": folder.name,
            "errors": [str(problem) for problem in exc.problems],
            "warnings": [],
            "mappings": [],
        }
    return _of_tests(environment, spec) if offline else _of_systems(environment, spec)


def _of_tests(environment: Environment, spec: SyncSpec) -> dict[str, Any]:
    """The files alone, and the tests of their mappings."""
    tried = run_mapping_tests(spec, load_project_transforms(environment.transforms_folder()))
    counted = {"passed": len(tried.rows) - len(tried.failed), "failed": len(tried.failed)}
    return {**_of_files(spec), "errors": failures(tried), "tests": counted}


def _of_files(spec: SyncSpec) -> dict[str, Any]:
    rows = [
        {"mapping": m.name, "salesforce": m.sobject, "daktela": m.entity.value, "fields": len(m.fields)}
        for m in spec.mappings
    ]
    return {
        "sync": spec.name,
        "errors": [],
        "warnings": [],
        "mappings": [{**row, "errors": [], "warnings": []} for row in rows],
    }


def _of_systems(environment: Environment, spec: SyncSpec) -> dict[str, Any]:
    ledger = environment.ledger()
    found = check_sync(
        spec,
        environment.salesforce(spec.salesforce_conn_id),
        environment.daktela(spec),
        database=environment.daktela_database(spec.daktela_conn_id),
        project_transforms=load_project_transforms(environment.transforms_folder()),
        ledger=ledger,
    )
    answer = _of_files(spec)
    answer["mappings"] = [
        {
            **row,
            "errors": list(found.mappings[row["mapping"]].errors),
            "warnings": list(found.mappings[row["mapping"]].warnings),
            **_standing(found.mappings[row["mapping"]].watermark),
        }
        for row in answer["mappings"]
    ]
    return {
        **answer,
        "errors": list(found.errors),
        "warnings": list(found.warnings),
        "connections": asdict(found.connections),
        "ledger": named_ledger(ledger),
    }


def _standing(watermark: datetime | None) -> dict[str, Any]:
    standing = Standing(lag=lag_of(watermark, datetime.now(UTC)))
    return {
        "watermark": None if watermark is None else watermark.isoformat(),
        "lag_seconds": standing.to_dict()["lag_seconds"],
        "lag": standing.age() or "never settled",
    }


def _show(answer: dict[str, Any]) -> None:
    connections = answer.get("connections")
    if connections is not None:
        print_line(f"ledger {answer['ledger']['identity'] or 'without tables'} at {answer['ledger']['place']}")
        print_table(f"sync {answer['sync']}: connections", ("", "found"), connections.items())
    print_table(
        f"sync {answer['sync']}: mappings",
        ("mapping", "Salesforce", "Daktela", "fields", "errors", "warnings", "behind Salesforce"),
        [
            (
                *(m[column] for column in ("mapping", "salesforce", "daktela", "fields")),
                len(m["errors"]),
                len(m["warnings"]),
                m.get("lag", ""),
            )
            for m in answer["mappings"]
        ],
    )
    if "tests" in answer:
        print_line(f"tests of mappings: {answer['tests']['passed']} passed, {answer['tests']['failed']} failed")
    for error in [*answer["errors"], *(error for m in answer["mappings"] for error in m["errors"])]:
        print_line(f"error: {error}")
    for warning in [*answer["warnings"], *(warning for m in answer["mappings"] for warning in m["warnings"])]:
        print_line(f"warning: {warning}")
