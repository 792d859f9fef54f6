"""A run that has nothing to do, in a real scheduler: its first task settles it, and no other starts a process."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from demo.stack import Stack, running_stack, wait_for
from salesforce_daktela.ledger.ledger import Ledger

PROJECT = Path(__file__).resolve().parents[2]
DAG = "salesforce_to_daktela__default"
SECONDS = 300.0

pytestmark = [pytest.mark.heavy, pytest.mark.timeout(900)]


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory, empty_database: Path) -> Iterator[Stack]:
    """Sandbox and Airflow, after the first load and one run more."""
    with running_stack(
        tmp_path_factory.mktemp("quiet"), PROJECT, size="tiny", profile="", say=print, database=empty_database
    ) as started:
        airflow = started.airflow
        wait_for("finding the DAG", lambda: airflow.known(f"/dags/{DAG}"), started.processes, 120)
        airflow.ask("PATCH", f"/dags/{DAG}", json={"is_paused": False})
        wait_for("the first run", lambda: bool(airflow.runs(DAG)), started.processes, 120)
        assert airflow.wait(DAG, airflow.runs(DAG)[-1]["dag_run_id"], SECONDS) == "success"
        _run(started)
        yield started


def test_its_first_task_settles_it_and_the_others_are_skipped(stack: Stack) -> None:
    """One call of Salesforce, none of Daktela, one process; the ledger knows the run as settled."""
    journals = [f"{stack.sandbox.salesforce['url']}/__sandbox__/requests"]
    requests.delete(journals[0], timeout=30, verify=stack.sandbox.ca).raise_for_status()
    run_id = _run(stack)
    asked = requests.get(journals[0], params={"limit": "1000"}, timeout=30, verify=stack.sandbox.ca).json()
    assert [entry["path"].rpartition("/")[2] for entry in asked] == ["composite"]
    tasks = _tasks(stack, run_id)
    assert tasks.pop("preflight") == "success"
    assert Counter(tasks.values()) == {"skipped": 24}
    assert [task["task_id"] for task in stack.airflow.tasks(DAG, run_id) if task["pid"]] == ["preflight"]
    ledger = Ledger.open(f"sqlite:///{stack.settings.home / 'salesforce_daktela' / 'ledger.db'}")
    reports = ledger.reports.read("default", run_id)
    ledger.close()
    assert [(report["state"], report["extracted"]) for report in reports] == [("settled", 0)] * 4


def test_a_change_after_it_brings_the_other_tasks_back(stack: Stack) -> None:
    stack.sandbox.change("Account", 1)
    wait_for(
        "the change to be read",
        lambda: _tasks(stack, _run(stack))["accounts.load"] == "success",
        stack.processes,
        SECONDS,
    )


def _run(stack: Stack) -> str:
    run_id = stack.airflow.trigger(DAG)
    assert stack.airflow.wait(DAG, run_id, SECONDS) == "success"
    return run_id


def _tasks(stack: Stack, run_id: str) -> dict[str, Any]:
    return {task["task_id"]: task["state"] for task in stack.airflow.tasks(DAG, run_id)}
