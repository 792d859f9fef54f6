"""``report``: what did a run do?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

import typer

from salesforce_daktela.cli.exits import exits
from salesforce_daktela.cli.options import (
    JsonOption,
    SyncOption,
    chosen_folders,
    current_ledger,
    opened,
    print_answer,
)
from salesforce_daktela.cli.output import print_line, print_table
from salesforce_daktela.errors import ConfigurationError
from salesforce_daktela.ledger.ledger import Ledger
from salesforce_daktela.sync.run_report import COMPARISON

RunOption = Annotated[str | None, typer.Option("--run", help="The run's id in Airflow; the latest run when left out.")]


@exits
def report(ctx: typer.Context, sync: SyncOption = None, run: RunOption = None, as_json: JsonOption = False) -> bool:
    """Tell what a run did, mapping by mapping, as the ledger keeps it.

    Ends with 1 when a part of the run has failed.
    """
    environment = opened(ctx)
    names = [folder.name for folder in chosen_folders(environment, sync)]
    ledger = current_ledger(environment)
    runs = () if run is None else environment.kept_runs(run)
    reports = [found for name in names for found in _reports(ledger, name, runs)]
    if run is not None and not reports:
        raise ConfigurationError(
            f"the ledger has no report of the run {run}",
            where="--run",
            advice="a run has one when its first mapping has ended: look at its tasks in Airflow, and whether the id "
            "is one of its list of runs",
        )
    without = [] if run else sorted({*names} - {found["sync"] for found in reports})
    print_answer(ledger, {"reports": reports}, lambda: _show(reports, without), as_json=as_json)
    return not any(found["state"] == "failed" for found in reports)


def _reports(ledger: Ledger, sync: str, runs: Sequence[str]) -> list[dict[str, Any]]:
    """The reports of these runs, of the latest one without any."""
    if runs:
        return [found for run in runs for found in ledger.reports.read(sync, run)]
    latest = ledger.reports.latest(sync, 1)
    return ledger.reports.read(sync, str(latest[0]["run_id"])) if latest else []


def _show(reports: list[dict[str, Any]], without: list[str]) -> None:
    for name in without:
        print_line(f"sync {name}: no run has a report yet")
    for found in reports:
        counts = found["counts"] if found["kind"] == COMPARISON else found["outcomes"]
        title = f"sync {found['sync']}, run {found['run_id']}, mapping {found['mapping']}: {found['state']}"
        print_table(title, ("outcome", "records"), [*sorted(counts.items()), *_sum(found)])
        for line in _lines(found):
            print_line(line)


def _sum(found: Mapping[str, Any]) -> list[tuple[str, int]]:
    return [] if found["kind"] == COMPARISON else [("read", int(found["extracted"]))]


def _lines(found: Mapping[str, Any]) -> list[str]:
    told = [text for text in (found.get("failure"), found["deferred"]) if text]
    told += [
        f"rejected: {each['count']} x {each['code']} in {each['field'] or 'the record'}"
        for each in found.get("rejects", ())
    ]
    told += [
        f"stored differently: {each['field']} ({each['how']}) in {each['count']} records"
        for each in found.get("stored_differently", ())
    ]
    if "watermark" in found:
        told.append(f"watermark: {found['watermark_before'] or 'none'} before, {found['watermark'] or 'none'} after")
    traffic = found["daktela_calls"] if found["kind"] == COMPARISON else found["daktela"]
    if traffic:
        told.append(f"requests to Daktela: {traffic['calls']}{_how_fast(traffic)}")
    if found["salesforce_calls"] is not None:
        told.append(f"requests to Salesforce: {found['salesforce_calls']}{_how_fast(found.get('salesforce_traffic'))}")
    answer = found["approval"]
    if answer is not None:
        told.append(f"{answer['by']} {'agreed' if answer['approved'] else 'declined'}")
    return told


def _how_fast(traffic: Mapping[str, Any] | None) -> str:
    if traffic is None:
        return ""
    return f", {traffic['rate']} a second, {traffic['throttled']} refused with 429, {traffic['retries']} repeated"
