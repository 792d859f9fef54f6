"""Runs in a real Airflow: waited for, explained when they fail, and looked at in both systems."""

from __future__ import annotations

import contextlib
from datetime import datetime
from typing import Any

import psutil
import requests
from sqlalchemy import select

from demo.airflow_api import FINAL
from demo.stack import Stack
from salesforce_daktela.ledger.ledger import Ledger
from salesforce_daktela.ledger.store.tables import watermarks as marks

DAG = "salesforce_to_daktela__default"
COMPARING = "reconcile__default"
SECONDS = 400.0
PREFIXES = {
    "accounts": "sf_account_",
    "contacts": "sf_contact_",
    "leads": "sf_lead_",
    "opportunities": "sf_opportunity_",
}


def switch(stack: Stack, **settings: object) -> None:
    url = f"{stack.sandbox.daktela['url']}/__sandbox__/switches"
    requests.patch(url, json=settings, verify=stack.sandbox.ca, timeout=30).raise_for_status()


def finish(stack: Stack, run_id: str) -> dict[str, dict[str, Any]]:
    """Wait for a run to succeed and return its reports by mapping."""
    succeed(stack, run_id)
    quiet = stack.airflow.xcom(DAG, run_id, "preflight", "reports")
    if quiet is not None:
        return {report["mapping"]: report for report in quiet}
    reports = {name: stack.airflow.xcom(DAG, run_id, f"{name}.settle", "report") for name in PREFIXES}
    return {name: report for name, report in reports.items() if report is not None}


def succeed(stack: Stack, run_id: str) -> None:
    """Wait for a run to succeed, or tell where it stands."""
    state = stack.airflow.wait(DAG, run_id, SECONDS)
    assert state == "success", f"{run_id} is {state}\n{standing(stack, run_id)}"


def standing(stack: Stack, run_id: str) -> str:
    """Each task of a run, the runs that may be in its way, and the scheduler's last words."""
    tasks = [
        f"{task['task_id']}[{task['map_index']}] {task['state']}, try {task['try_number']}"
        for task in stack.airflow.tasks(DAG, run_id)
    ]
    others = [
        f"{run['dag_run_id']} {run['state']}, after {run['run_after']}"
        for run in stack.airflow.runs(DAG)
        if run["state"] not in FINAL
    ]
    said = stack.processes.tail("scheduler", 40)
    return "\n".join(["tasks:", *tasks, "unfinished runs:", *others, "scheduler:", said])


def watermarks(stack: Stack) -> dict[str, datetime | None]:
    ledger = Ledger.open(f"sqlite:///{stack.settings.home / 'salesforce_daktela' / 'ledger.db'}")
    return {name: ledger.watermarks.read("default", name) for name in PREFIXES}


def moved_by(stack: Stack) -> set[str]:
    """The runs that moved the watermarks last; the schedule goes on while other runs are looked at."""
    ledger = Ledger.open(f"sqlite:///{stack.settings.home / 'salesforce_daktela' / 'ledger.db'}")
    with ledger.db.read() as connection:
        return set(connection.execute(select(marks.c.run_id)).scalars())


def task_processes(stack: Stack) -> list[psutil.Process]:
    """The processes in which tasks run: the scheduler's descendants that have no children themselves."""
    scheduler = dict(stack.processes.running)["scheduler"]
    found = []
    for process in psutil.Process(scheduler.pid).children(recursive=True):
        with contextlib.suppress(psutil.NoSuchProcess):
            if process.ppid() != scheduler.pid and not process.children():
                found.append(process)
    return found


def loading(stack: Stack, run_id: str) -> bool:
    """Whether a part is being loaded. Only tasks that run are asked for: listing all costs the server much more."""
    running = {"params": {"state": "running"}}
    tasks = stack.airflow.ask("GET", f"/dags/{DAG}/dagRuns/{run_id}/taskInstances", **running)["task_instances"]
    return any(task["task_id"].endswith(".load") for task in tasks)


def loaded(stack: Stack, endpoint: str) -> list[str]:
    """Every name that Daktela's API lists."""
    names: list[str] = []
    while True:
        reply = requests.get(
            f"{stack.sandbox.daktela['url']}/api/v6/{endpoint}.json",
            params={"skip": str(len(names)), "take": "1000", "fields[0]": "name", "sort[0][field]": "name"},
            headers={"X-AUTH-TOKEN": stack.sandbox.daktela["token"]},
            verify=stack.sandbox.ca,
            timeout=60,
        )
        rows = reply.json()["result"]["data"]
        if not rows:
            return names
        names += [row["name"] for row in rows]
