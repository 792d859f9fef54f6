"""A run that compares both sides, without a scheduler."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from salesforce_daktela.ledger.ledger import Ledger
from salesforce_daktela.ledger.records.entries import RecordState
from salesforce_daktela.steps.local.reconcile import LocalReconcile
from salesforce_daktela.steps.local.run import LocalRun
from salesforce_daktela.steps.reconcile.comparison import Comparison
from salesforce_daktela.steps.reconcile.report import ReconcileReport
from salesforce_daktela.sync.request import Mode, RunRequest
from sandbox.daktela.store import Record
from sandbox.testing import Sandbox
from tests.scenarios.oracle import alive
from tests.scenarios.scenario_runner import Runner

WRITES = ("POST", "PUT", "DELETE")
NOTHING: dict[str, dict[str, int]] = {"accounts": {}, "contacts": {}, "leads": {}, "opportunities": {}}
PIPELINE = {"bulk_above": "10", "on_delete": "keep"}
SOBJECTS = {"accounts": "Account", "contacts": "Contact", "leads": "Lead", "opportunities": "Opportunity"}


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


def writes(runner: Runner) -> dict[str, int]:
    """Requests to Daktela that write, by verb."""
    return {verb: runner.daktela.calls[verb] for verb in WRITES}


def own_records(runner: Runner, mapping: str, sandbox: Sandbox, sobject: str) -> list[str]:
    """Ids of records that are live under our own name."""
    entries = runner.ledger.records.read("default", mapping, [row["Id"] for row in alive(sandbox, sobject)])
    return sorted(id_ for id_, entry in entries.items() if not entry.adopted and entry.state is RecordState.LIVE)


def stored_contact(sandbox: Sandbox, contact: str) -> Record:
    """The contact as Daktela stores it."""
    held = sandbox.daktela.get("contacts", f"sf_contact_{contact}")
    assert held is not None
    return held


def lose_ledger(runner: Runner, home: Path) -> None:
    """Give the runner an empty ledger in place of its own."""
    runner.ledger.close()
    runner.ledger = Ledger.open(f"sqlite:///{home / 'new-ledger.db'}")
    runner.ledger.upgrade()
