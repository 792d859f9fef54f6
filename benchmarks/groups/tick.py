"""A run without changes, as it happens every few minutes, in a real Airflow."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.airflow_cpu import cpu_seconds
from benchmarks.daktela_control import DaktelaControl
from benchmarks.salesforce_control import SalesforceControl
from benchmarks.settings import PROJECT, Settings
from demo.stack import Stack, running_stack, wait_for

OURS, EMPTY, QUIET = "salesforce_to_daktela__default", "as_many_empty_tasks", "as_quiet_empty_tasks"
RUN_SECONDS = 600.0
RUNS = 3
IDLE_SECONDS = 20
AFTER_SECONDS = 2.0
"""What the scheduler does after the end of a run belongs to the run."""


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
        cpu = _cpu_of_a_run(stack, 1 if settings.quick else RUNS)
        started = [task for task in stack.airflow.tasks(OURS, stack.airflow.runs(OURS)[0]["dag_run_id"]) if task["pid"]]
    return {
        **calls,
        "overhead": median(ours) / median(empty),
        "seconds": median(ours),
        "empty_seconds": median(empty),
        "processes": len(started),
        **cpu,
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
    for dag in (EMPTY, QUIET, OURS):
        wait_for(f"finding {dag}", lambda dag=dag: stack.airflow.known(f"/dags/{dag}"), stack.processes, 180)  # type: ignore[misc]
        stack.airflow.ask("PATCH", f"/dags/{dag}", json={"is_paused": False})
    # A scheduled DAG that is not paused starts a run by itself.
    wait_for("the first run", lambda: bool(stack.airflow.runs(OURS)), stack.processes, 120)
    first = stack.airflow.runs(OURS)[-1]["dag_run_id"]
    stack.airflow.wait(OURS, first, RUN_SECONDS)


def _same_shape(stack: Stack) -> None:
    """Raise ValueError if the empty DAG no longer has the same tasks as ours."""
    ours, *others = (_shape(stack, dag) for dag in (OURS, EMPTY, QUIET))
    if others != [ours, ours]:
        raise ValueError(f"the DAGs differ:\n{ours}\n{others}")


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


def _cpu_of_a_run(stack: Stack, runs: int) -> dict[str, float | int]:
    """Our run beside an empty one that starts one process as well, each less what an idle Airflow takes meanwhile."""
    idle, seconds = _taken(stack, lambda: _idle(stack))
    found: dict[str, list[float]] = {QUIET: [], OURS: []}
    for dag in found:
        _timed(stack, dag)
    for _ in range(runs):
        for dag, numbers in found.items():
            cpu, during = _taken(stack, lambda dag=dag: _timed(stack, dag))  # type: ignore[misc]
            numbers.append(cpu - idle * during / seconds)
    ours, empty = median(found[OURS]), median(found[QUIET])
    return {
        "cpu_seconds": ours / empty,
        "cpu_seconds_ours": ours,
        "cpu_seconds_empty": empty,
        "cpu_seconds_idle": idle / seconds,
    }


def _taken(stack: Stack, act: Callable[[], object]) -> tuple[float, float]:
    """The processor seconds of Airflow's programs during ``act`` and shortly after it, and how long that was."""
    began, spent = time.monotonic(), cpu_seconds(stack.processes)
    act()
    time.sleep(AFTER_SECONDS)
    return cpu_seconds(stack.processes) - spent, time.monotonic() - began


def _idle(stack: Stack) -> None:
    """Ask for a run's state as often as somebody does who waits for one."""
    last = stack.airflow.runs(OURS)[0]["dag_run_id"]
    for _ in range(IDLE_SECONDS):
        stack.airflow.state(OURS, last)
        time.sleep(1)


def _calls_of_one_run(stack: Stack) -> dict[str, float | int]:
    daktela, salesforce = DaktelaControl(stack.sandbox), SalesforceControl(stack.sandbox)
    daktela.forget()
    salesforce.forget()
    _timed(stack, OURS)
    return {"salesforce_calls": salesforce.calls(), "daktela_calls": daktela.calls()}
