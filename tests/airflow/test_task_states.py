"""Which tasks of a run failed, as Airflow tells it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from salesforce_daktela.airflow.task_states import failed_tasks


class Instance:
    """A task instance as the task SDK gives it, with the states that the server would answer."""

    dag_id, run_id = "salesforce_to_daktela__default", "manual__1"

    def __init__(self, states: Mapping[str, str | None]) -> None:
        self.states = states

    def get_task_states(self, *, dag_id: str, task_ids: list[str], run_ids: list[str]) -> dict[str, Any]:
        """The reply's shape: states by run, tasks by name, mapped ones with their index behind it."""
        assert (dag_id, run_ids) == (self.dag_id, [self.run_id])
        asked = {key: state for key, state in self.states.items() if key.startswith(tuple(task_ids))}
        return {self.run_id: asked} if asked else {}


def failed(states: Mapping[str, str | None], *names: str) -> list[str]:
    context: Any = {"ti": Instance(states)}
    return failed_tasks(context, names)


def test_tasks_that_failed_are_named_in_their_order() -> None:
    """Index 10 comes after index 2, and a task that was held up by another is not one that failed."""
    states = {
        "contacts.load_10": "failed",
        "contacts.load_2": "failed",
        "contacts.load_0": "success",
        "contacts.transform": "failed",
        "contacts.settle": "upstream_failed",
    }
    assert failed(states, "contacts.transform", "contacts.load", "contacts.settle") == [
        "contacts.transform",
        "contacts.load [2]",
        "contacts.load [10]",
    ]


def test_a_run_without_such_tasks_has_no_failed_one() -> None:
    """Airflow leaves the run out of its answer."""
    assert failed({}, "contacts.load") == []
