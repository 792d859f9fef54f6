"""A step in a process as a task has it: the operators and the DAG file's imports are there before it begins."""

from __future__ import annotations

import importlib

from benchmarks.sides.side import Order


def load_what_tasks_load(order: Order) -> None:
    """Import Airflow's operators where the order asks for it: their memory counts as the task's."""
    if order.get("as_task"):
        importlib.import_module("salesforce_daktela.airflow.dags.loading")
