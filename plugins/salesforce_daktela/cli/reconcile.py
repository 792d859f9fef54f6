"""``reconcile``: does Daktela hold what it should, also where no run has read anything?"""

from __future__ import annotations

from typing import Annotated

import typer

from salesforce_daktela.cli.exits import exits
from salesforce_daktela.cli.options import JsonOption, MappingOption, SyncArgument, opened, print_answer
from salesforce_daktela.cli.output import print_line, print_table
from salesforce_daktela.cli.running import agreed, chosen_runs
from salesforce_daktela.steps.local.reconcile import LocalReconcile
from salesforce_daktela.steps.reconcile.report import ReconcileReport
from salesforce_daktela.sync.request import reconcile_request

RepairOption = Annotated[bool, typer.Option("--repair", help="Put right what is found.")]
YesOption = Annotated[bool, typer.Option("--yes", help="Do not ask, however much would be changed.")]


@exits
def reconcile(
    ctx: typer.Context,
    sync: SyncArgument,
    mapping: MappingOption = None,
    repair: RepairOption = False,
    yes: YesOption = False,
    as_json: JsonOption = False,
) -> bool:
    """Compare everything that Salesforce and Daktela hold of one sync; without --repair nothing is changed.

    Ends with 1 when something is found and not repaired, or when a repair was declined or left a record rejected.
    """
    (run,) = chosen_runs(opened(ctx), sync, mapping, {"repair": repair}, reconcile_request, yes=yes)
    agrees = agreed(yes=yes)
    reports = LocalReconcile(run=run, agrees=lambda found: agrees(found.plan())).reconcile()
    answer = {"sync": sync, "reports": [report.to_dict() for report in reports]}
    print_answer(run.ledger, answer, lambda: _show(sync, reports), as_json=as_json)
    return all(_is_fine(report) for report in reports)


def _is_fine(report: ReconcileReport) -> bool:
    if report.state == "repaired":
        return not report.repaired.get("rejected")
    return report.state == "compared" and not report.found


def _show(sync: str, reports: list[ReconcileReport]) -> None:
    for report in reports:
        _show_mapping(sync, report)


def _show_mapping(sync: str, report: ReconcileReport) -> None:
    title = f"sync {sync}, mapping {report.mapping}"
    rows = [(kind, count, ", ".join(report.samples.get(kind, ()))) for kind, count in report.counts.items()]
    print_table(f"{title}: {report.state}", ("kind", "records", "some of them"), rows)
    if report.repaired:
        print_table(f"{title}: done", ("what", "records"), sorted(report.repaired.items()))
    for reject in report.rejects:
        print_line(f"rejected: {reject['count']} x {reject['code']} in {reject['field'] or 'the record'}")
    if report.failure:
        print_line(report.failure)
    if report.left_out:
        print_line(f"not compared, because the schema has changed: {', '.join(report.left_out)}")
