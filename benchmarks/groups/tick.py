"""A run without changes, as it happens every few minutes, in a real Airflow."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.daktela_control import DaktelaControl
from benchmarks.salesforce_control import SalesforceControl
from benchmarks.settings import PROJECT, Settings
from demo.stack import Stack, running_stack, wait_for

OURS, EMPTY = "salesforce_to_daktela__default", "as_many_empty_tasks"
RUN_SECONDS = 600.0
RUNS = 3


def run(settings: Settings) -> dict[str, float | int]:
    """Count calls at both servers, over all task processes; measure times of whole DAG runs, in turn."""
    project = _project_with(settings.home / "project", PROJECT / "benchmarks" / "dags")
    with running_stack(settings.home / "stack", project, size="tiny", profile="", say=lambda _: None) as stack:
        _unpause(stack)
        _same_shape(stack)
        for _ in range(1 if settings.quick else 2):
            _timed(stack, OURS)
        calls = _calls_of_one_run(stack)
        ours, empty = [], []
        for _ in range(1 if settings.quick else RUNS):
            empty.append(_timed(stack, EMPTY))
            ours.append(_timed(stack, OURS))
        started = [task for task in stack.airflow.tasks(OURS, stack.airflow.runs(OURS)[0]["dag_run_id"]) if task["pid"]]
    return {
        **calls,
        "overhead": median(ours) / median(empty),
        "seconds": median(ours),
        "empty_seconds": median(empty),
        "processes": len(started),
    }


def _project_with(folder: Path, dags: Path) -> Path:
    """Copy this project, with one more DAG file."""
    folder.mkdir(parents=True)
    for entry in PROJECT.iterdir():
        if entry.name not in ("dags", ".bench", ".git"):
            (folder / entry.name).symlink_to(entry)
    shutil.copytree(PROJECT / "dags", folder / "dags", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(dags, folder / "dags", ignore=shutil.ignore_patterns("__pycache__"), dirs_exist_ok=True)
    return folder


def _unpause(stack: Stack) -> None:
    for dag in (EMPTY, OURS):
        wait_for(f"finding {dag}", lambda dag=dag: stack.airflow.known(f"/dags/{dag}"), stack.processes, 180)  # type: ignore[misc]
        stack.airflow.ask("PATCH", f"/dags/{dag}", json={"is_paused": False})
    # A scheduled DAG that is not paused starts a run by itself.
    wait_for("the first run", lambda: bool(stack.airflow.runs(OURS)), stack.processes, 120)
    first = stack.airflow.runs(OURS)[-1]["dag_run_id"]
    stack.airflow.wait(OURS, first, RUN_SECONDS)


def _same_shape(stack: Stack) -> None:
    """Raise ValueError if the empty DAG no longer has the same tasks as ours."""
    shapes = [_shape(stack, dag) for dag in (OURS, EMPTY)]
    if shapes[0] != shapes[1]:
        raise ValueError(f"the two DAGs differ:\n{shapes[0]}\n{shapes[1]}")


def _shape(stack: Stack, dag: str) -> Mapping[str, Any]:
    tasks = stack.airflow.ask("GET", f"/dags/{dag}/tasks")["tasks"]
    return {
        task["task_id"]: (sorted(task["downstream_task_ids"]), task["trigger_rule"], task["is_mapped"])
        for task in tasks
    }


def _timed(stack: Stack, dag: str) -> float:
    """Start a run, wait for its end, and return its seconds from start to end."""
    run_id = stack.airflow.trigger(dag)
    state = stack.airflow.wait(dag, run_id, RUN_SECONDS)
    if state != "success":
        raise RuntimeError(f"run {run_id} of {dag} ended as {state}")
    ended = next(each for each in stack.airflow.runs(dag) if each["dag_run_id"] == run_id)
    return (datetime.fromisoformat(ended["end_date"]) - datetime.fromisoformat(ended["start_date"])).total_seconds()


def _calls_of_one_run(stack: Stack) -> dict[str, float | int]:
    daktela, salesforce = DaktelaControl(stack.sandbox), SalesforceControl(stack.sandbox)
    daktela.forget()
    salesforce.forget()
    _timed(stack, OURS)
    return {"salesforce_calls": salesforce.calls(), "daktela_calls": daktela.calls()}
