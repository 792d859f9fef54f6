"""The steps Plan and Activate over real folders, Airflow's database and the ledger."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI

from salesforce_daktela.airflow.dag_mark import describe_sync
from salesforce_daktela.ledger.ledger import Ledger
from salesforce_daktela.ledger.records.entries import RunTotals
from salesforce_daktela.mapping.language.loader import load_sync
from salesforce_daktela.steps.plan.sync_plan import SyncPlan
from salesforce_daktela.sync.run_report import RunReport
from tests.ui.conftest import Ask
from tests.ui.test_plan_view import PLAN

NOON = datetime(2026, 7, 1, 12, 0, tzinfo=UTC)
LOADING, PLANNING = "salesforce_to_daktela__sales", "plan__sales"
PLAN_PAGE, ACTIVATE_PAGE = "/syncs/sales/plan", "/syncs/sales/activate"
HOSTILE = "<img src=x onerror=alert(1)>"


@pytest.fixture
def airflow(server: FastAPI) -> Iterator[Airflow]:  # noqa: ARG001 its database
    """What Airflow's database holds; emptied afterwards."""
    from airflow.models.dag import DagModel
    from airflow.models.dagrun import DagRun
    from airflow.models.taskinstance import TaskInstance
    from airflow.models.xcom import XComModel
    from airflow.utils.session import create_session
    from sqlalchemy import delete

    yield Airflow()
    with create_session() as session:
        for model in (XComModel, TaskInstance, DagRun, DagModel):
            session.execute(delete(model))


class Airflow:
    """Puts DAGs, their runs, and what tasks have left into Airflow's database."""

    def deploy(self, folder: Path, *, paused: bool = True) -> None:
        """Make the DAGs of a folder known."""
        from airflow.models.dag import DagModel
        from airflow.models.dagbundle import DagBundleModel
        from airflow.utils.session import create_session

        with create_session() as session:
            session.merge(DagBundleModel(name="dags-folder"))
            session.flush()
            for dag_id, off in ((LOADING, paused), (PLANNING, False)):
                dag = DagModel(dag_id=dag_id, bundle_name="dags-folder", is_paused=off, is_stale=False)
                dag.max_active_tasks, dag.has_task_concurrency_limits = 16, False
                dag.description = describe_sync(load_sync(folder)) if dag_id == LOADING else ""
                session.merge(dag)

    def run(
        self, dag_id: str, state: str, *, run_id: str = "manual__1", after: datetime = NOON, **left: dict[str, Any]
    ) -> None:
        """Add a run; ``left`` are values by task and key, as ``plan__failure``."""
        from airflow.models.dagrun import DagRun
        from airflow.models.taskinstance import TaskInstance
        from airflow.models.xcom import XComModel
        from airflow.utils.session import create_session
        from airflow.utils.state import DagRunState
        from sqlalchemy import insert

        with create_session() as session:
            run = DagRun(dag_id=dag_id, run_id=run_id, run_type="manual", state=DagRunState(state), run_after=after)
            session.add(run)
            session.flush()
            for place, value in left.items():
                task, key = place.split("__")
                of = {"dag_id": dag_id, "run_id": run_id, "task_id": task.replace("_", "."), "map_index": -1}
                session.execute(insert(TaskInstance).values(**of, pool="default_pool", pool_slots=1))
                session.add(XComModel(dag_run_id=run.id, key=key, value=value, **of))


@pytest.fixture
def deployed(airflow: Airflow, add_sync: Callable[[str], Path]) -> Path:
    """A sync whose files are there, with its DAGs; it is off."""
    folder = add_sync("sales")
    airflow.deploy(folder)
    return folder


def plan_of(folder: Path) -> dict[str, Any]:
    return SyncPlan.of(load_sync(folder), PLAN.mappings).to_dict()


@pytest.mark.usefixtures("deployed")
def test_both_pages_are_steps_of_the_way(ask: Ask) -> None:
    """The one leads to the other."""
    page = ask(PLAN_PAGE, role="op").text
    assert 'aria-current="step"' in page
    assert 'href="/salesforce-daktela/syncs/sales/activate" rel="next"' in page
    assert 'data-start="plan__sales" disabled data-acts' in page


@pytest.mark.parametrize("page", [PLAN_PAGE, ACTIVATE_PAGE])
def test_only_what_is_saved_and_deployed_goes_on(page: str, ask: Ask, add_sync: Callable[[str], Path]) -> None:
    """Nothing at all is no page; files without a DAG wait, and the page knows for which DAG of which files."""
    assert ask(page, role="user").status_code == 404
    folder = add_sync("sales")
    waiting = ask(page, role="user").text
    assert "Waiting for deployment" in waiting
    assert f'data-waits-for="{LOADING}"' in waiting
    assert f'data-files="{plan_of(folder)["fingerprint"]}"' in waiting
    broken = folder / "contacts.yaml"
    broken.write_text(broken.read_text() + f'"{HOSTILE}": 1\n')
    mistakes = ask(page, role="user").text
    assert "Its files have mistakes" in mistakes
    assert HOSTILE not in mistakes


def test_a_draft_has_to_be_saved_first(ask: Ask) -> None:
    """The page leads back to the step Save."""
    from airflow.api_fastapi.auth.managers.simple.user import SimpleAuthManagerUser

    from salesforce_daktela.ui.drafting import open_draft

    draft = open_draft("sales", SimpleAuthManagerUser(username="a user", role="user"))
    draft.keep(draft.draft.with_text("sync.yaml", "mappings: []\n"))
    page = ask(PLAN_PAGE, role="user").text
    assert "Save first" in page
    assert 'href="/salesforce-daktela/syncs/sales/save"' in page


def test_a_dag_of_other_files_waits_for_deployment(ask: Ask, deployed: Path) -> None:
    """Until its description names these."""
    settings = deployed / "sync.yaml"
    settings.write_text(settings.read_text().replace("requests_per_second: 10", "requests_per_second: 9"))
    assert "Waiting for deployment" in ask(PLAN_PAGE, role="user").text


def test_a_plan_is_shown_from_what_its_task_has_left(ask: Ask, airflow: Airflow, deployed: Path) -> None:
    """Also on the step that activates, for as long as the files are the same."""
    airflow.run(PLANNING, "success", plan__return_value=plan_of(deployed))
    for page in (PLAN_PAGE, ACTIVATE_PAGE):
        shown = ask(page, role="user").text
        assert "1,198" in shown
        assert "about 1,201" in shown
        assert "Plan again before" not in shown
    airflow.deploy(deployed)
    settings = deployed / "sync.yaml"
    settings.write_text(settings.read_text().replace("requests_per_second: 10", "requests_per_second: 9"))
    airflow.deploy(deployed)
    assert "Plan again before" in ask(PLAN_PAGE, role="user").text
    assert "1,198" not in ask(ACTIVATE_PAGE, role="user").text


@pytest.mark.usefixtures("deployed")
def test_a_failed_plan_says_why_and_what_to_do(ask: Ask, airflow: Airflow) -> None:
    """Whatever it says is text."""
    told = {"kind": "ConfigurationError", "what": HOSTILE, "where": "connection x", "advice": "mend it"}
    airflow.run(PLANNING, "failed", plan__failure=told)
    page = ask(PLAN_PAGE, role="user").text
    for piece in ("<code>ConfigurationError</code>", "connection x: &lt;img", "mend it"):
        assert piece in page
    assert HOSTILE not in page


@pytest.mark.usefixtures("deployed")
def test_a_running_plan_is_followed(ask: Ask, airflow: Airflow) -> None:
    """Its id and state are there for the script, and it cannot be started twice."""
    airflow.run(PLANNING, "running")
    page = ask(PLAN_PAGE, role="user").text
    assert 'data-run="manual__1" data-state="running"' in page
    assert 'data-start="plan__sales" disabled' in page
    assert "data-acts" not in page


def test_a_settled_run_is_told_from_the_ledger(ask: Ask, airflow: Airflow, deployed: Path, tmp_path: Path) -> None:
    """Counts and reasons of rejects from its reports; links to the tasks in Airflow."""
    airflow.deploy(deployed, paused=False)
    rejects = [{"code": "email_invalid", "field": "customFields.email", "count": 2}]
    airflow.run(LOADING, "success")
    ledger = Ledger.open(f"sqlite:///{tmp_path / 'ledger.db'}")
    ledger.upgrade()
    report = RunReport(
        sync="sales",
        run_id="manual__1",
        mapping="accounts",
        mode="incremental",
        state="settled",
        extracted=1236,
        outcomes={"created": 1234, "rejected": 2},
        rejects=tuple(rejects),
    )
    ledger.totals.save_run(totals("manual__1"), report.to_dict())
    ledger.totals.save_run(totals("another"))
    ledger.close()
    page = ask(ACTIVATE_PAGE, role="user").text
    assert "The run is settled" in page
    assert "<td>1,234</td>" in page
    assert "<code>email_invalid</code> <bdi>accounts: 2 in customFields.email</bdi>" in page
    assert f'href="/dags/{LOADING}/runs/manual__1/tasks/accounts.settle" data-leave' in page
    assert 'data-paused="true"' in page


def totals(run_id: str) -> RunTotals:
    return RunTotals(
        sync="sales",
        run_id=run_id,
        mapping="accounts",
        mode="incremental",
        since=None,
        until=NOON,
        extracted=1236,
        counts={"created": 1234, "rejected": 2},
        notes={},
        state="settled",
        started=NOON,
        finished=NOON,
    )


def test_a_run_that_is_followed_stays_when_the_schedule_brings_another(
    ask: Ask, airflow: Airflow, deployed: Path
) -> None:
    """Under the address that names it; an unknown name is that of the latest."""
    airflow.deploy(deployed, paused=False)
    airflow.run(LOADING, "success")
    airflow.run(LOADING, "running", run_id="manual__2", after=NOON + timedelta(hours=1))
    assert 'data-run="manual__2"' in ask(ACTIVATE_PAGE, role="user").text
    assert 'data-run="manual__2"' in ask(f"{ACTIVATE_PAGE}?run=nothing", role="user").text
    kept = ask(f"{ACTIVATE_PAGE}?run=manual__1", role="user").text
    assert 'data-run="manual__1"' in kept
    assert "Show the latest run" in kept


@pytest.mark.usefixtures("deployed")
def test_whoever_may_only_look_sees_which_rights_are_missing(ask: Ask) -> None:
    """Nothing is hidden silently."""
    for page, missing in ((PLAN_PAGE, "needs the right to start runs"), (ACTIVATE_PAGE, "needs the right to edit")):
        shown = ask(page, role="viewer").text
        assert missing in shown
        assert "data-acts" not in shown
