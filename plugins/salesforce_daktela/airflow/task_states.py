"""The states of a run's other tasks, as Airflow knows them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from airflow.sdk import Context


def failed_tasks(context: Context, task_ids: Sequence[str]) -> list[str]:
    """Return those of ``task_ids`` that ran and failed in this run, in order; a mapped task with its index.

    Airflow's key for task 3 of a mapped ``load`` is ``load_3``. Here it is ``load [3]``, as in Airflow's UI.
    """
    ti: Any = context["ti"]
    states = ti.get_task_states(dag_id=ti.dag_id, task_ids=list(task_ids), run_ids=[ti.run_id]).get(ti.run_id, {})
    failed = [_named(key, task_ids) for key, state in states.items() if state == "failed"]
    failed.sort(key=lambda found: (task_ids.index(found[0]), found[1]))
    return [task_id if index < 0 else f"{task_id} [{index}]" for task_id, index in failed]


def _named(key: str, task_ids: Sequence[str]) -> tuple[str, int]:
    if key in task_ids:
        return key, -1
    task_id, _, index = key.rpartition("_")
    return task_id, int(index)
