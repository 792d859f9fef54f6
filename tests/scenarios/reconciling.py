"""A run that compares both sides, without a scheduler."""

from __future__ import annotations

import time
from collections.abc import Callable

from salesforce_daktela.steps.local.reconcile import LocalReconcile
from salesforce_daktela.steps.local.run import LocalRun
from salesforce_daktela.steps.reconcile.comparison import Comparison
from salesforce_daktela.steps.reconcile.report import ReconcileReport
from salesforce_daktela.sync.request import Mode, RunRequest
from tests.scenarios.scenario_runner import Runner


def local_reconcile(
    runner: Runner,
    *mappings: str,
    repair: bool = False,
    agrees: Callable[[Comparison], bool] = lambda _: False,
) -> LocalReconcile:
    """The comparison of a deployment, of all mappings where none is named."""
    runner.runs += 1
    run = LocalRun(
        spec=runner.spec,
        request=RunRequest(mode=Mode.REPAIR if repair else Mode.RECONCILE, mappings=mappings),
        run_id=f"reconcile-{runner.runs}",
        salesforce=runner.salesforce,
        daktela=runner.daktela,
        ledger=runner.ledger,
        store=runner.store,
        database=None,
        transforms={},
        agrees=lambda _: False,
        sleep=lambda _: time.sleep(0.01),
    )
    return LocalReconcile(run=run, agrees=agrees)


def reconcile(runner: Runner, *mappings: str, repair: bool = False, agree: bool = False) -> dict[str, ReconcileReport]:
    """Compare, and put right if asked; the report of each mapping."""
    reports = local_reconcile(runner, *mappings, repair=repair, agrees=lambda _: agree).reconcile()
    return {report.mapping: report for report in reports}


def counts_of(reports: dict[str, ReconcileReport]) -> dict[str, dict[str, int]]:
    """Counts by kind, those aside that are right."""
    return {
        name: {kind: count for kind, count in report.counts.items() if kind != "right"}
        for name, report in reports.items()
    }
