"""Puts the DAGs of a sync with many runs and their tasks into Airflow's database."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from airflow.models.dag import DagModel
from airflow.models.dagbundle import DagBundleModel
from airflow.models.dagrun import DagRun
from airflow.models.taskinstance import TaskInstance
from airflow.utils.session import create_session
from airflow.utils.state import DagRunState
from sqlalchemy import insert
from sqlalchemy.orm import Session

from benchmarks.sides.side import Order, Watch, run_side
from benchmarks.sides.watched_ledger import COMPARED_EVERY, PREFIXES
from salesforce_daktela.airflow.dag_ids import COMPARING, LOADING
from salesforce_daktela.airflow.dag_mark import describe_sync
from salesforce_daktela.mapping.language.loader import load_sync

TASKS = ("extract", "transform", "plan", "approve", "load", "settle")


def work(order: Order, _watch: Watch) -> dict[str, object]:
    """Add the ``runs`` of the sync in ``folder``, newest first as the ledger numbers them."""
    folder, now = Path(order["folder"]), datetime.now(UTC)
    with create_session() as session:
        session.merge(DagBundleModel(name="dags-folder"))
        session.flush()
        for prefix in (LOADING, COMPARING):
            _add_dag(session, prefix, folder)
        for number in range(order["runs"], 0, -1):
            prefix = COMPARING if number % COMPARED_EVERY == 0 else LOADING
            _add_run(session, f"{prefix}{folder.name}", number, now - timedelta(minutes=15 * number))
    return {}


def _add_dag(session: Session, prefix: str, folder: Path) -> None:
    of = {"dag_id": f"{prefix}{folder.name}", "bundle_name": "dags-folder", "is_paused": False, "is_stale": False}
    dag = DagModel(**of)  # type: ignore[no-untyped-call]
    dag.max_active_tasks, dag.has_task_concurrency_limits = 16, False
    dag.description = describe_sync(load_sync(folder)) if prefix == LOADING else ""
    session.merge(dag)
    session.flush()


def _add_run(session: Session, dag_id: str, number: int, at: datetime) -> None:
    run_id = f"scheduled__{number}"
    run = DagRun(dag_id=dag_id, run_id=run_id, run_type="scheduled", state=DagRunState("success"), run_after=at)
    run.start_date, run.end_date = at, at + timedelta(minutes=2)
    session.add(run)
    session.flush()
    of: dict[str, Any] = {"dag_id": dag_id, "run_id": run_id, "map_index": -1, "pool": "default_pool", "pool_slots": 1}
    tasks = [f"{mapping}.{task}" for mapping in PREFIXES for task in TASKS]
    session.execute(insert(TaskInstance), [{**of, "task_id": task, "state": "success"} for task in tasks])


if __name__ == "__main__":
    run_side(work)
