"""The DAG that compares both sides: its shape, and whole runs of it against the sandbox."""

from __future__ import annotations

import json
import shutil
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from salesforce_daktela.ledger.ledger import Ledger
from salesforce_daktela.staging.store import PartRef
from sandbox.server import HOST_NAMES
from sandbox.testing import Sandbox, start_sandbox
from tests.airflow.test_dags import PROJECT, SHIPPED, load_dags
from tests.scenarios.conftest import FAST, deploy
from tests.scenarios.oracle import alive
from tests.scenarios.scenario_runner import Runner, rewrite

DAG = "reconcile__default"
SCHEDULE = 'schedule: "*/15 * * * *"'

pytestmark = [pytest.mark.usefixtures("airflow_database"), pytest.mark.filterwarnings("ignore")]


def test_it_has_five_steps_for_each_mapping(monkeypatch: pytest.MonkeyPatch) -> None:
    """What reads and maps is the loading DAG's own; parents are repaired before children are compared."""
    dag = load_dags(monkeypatch, SHIPPED.parent).dags[DAG]
    steps = ("extract", "transform", "compare", "approve", "repair", "report")
    mappings = ("accounts", "contacts", "leads", "opportunities")
    assert sorted(dag.task_ids) == sorted(["preflight", *(f"{name}.{step}" for name in mappings for step in steps)])
    assert dag.get_task("contacts.compare").upstream_task_ids == {"contacts.transform", "accounts.repair"}
    assert set(dag.params) == {"repair", "mappings"}
    assert {task.retries for task in dag.tasks} == {4}


@pytest.mark.parametrize(("setting", "schedule"), [("never", None), ('"0 4 1 * *"', "0 4 1 * *"), ("", "17 3 * * 0")])
def test_its_schedule_is_a_setting(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, setting: str, schedule: str | None
) -> None:
    """Weekly unless sync.yaml says otherwise; without a schedule it is started by hand."""
    shutil.copytree(SHIPPED, tmp_path / "default")
    rewrite(tmp_path / "default" / "sync.yaml", SCHEDULE, f"{SCHEDULE}\n{f'reconcile: {setting}' if setting else ''}")
    timetable = load_dags(monkeypatch, tmp_path).dags[DAG].timetable
    # Each release of Airflow reads a cron expression by a timetable of its own.
    expressions = [getattr(timetable, name, None) for name in ("expression", "_expression")]
    assert next(filter(None, expressions), None) == schedule


@pytest.fixture
def sandbox(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Sandbox]:
    """Both servers, and Airflow's connections to them."""
    with start_sandbox(tmp_path / "sandbox", size=12) as started:
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(started.ca))
        monkeypatch.setenv("AIRFLOW__SALESFORCE_DAKTELA__TRUSTED_HOSTS", ",".join(HOST_NAMES))
        described = started.description()
        salesforce, daktela = described["salesforce"], described["daktela"]
        extra = {name: salesforce[name] for name in ("security_token", "consumer_key", "consumer_secret")}
        login = {"host": salesforce["url"], "login": salesforce["username"], "password": salesforce["password"]}
        connections = {
            "SALESFORCE": {"conn_type": "salesforce", **login, "extra": extra},
            "DAKTELA": {"conn_type": "daktela", "host": daktela["url"], "password": daktela["token"]},
        }
        for name, connection in connections.items():
            monkeypatch.setenv(f"AIRFLOW_CONN_{name}_DEFAULT", json.dumps(connection))
        yield started


@pytest.fixture
def runner(sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Runner:
    """A deployment whose first load is over; its ledger and parts are those that the DAG sees."""
    folder = tmp_path / "mappings" / "default"
    shutil.copytree(PROJECT / "include" / "mappings" / "default", folder)
    rewrite(folder / "sync.yaml", "limits: {requests_per_second: 10, workers: 4, reserve_api_calls: 20%}", FAST)
    rewrite(folder / "sync.yaml", "timezone:", "retain: 2d\ntimezone:")
    rewrite(folder / "contacts.yaml", "on_delete: keep", "on_delete: delete")
    monkeypatch.setenv("AIRFLOW_CONN_LEDGER", json.dumps({"conn_type": "sqlite", "host": str(tmp_path / "ledger.db")}))
    monkeypatch.setenv("AIRFLOW__SALESFORCE_DAKTELA__LEDGER_CONN_ID", "ledger")
    monkeypatch.setenv("AIRFLOW__SALESFORCE_DAKTELA__STAGING_PATH", str(tmp_path / "staging"))
    deployed = deploy(folder, sandbox, tmp_path)
    deployed.run()
    return deployed


Started = Callable[[dict[str, Any]], tuple[str, dict[str, dict[str, Any]]]]


@pytest.fixture
def started(runner: Runner, monkeypatch: pytest.MonkeyPatch) -> Started:
    """Return a function that carries out the DAG and gives its run's id and the reports of its mappings."""
    dag = load_dags(monkeypatch, runner.folder.parent).dags[DAG]

    def start(conf: dict[str, Any]) -> tuple[str, dict[str, dict[str, Any]]]:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            run = dag.test(run_conf=conf)
        assert str(run.state) == "success"
        instances = {instance.task_id: instance for instance in run.get_task_instances()}
        reports = {
            name: instances[f"{name}.report"].xcom_pull(task_ids=f"{name}.report", key="report")
            for name in ("accounts", "contacts", "leads", "opportunities")
        }
        return f"reconcile__{run.run_id}", {name: report for name, report in reports.items() if report is not None}

    return start


@pytest.mark.heavy
def test_a_run_reports_and_a_run_with_repair_puts_right(
    started: Started, runner: Runner, sandbox: Sandbox, tmp_path: Path
) -> None:
    """The first changes nothing, and leaves the Ids of all findings behind for as long as parts are kept."""
    entries = runner.ledger.records.read("default", "contacts", [row["Id"] for row in alive(sandbox, "Contact")])
    deleted, edited = sorted(id_ for id_, entry in entries.items() if not entry.adopted)[:2]
    sandbox.salesforce.records.hard_delete("Contact", deleted)
    sandbox.daktela.edit("contacts", f"sf_contact_{edited}", {"lastname": "Jiná"})
    marks = runner.ledger.overview.all_watermarks()
    _, found = started({})
    assert {name: report["found"] for name, report in found.items()} == {
        "accounts": 0,
        "contacts": 2,
        "leads": 0,
        "opportunities": 0,
    }
    assert found["contacts"]["samples"] == {"extra": [deleted], "different": [edited]}
    rows = runner.store.read_part(PartRef(path=found["contacts"]["ids"], rows=2, size=0)).to_pylist()
    assert sorted(row["id"] for row in rows) == sorted([deleted, edited])
    assert sandbox.daktela.get("contacts", f"sf_contact_{deleted}") is not None
    run_id, repaired = started({"repair": True, "mappings": ["contacts"]})
    assert repaired["contacts"]["repaired"] == {"removed": 1, "updated": 1}
    assert sandbox.daktela.get("contacts", f"sf_contact_{deleted}") is None
    ledger = Ledger.open(f"sqlite:///{tmp_path / 'ledger.db'}")
    assert ledger.overview.all_watermarks() == marks
    totals = next(totals for totals in ledger.totals.read_runs("default", 20) if totals.run_id == run_id)
    assert (totals.mode, totals.state) == ("repair", "settled")


def test_a_comparison_that_the_quota_stops_says_nothing(started: Started, runner: Runner, sandbox: Sandbox) -> None:
    """It is deferred, in its totals too."""
    sandbox.salesforce.switch(quota_remaining=5000)
    run_id, reports = started({"mappings": ["leads"]})
    assert reports == {}
    assert [totals.state for totals in runner.ledger.totals.read_runs("default", 20) if totals.run_id == run_id] == [
        "deferred"
    ]
