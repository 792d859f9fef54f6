"""Runs of a sync's DAGs that Airflow gives one id, as it does when their schedules meet in a minute."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import pytest
from airflow.sdk import DAG

from salesforce_daktela.airflow.dag_ids import airflow_run, kept_run
from tests.airflow.stepping import SteppedRun
from tests.airflow.test_dags import load_dags
from tests.airflow.test_reconcile_dag import runner, sandbox
from tests.scenarios.scenario_runner import Runner

__all__ = ["runner", "sandbox"]

pytestmark = [pytest.mark.usefixtures("airflow_database"), pytest.mark.filterwarnings("ignore")]

MET = "scheduled__2026-11-29T03:15:00+00:00"
MAPPINGS = ("accounts", "contacts", "leads", "opportunities")


def in_order(dag: DAG) -> list[str]:
    return [task.task_id for task in dag.topological_sort()]


def alternating(runs: Sequence[SteppedRun]) -> None:
    """A task of each run in turn."""
    for names in itertools.zip_longest(*(in_order(run.dag) for run in runs)):
        for run, name in zip(runs, names, strict=True):
            if name is not None:
                run.carry_out([name])


def test_a_load_and_a_comparison_of_one_id_keep_apart_what_they_read_and_report(
    runner: Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    runner.run()
    dags = load_dags(monkeypatch, runner.folder.parent).dags
    loading, comparing, planning = (
        SteppedRun(dags[f"{prefix}default"], MET, {}) for prefix in ("salesforce_to_daktela__", "reconcile__", "plan__")
    )
    alternating([loading, comparing, planning])
    assert [run.raised for run in (loading, comparing, planning)] == [{}, {}, {}]
    told = {kept: runner.ledger.reports.read("default", kept) for kept in (MET, f"reconcile__{MET}")}
    assert {report["mode"] for report in told[MET]} == {"incremental"}
    assert {report["mode"] for report in told[f"reconcile__{MET}"]} == {"reconcile"}
    assert [sorted(report["mapping"] for report in reports) for reports in told.values()] == [sorted(MAPPINGS)] * 2
    for report in told[f"reconcile__{MET}"]:
        assert report["counts"].get("missing", 0) == 0


@pytest.mark.parametrize("prefix", ["salesforce_to_daktela__", "reconcile__", "plan__"])
def test_a_run_is_found_again_by_the_id_it_is_kept_under(prefix: str) -> None:
    assert airflow_run(kept_run(f"{prefix}default", MET)) == (prefix, MET)


def test_runs_of_the_loading_dag_keep_their_ids() -> None:
    """What an earlier release has written is found under them."""
    assert kept_run("salesforce_to_daktela__reconcile__x", MET) == MET
