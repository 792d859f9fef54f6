"""Prepares a process like that of a task: with the imports of the operators and the DAG file."""

from __future__ import annotations

import importlib

from benchmarks.sides.side import Order


def load_what_tasks_load(order: Order) -> None:
    """Import Airflow's operators if the order says so: their memory belongs to a task's."""
    if order.get("as_task"):
        importlib.import_module("salesforce_daktela.airflow.sync_dags.loading")
