"""The compose file's services, run natively: CeleryExecutor, two workers, PostgreSQL for everything, Redis."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from demo.cluster import Cluster, running_cluster
from demo.stack import FAST, wait_for
from salesforce_daktela.ledger.ledger import Ledger

PROJECT = Path(__file__).resolve().parents[2]
DAG = "salesforce_to_daktela__default"

pytestmark = [pytest.mark.heavy, pytest.mark.timeout(900)]


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """Everything the compose file starts, on the loopback."""
    with running_cluster(tmp_path_factory.mktemp("celery"), PROJECT, size="small", workers=2, settle=paced) as running:
        yield running


def paced(include: Path) -> None:
    """The shipped mappings at the sandbox's pace."""
    sync = include / "mappings" / "default" / "sync.yaml"
    lines = [FAST if line.startswith("limits:") else line for line in sync.read_text().splitlines()]
    sync.write_text("\n".join(lines))


def test_two_workers_bring_every_record(cluster: Cluster) -> None:
    """The DAG runs green over Celery, with the ledger in PostgreSQL and parts in a shared folder."""
    airflow = cluster.airflow
    wait_for("finding the DAG", lambda: airflow.known(f"/dags/{DAG}"), cluster.processes, 120)
    airflow.ask("PATCH", f"/dags/{DAG}", json={"is_paused": False})
    wait_for("the first run", lambda: bool(airflow.runs(DAG)), cluster.processes, 60)
    run_id = airflow.runs(DAG)[-1]["dag_run_id"]
    state = airflow.wait(DAG, run_id, 400)
    tasks = airflow.tasks(DAG, run_id)
    assert state == "success", {task["task_id"]: task["state"] for task in tasks}
    report = airflow.xcom(DAG, run_id, "contacts.settle", "report")
    assert sum(report["outcomes"].values()) == report["extracted"] > 500
    assert len({task["hostname"] for task in tasks if task["hostname"]}) >= 1


def test_the_next_run_over_celery_writes_what_changed(cluster: Cluster) -> None:
    """The watermark in PostgreSQL carries over."""
    cluster.sandbox.change("Account", 3)
    time.sleep(7)
    run_id = cluster.airflow.trigger(DAG)
    assert cluster.airflow.wait(DAG, run_id, 300) == "success"
    assert cluster.airflow.xcom(DAG, run_id, "accounts.settle", "report")["outcomes"] == {"updated": 3}
    ledger = Ledger.open(cluster.ledger.replace("postgresql://", "postgresql+psycopg2://"))
    assert ledger.watermarks.read("default", "accounts") is not None
