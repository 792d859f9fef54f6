"""The rate of a sync with four load tasks at a time, with the services of the compose file."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor

from benchmarks.contacts_sync import contacts_alone
from benchmarks.daktela_control import DaktelaControl
from benchmarks.groups.load import LATENCY
from benchmarks.groups.tick import OURS
from benchmarks.groups.workers import CONNECTIONS, LAG_SECONDS, TASKS, change, wait_for_run
from benchmarks.settings import PROJECT, Settings
from demo.cluster import Cluster, running_cluster
from demo.stack import wait_for

RATE = 40
"""Requests per second in sync.yaml. With this latency four tasks of four connections could send 320."""

ROWS, QUICK_ROWS = 4_000, 400
EVERY = 0.5


def run(settings: Settings) -> dict[str, float | int]:
    """Load changed contacts in four parts, one request each; the server counts from the first to the last one."""
    rows = QUICK_ROWS if settings.quick else ROWS
    limits = {"requests_per_second": RATE, "workers": CONNECTIONS, "part_rows": rows // TASKS}
    with running_cluster(
        settings.home, PROJECT, size=str(rows), workers=TASKS, settle=lambda include: contacts_alone(include, limits)
    ) as cluster:
        wait_for("finding the DAG", lambda: cluster.airflow.known(f"/dags/{OURS}"), cluster.processes, 300)
        cluster.airflow.ask("PATCH", f"/dags/{OURS}", json={"is_paused": False})
        wait_for_run(cluster, cluster.airflow.trigger(OURS))
        measured, tasks = _loaded(cluster, rows)
    return {"tasks_rate": measured / RATE, "tasks_at_once": tasks}


def _loaded(cluster: Cluster, rows: int) -> tuple[float, int]:
    """Change every contact in Salesforce, load them, and return requests per second and the number of load tasks."""
    control = DaktelaControl(cluster.sandbox)
    control.switch(latency_seconds=LATENCY)
    change(cluster, rows, seed=1)
    time.sleep(LAG_SECONDS)
    control.forget()
    with ThreadPoolExecutor(1) as beside:
        run_id = cluster.airflow.trigger(OURS, {"mappings": ["contacts"]})
        ended = beside.submit(wait_for_run, cluster, run_id)
        seen: list[tuple[float, int]] = []
        while not ended.done():
            seen.append((time.monotonic(), control.kinds().get("PUT contacts/{name}", 0)))
            time.sleep(EVERY)
        ended.result()
    written = seen[-1][1]
    before = max(each for each in seen if each[1] == 0)
    after = min(each for each in seen if each[1] == written)
    loads = [task for task in cluster.airflow.tasks(OURS, run_id) if task["task_id"] == "contacts.load"]
    return written / (after[0] - before[0]), len(loads)
