"""How much later than an empty task's process one of ours comes to its first line."""

from __future__ import annotations

from collections.abc import Sequence

from benchmarks.measuring import Measured, measure
from benchmarks.settings import PROJECT, Settings

HOOKS, STEPS = "salesforce_daktela.airflow.hooks", "salesforce_daktela.steps"
MODULES = {
    "preflight": (
        f"{HOOKS}.salesforce",
        f"{HOOKS}.daktela",
        f"{STEPS}.run.mapping_snapshot",
        f"{STEPS}.run.shared_rate",
        f"{STEPS}.tick.begin",
        f"{STEPS}.extract.abandoned_jobs",
        f"{STEPS}.settle.other_syncs",
        f"{STEPS}.settle.retention",
        f"{STEPS}.run.standing",
    ),
    "contacts.extract": (f"{HOOKS}.salesforce", f"{STEPS}.run.mapping_snapshot", f"{STEPS}.extract.extractor"),
    "contacts.transform": (f"{STEPS}.run.mapping_snapshot", f"{STEPS}.transform.part"),
    "contacts.load": (f"{HOOKS}.daktela", f"{STEPS}.run.shared_rate", f"{STEPS}.assembly.mapping_steps"),
    "contacts.settle": (f"{STEPS}.run.mapping_snapshot", f"{STEPS}.settle.settle"),
}
"""What the ``execute`` of each operator imports: those imports are part of its start."""

OURS, EMPTY = "salesforce_to_daktela__default", "as_many_empty_tasks"
DAG_FILE, EMPTY_DAG_FILE = (
    PROJECT / "dags" / "salesforce_to_daktela.py",
    PROJECT / "benchmarks" / "dags" / f"{EMPTY}.py",
)
FORKS, QUICK_FORKS = 9, 1


def run(settings: Settings) -> dict[str, float | int]:
    """Without and with preloading: what each task takes beyond an empty one. ``seconds`` is of the slowest."""
    numbers: dict[str, float | int] = {}
    for preload, suffix in ((False, ""), (True, "_preloaded")):
        empty = _start(settings, EMPTY, "preflight", (), preload=preload)
        numbers |= {f"empty_seconds{suffix}": float(empty.facts["seconds"])}
        for task, modules in MODULES.items():
            ours, name = _start(settings, OURS, task, modules, preload=preload), task.rpartition(".")[2]
            for of in ("seconds", "cpu"):
                numbers[f"{name}_{of}{suffix}"] = ours.facts[of] - empty.facts[of]
        numbers[f"seconds{suffix}"] = max(numbers[f"{task.rpartition('.')[2]}_seconds{suffix}"] for task in MODULES)
    return numbers


def _start(settings: Settings, dag: str, task: str, modules: Sequence[str], *, preload: bool) -> Measured:
    order = {
        "dag_file": str(DAG_FILE if dag == OURS else EMPTY_DAG_FILE),
        "dag_id": dag,
        "task_id": task,
        "modules": modules,
        "preload": preload,
        "repeats": QUICK_FORKS if settings.quick else FORKS,
    }
    environment = {
        "AIRFLOW_HOME": str(settings.home / "airflow"),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__CORE__PLUGINS_FOLDER": str(PROJECT / "plugins"),
    }
    return measure("task_start", order, settings.home, environment)
