"""Modules imported once by the process that forks the tasks, instead of once by each task."""

from __future__ import annotations

from importlib import import_module

FORKING = frozenset({"scheduler", "worker"})
"""``airflow scheduler`` under LocalExecutor and ``airflow celery worker``: each task is forked from one of them."""

NEEDED = (
    "salesforce_daktela.staging",  # before any other that imports Arrow: it chooses the allocator
    "email_validator",
    "salesforce_daktela.airflow.sync_dags.loading",
    "salesforce_daktela.airflow.hooks.daktela",
    "salesforce_daktela.airflow.hooks.salesforce",
    "salesforce_daktela.mapping.transforms.phone_numbers",
    "salesforce_daktela.steps.extract.extractor",
    "salesforce_daktela.steps.load.loader",
    "salesforce_daktela.steps.local.run",
    "salesforce_daktela.steps.plan.planner",
    "salesforce_daktela.steps.preflight.preflight",
    "salesforce_daktela.steps.settle.settle",
    "salesforce_daktela.steps.tick.begin",
    "salesforce_daktela.steps.transform.part",
)


def preload() -> None:
    """Import what the tasks of a sync import; raises ImportError when one of the modules is missing."""
    for name in NEEDED:
        import_module(name)
