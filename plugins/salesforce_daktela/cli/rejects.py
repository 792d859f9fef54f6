"""``rejects``: which records are refused, why, and when they are tried again."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict
from typing import Annotated, Any

import typer

from salesforce_daktela.cli.exits import exits
from salesforce_daktela.cli.options import (
    JsonOption,
    MappingOption,
    SyncOption,
    chosen_syncs,
    current_ledger,
    opened,
    print_answer,
    refuse_unknown_mapping,
)
from salesforce_daktela.cli.output import print_line, print_table
from salesforce_daktela.ledger.ledger import Ledger
from salesforce_daktela.mapping.model import SyncSpec
from salesforce_daktela.sync.codes import meaning

CodeOption = Annotated[str | None, typer.Option("--code", help="One reason, for example phone_invalid.")]
LimitOption = Annotated[int, typer.Option("--limit", min=0, help="Records shown; all are counted. JSON holds all.")]


@exits
def rejects(
    ctx: typer.Context,
    sync: SyncOption = None,
    mapping: MappingOption = None,
    code: CodeOption = None,
    limit: LimitOption = 50,
    as_json: JsonOption = False,
) -> bool:
    """List open rejects by mapping and reason; no value of a record is kept, so none is shown."""
    environment = opened(ctx)
    specs = chosen_syncs(environment, sync)
    refuse_unknown_mapping(specs, mapping)
    ledger = current_ledger(environment)
    rows = [row for spec in specs for row in _rows(spec, ledger, mapping) if code in (None, row["code"])]
    groups = _groups(rows)
    print_answer(ledger, {"groups": groups, "rejects": rows}, lambda: _show(groups, rows, limit), as_json=as_json)
    return True


def _show(groups: list[dict[str, Any]], rows: list[dict[str, Any]], limit: int) -> None:
    names = ("sync", "mapping", "code", "field", "records")
    print_table("open rejects", names, [[group[name] for name in names] for group in groups])
    for code in dict.fromkeys(group["code"] for group in groups):
        print_line(f"{code}: {meaning(code).text}")
    columns = ("mapping", "id", "code", "field", "attempts", "first_seen", "last_seen", "next_try")
    if rows and limit:
        shown = rows[:limit]
        print_table("records", columns, [[row[column] for column in columns] for row in shown])
        if len(shown) < len(rows):
            print_line(f"{len(rows) - len(shown)} more: raise --limit, or narrow by --mapping and --code")


def _rows(spec: SyncSpec, ledger: Ledger, mapping: str | None) -> list[dict[str, Any]]:
    return [
        {"sync": spec.name, "mapping": found.name, **asdict(reject)}
        for found in spec.mappings
        if mapping in (None, found.name)
        for reject in sorted(ledger.rejects.read(spec.name, found.name), key=lambda entry: (entry.code, entry.id))
    ]


def _groups(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    names = ("sync", "mapping", "code", "field")
    counted = Counter(tuple(row[name] for name in names) for row in rows)
    return [_group(dict(zip(names, key, strict=True)), count) for key, count in counted.most_common()]


def _group(of: dict[str, Any], count: int) -> dict[str, Any]:
    said = meaning(of["code"])
    return {**of, "records": count, "severity": said.severity.value, "what": said.what, "todo": said.todo}
