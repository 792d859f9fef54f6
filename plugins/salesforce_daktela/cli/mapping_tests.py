"""``test``: do the mappings make of a row what their tests expect?"""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from salesforce_daktela.cli.environment import Environment
from salesforce_daktela.cli.exits import exits
from salesforce_daktela.cli.options import JsonOption, chosen_folders, opened
from salesforce_daktela.cli.output import print_json, print_line, print_table
from salesforce_daktela.mapping.language.loader import load_sync
from salesforce_daktela.mapping.testing.coverage import Coverage
from salesforce_daktela.mapping.transforms.registry import load_project_transforms
from salesforce_daktela.steps.mapping_tests.running import TriedSync, TriedTest, run_mapping_tests

KINDS = ("field", "transform", "value")
OptionalSync = Annotated[str | None, typer.Argument(metavar="[SYNC]", help="One sync; all of them when left out.")]


@exits
def try_mappings(ctx: typer.Context, sync: OptionalSync = None, as_json: JsonOption = False) -> bool:
    """Run the tests beside the mappings (include/mappings/SYNC/tests); needs no connection and changes nothing.

    Ends with 1 when a test fails or cannot be read.
    """
    environment = opened(ctx)
    tried = [_tried(environment, folder) for folder in chosen_folders(environment, sync)]
    if as_json:
        print_json({"syncs": [_answer(each) for each in tried]})
    else:
        for each in tried:
            _show(each)
    return all(each.fine for each in tried)


def _tried(environment: Environment, folder: Path) -> TriedSync:
    transforms = environment.transforms_folder()
    spec = load_sync(folder, transforms_folder=transforms)
    return run_mapping_tests(spec, load_project_transforms(transforms))


def failures(tried: TriedSync) -> list[str]:
    """Return a line for each mistake in a test file, and for each field in which a test fails."""
    return [*map(str, tried.problems), *(line for row in tried.failed for line in _lines(row))]


def _lines(row: TriedTest) -> list[str]:
    return [f"{row.test.position}: {row.test.name}: {difference}" for difference in row.differences]


def _answer(tried: TriedSync) -> dict[str, Any]:
    return {
        "sync": tried.sync,
        "tests": [
            {
                "mapping": row.test.mapping,
                "name": row.test.name,
                "at": str(row.test.position),
                "passed": not row.differences,
                "differences": [asdict(difference) for difference in row.differences],
            }
            for row in tried.rows
        ],
        "errors": list(map(str, tried.problems)),
        "coverage": {name: _covered(found) for name, found in tried.coverage.items()},
    }


def _covered(found: Coverage) -> dict[str, Any]:
    counts = {kind: dict(zip(("tested", "of"), found.count(kind), strict=True)) for kind in KINDS}
    return {**counts, "missing": [asdict(item) for item in found.missing]}


def _show(tried: TriedSync) -> None:
    counts = tried.counts()
    print_table(
        f"sync {tried.sync}: tests of mappings",
        ("mapping", "tests", "failed", "fields tested", "transforms tested", "values of tables tested"),
        [
            (name, counts.get(name, 0), sum(row.test.mapping == name for row in tried.failed), *_shares(found))
            for name, found in tried.coverage.items()
        ],
    )
    for name, found in tried.coverage.items():
        if name in counts and found.missing:
            print_line(f"not tested in {name}: {', '.join(map(str, found.missing))}")
    for problem in tried.problems:
        print_line(f"error: {problem}")
    for row in tried.failed:
        print_line(f"failed: {row.test.position}: {row.test.name}")
        print_table(
            row.test.mapping,
            ("field", "expected", "got"),
            [(each.field, each.expected, each.got) for each in row.differences],
        )


def _shares(found: Coverage) -> list[str]:
    return [f"{tested} of {of}" for tested, of in (found.count(kind) for kind in KINDS)]
