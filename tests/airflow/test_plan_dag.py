"""The DAG that tells what the next run would do: its shape, and whole runs of it against the sandbox."""

from __future__ import annotations

import shutil
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from salesforce_daktela.airflow.operators.plan_sync import PLAN_TASK
from salesforce_daktela.airflow.operators.sync_operator import FAILURE
from salesforce_daktela.airflow.releases import AirflowFailException
from salesforce_daktela.ledger.ledger import Ledger
from salesforce_daktela.ledger.store.tables import metadata
from salesforce_daktela.steps.plan.sync_plan import SyncPlan
from sandbox.testing import Sandbox
from tests.airflow.stepping import SteppedRun
from tests.airflow.test_dags import SHIPPED, load_dags
from tests.airflow.test_reconcile_dag import sandbox
from tests.scenarios.conftest import FAST, deploy
from tests.scenarios.scenario_runner import Runner, counts, rewrite

__all__ = ["sandbox"]

DAG = "plan__default"
TRACES = {"sfd_runs", "sfd_checkpoints", "sfd_kept", "sfd_settings", "sfd_shares", "sfd_traffic"}
"""What a plan may leave in the ledger: its totals, how it read, the session, the rate it used, its requests."""

pytestmark = [pytest.mark.usefixtures("airflow_database"), pytest.mark.filterwarnings("ignore")]


def test_it_is_one_task_that_runs_while_the_sync_is_paused(monkeypatch: pytest.MonkeyPatch) -> None:
    """On from the beginning, started by nobody but people, and not tried again behind their backs."""
    dag = load_dags(monkeypatch, SHIPPED.parent).dags[DAG]
    assert dag.task_ids == [PLAN_TASK]
    assert (dag.is_paused_upon_creation, dag.timetable.can_be_scheduled, dag.max_active_runs) == (False, False, 1)
    assert dag.get_task(PLAN_TASK).retries == 0
    assert dag.get_task(PLAN_TASK).outlets == []


@pytest.fixture
def runner(sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Runner:
    """A deployment that has not loaded anything yet; its ledger and parts are those that the DAG sees."""
    folder = tmp_path / "mappings" / "default"
    shutil.copytree(SHIPPED, folder)
    rewrite(folder / "sync.yaml", "limits: {requests_per_second: 10, workers: 4, reserve_api_calls: 20%}", FAST)
    monkeypatch.setenv("AIRFLOW__SALESFORCE_DAKTELA__LEDGER_CONN_ID", "ledger")
    monkeypatch.setenv("AIRFLOW__SALESFORCE_DAKTELA__STAGING_PATH", str(tmp_path / "staging"))
    monkeypatch.setenv("AIRFLOW_CONN_LEDGER", f'{{"conn_type": "sqlite", "host": "{tmp_path / "ledger.db"}"}}')
    return deploy(folder, sandbox, tmp_path)


Planned = Callable[[], SteppedRun]


@pytest.fixture
def planned(runner: Runner, monkeypatch: pytest.MonkeyPatch) -> Planned:
    """Return a function that carries out the DAG's task."""

    def plan() -> SteppedRun:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            run = SteppedRun(load_dags(monkeypatch, runner.folder.parent).dags[DAG], "manual__1", {})
            run.carry_out([PLAN_TASK])
        return run

    return plan


def remembered(ledger: Ledger) -> dict[str, list[Any]]:
    """The rows of every table that says something of records, watermarks, schemas or whose memory it is."""
    with ledger.db.read() as connection:
        return {
            table.name: sorted(map(str, connection.execute(select(table))))
            for table in metadata.sorted_tables
            if table.name not in TRACES
        }


def holds(sandbox: Sandbox) -> list[str]:
    """Every record of Daktela with its values: some are there before the first run."""
    models = ("accounts", "contacts", "crmRecords")
    return [f"{record.values}" for model in models for record in sandbox.daktela.records(model)]


def test_it_tells_what_the_first_run_then_does_and_writes_nothing(
    planned: Planned, runner: Runner, sandbox: Sandbox, tmp_path: Path
) -> None:
    """Counts of each mapping, requests and their time; neither Daktela, the watermarks nor the staged parts change."""
    before, held = remembered(runner.ledger), holds(sandbox)
    run = planned()
    assert run.raised == {}
    plan = SyncPlan.from_dict(run.left[PLAN_TASK, "return_value"])
    assert remembered(runner.ledger) == before
    assert holds(sandbox) == held
    assert [path for path in (tmp_path / "staging").rglob("*") if path.is_file()] == []
    assert plan.seconds == plan.daktela_calls / plan.requests_per_second > 0
    assert plan.salesforce_calls
    assert {found.mapping: dict(found.counts) for found in plan.mappings} == counts(runner.run())


def test_its_result_names_the_files_and_no_staged_part(planned: Planned) -> None:
    """A page compares the fingerprint with that of the files it sees; the parts are deleted by then."""
    result = planned().left[PLAN_TASK, "return_value"]
    assert len(result["fingerprint"]) == 16
    assert {(plan["sample"], plan["planned"]) for plan in result["mappings"]} == {(None, None)}


def test_why_there_is_no_plan_is_left_for_the_page(planned: Planned, monkeypatch: pytest.MonkeyPatch) -> None:
    """In its pieces, at once, without the token."""
    monkeypatch.setenv("AIRFLOW_CONN_DAKTELA_DEFAULT", '{"conn_type": "daktela", "host": "", "password": "hush-hush"}')
    run = planned()
    assert isinstance(run.raised[PLAN_TASK], AirflowFailException)
    left = run.left[PLAN_TASK, FAILURE]
    assert (left["kind"], left["where"]) == ("ConfigurationError", "connection daktela_default: Instance URL")
    assert left["advice"]
    assert "hush-hush" not in str(left)


def test_an_exhausted_allowance_is_told_as_such(planned: Planned, sandbox: Sandbox) -> None:
    """The first run would be deferred as well."""
    sandbox.salesforce.switch(quota_remaining=5000)
    assert planned().left[PLAN_TASK, FAILURE]["kind"] == "QuotaError"
