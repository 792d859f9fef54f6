"""Libraries loaded once by the program that forks the tasks, instead of once by each task."""

from __future__ import annotations

from importlib import import_module

FORKING = frozenset({"scheduler", "worker"})
"""``airflow scheduler`` under LocalExecutor and ``airflow celery worker``: each task begins as a copy of them."""

NEEDED = (
    "salesforce_daktela.airflow.dag_factory",
    "salesforce_daktela.airflow.daktela_hook",
    "salesforce_daktela.airflow.salesforce_hook",
    "salesforce_daktela.steps.extract",
    "salesforce_daktela.steps.load",
    "salesforce_daktela.steps.plan",
    "salesforce_daktela.steps.preflight",
    "salesforce_daktela.steps.settle",
    "salesforce_daktela.steps.transform",
)


def preload() -> None:
    """Import what the tasks of a sync import; raises ImportError when the environment lacks some of it."""
    for name in NEEDED:
        import_module(name)
