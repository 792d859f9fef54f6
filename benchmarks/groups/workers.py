"""One load task at a time compared with four, with the services of the compose file."""

from __future__ import annotations

import time
from datetime import datetime
from typing import Any

import requests

from benchmarks.contacts_sync import contacts_alone
from benchmarks.daktela_control import DaktelaControl
from benchmarks.groups.load import LATENCY
from benchmarks.groups.tick import OURS, RUN_SECONDS
from benchmarks.settings import PROJECT, Settings
from demo.cluster import Cluster, running_cluster
from demo.stack import wait_for

TASKS = 4
CONNECTIONS = 4
"""Connections of each task: the default of sync.yaml."""

ROWS, QUICK_ROWS = 4_000, 400
TIMEOUT = 120.0
LAG_SECONDS = 7.0
"""Seconds to wait after changes: the window of a run ends five seconds ago."""


def run(settings: Settings) -> dict[str, float | int]:
    """Load changed contacts in four parts, without a limit of the rate.

    Throughput is their number divided by the time from the first load's start to the last one's end. A pool of one
    slot makes Airflow run one task at a time.
    """
    rows = QUICK_ROWS if settings.quick else ROWS
    limits = {"requests_per_second": 1000, "workers": CONNECTIONS, "part_rows": rows // TASKS}
    with running_cluster(
        settings.home, PROJECT, size=str(rows), workers=TASKS, settle=lambda include: contacts_alone(include, limits)
    ) as cluster:
        wait_for("finding the DAG", lambda: cluster.airflow.known(f"/dags/{OURS}"), cluster.processes, 300)
        cluster.airflow.ask("PATCH", f"/dags/{OURS}", json={"is_paused": False})
        wait_for_run(cluster, cluster.airflow.trigger(OURS))
        DaktelaControl(cluster.sandbox).switch(latency_seconds=LATENCY)
        four, parts = _throughput(cluster, rows, slots=128)
        one, _ = _throughput(cluster, rows, slots=1)
    return {"workers": four / one, "records_per_second_4": four, "records_per_second_1": one, "load_tasks": parts}


def _throughput(cluster: Cluster, rows: int, *, slots: int) -> tuple[float, int]:
    """Change every contact in Salesforce, load them, and return records per second and the number of load tasks."""
    cluster.airflow.ask("PATCH", "/pools/default_pool", params={"update_mask": "slots"}, json=_pool(slots))
    change(cluster, rows, seed=slots)
    time.sleep(LAG_SECONDS)
    run_id = cluster.airflow.trigger(OURS, {"mappings": ["contacts"]})
    wait_for_run(cluster, run_id)
    loads = [task for task in cluster.airflow.tasks(OURS, run_id) if task["task_id"] == "contacts.load"]
    began = min(datetime.fromisoformat(task["start_date"]) for task in loads)
    ended = max(datetime.fromisoformat(task["end_date"]) for task in loads)
    written = cluster.airflow.xcom(OURS, run_id, "contacts.settle", "report")["outcomes"]["updated"]
    return written / (ended - began).total_seconds(), len(loads)


def change(cluster: Cluster, rows: int, *, seed: int) -> None:
    """Change the description of every contact; it depends on the seed."""
    body = {"object": "Contact", "count": rows, "field": "Description", "seed": seed}
    url = f"{cluster.sandbox.salesforce['url']}/__sandbox__/mutate"
    requests.post(url, json=body, timeout=TIMEOUT, verify=cluster.sandbox.ca).raise_for_status()


def _pool(slots: int) -> dict[str, Any]:
    return {"name": "default_pool", "slots": slots, "include_deferred": False}


def wait_for_run(cluster: Cluster, run_id: str) -> None:
    """Wait until a run has succeeded. Raises RuntimeError when it has not."""
    state = cluster.airflow.wait(OURS, run_id, RUN_SECONDS)
    if state != "success":
        raise RuntimeError(f"run {run_id} ended as {state}")
