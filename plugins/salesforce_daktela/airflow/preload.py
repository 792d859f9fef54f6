"""Modules imported once by the process that forks tasks, or readers of DAG files, instead of once by each of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib import import_module

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
"""What the tasks of a sync import."""

FORKING: Mapping[str, Sequence[str]] = {
    "scheduler": NEEDED,
    "worker": NEEDED,
    "dag-processor": ("salesforce_daktela.airflow.sync_dags.loading",),
}
"""``airflow scheduler`` under LocalExecutor and ``airflow celery worker`` fork each task, ``airflow dag-processor`` a
process for each time that a DAG file is read."""


def preload(modules: Sequence[str] = NEEDED) -> None:
    """Import modules; raises ImportError when one of them is missing."""
    for name in modules:
        import_module(name)
