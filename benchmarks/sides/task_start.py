"""A task's process from the fork to the first line of its step, without a scheduler: what it reads and imports."""

from __future__ import annotations

import importlib
import json
import os
import sys
import time
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.sides.side import Order, Watch, run_side

FORKING = (
    "airflow.sdk.execution_time.supervisor",
    "airflow.sdk.execution_time.task_runner",
    "airflow.executors.local_executor",
    "airflow.dag_processing.dagbag",
)
"""What the scheduler has imported when it forks, whatever its DAGs are."""


def work(order: Order, _watch: Watch) -> dict[str, object]:
    """Fork ``repeats`` times; give the medians of seconds and of processor seconds."""
    for name in FORKING:
        importlib.import_module(name)
    if order["preload"]:
        importlib.import_module("salesforce_daktela.airflow.preload").preload()
    taken = [_forked(order) for _ in range(int(order["repeats"]))]
    return {"seconds": median(one["seconds"] for one in taken), "cpu": median(one["cpu"] for one in taken)}


def _forked(order: Order) -> dict[str, float]:
    reading, writing = os.pipe()
    began = time.monotonic()
    child = os.fork()
    if not child:
        code = 1
        try:
            os.write(writing, json.dumps(_started(order, began)).encode())
            code = 0
        finally:
            os._exit(code)
    os.close(writing)
    with os.fdopen(reading) as told:
        answer = told.read()
    if os.waitpid(child, 0)[1]:
        raise RuntimeError("the task's process failed: see the log")
    found: dict[str, float] = json.loads(answer)
    return found


def _started(order: Order, began: float) -> dict[str, float]:
    """Read the DAG file as Airflow's task runner does, find the task, and import what its step imports first."""
    from airflow.dag_processing.dagbag import BundleDagBag
    from airflow.sdk.definitions._internal.dag_parsing_context import _airflow_parsing_context_manager

    file = Path(order["dag_file"])
    with _airflow_parsing_context_manager(dag_id=order["dag_id"], task_id=order["task_id"]):
        bag: Any = BundleDagBag(
            dag_folder=str(file), safe_mode=False, load_op_links=False, bundle_path=file.parent, bundle_name="benchmark"
        )
    if bag.import_errors:
        raise RuntimeError(str(bag.import_errors))
    task = bag.dags[order["dag_id"]].get_task(order["task_id"])
    # The class is enough: what a task was given does not matter to its start.
    operator = getattr(task, "operator_class", type(task))
    operator.pre_execute(operator, {})
    for name in order["modules"]:
        importlib.import_module(name)
    if order["modules"] and "pyarrow" in sys.modules:
        # The first value that Arrow converts may cost an import as well.
        importlib.import_module("pyarrow").scalar(0)
    return {"seconds": time.monotonic() - began, "cpu": time.process_time()}


if __name__ == "__main__":
    run_side(work)
