"""The shipped sync's DAG with tasks that do nothing, each in its own process: it measures Airflow itself.

In ``as_quiet_empty_tasks`` the first task skips all others, as preflight does in a run without changes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from airflow.sdk import DAG, BaseOperator, TaskGroup
from airflow.sdk.exceptions import DownstreamTasksSkipped

PARENTS: Mapping[str, Sequence[str]] = {
    "accounts": (),
    "contacts": ("accounts",),
    "leads": ("contacts",),
    "opportunities": ("accounts",),
}


class NothingOperator(BaseOperator):
    """Does nothing. For an ``EmptyOperator`` the scheduler would start no process."""

    def __init__(self, *, parts: Any = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.parts = parts

    def execute(self, context: Any) -> list[Any]:
        """Return no parts, as in a run without changes."""
        return []


class LastOperator(NothingOperator):
    """Does nothing, and lets the scheduler skip the tasks after it."""

    def execute(self, context: Any) -> list[Any]:
        """Raise DownstreamTasksSkipped."""
        after = sorted(self.get_flat_relative_ids(upstream=False))
        raise DownstreamTasksSkipped(tasks=after)  # type: ignore[no-untyped-call]


for dag_id, first in (("as_many_empty_tasks", NothingOperator), ("as_quiet_empty_tasks", LastOperator)):
    with DAG(dag_id, schedule=None, start_date=datetime(2020, 1, 1, tzinfo=UTC), max_active_runs=1) as dag:
        ready = first(task_id="preflight")
        loads: dict[str, Any] = {}
        for name, parents in PARENTS.items():
            with TaskGroup(name):
                extract = NothingOperator(task_id="extract")
                transform = NothingOperator.partial(task_id="transform").expand(parts=extract.output)
                plan = NothingOperator(task_id="plan", trigger_rule="none_failed_min_one_success")
                approve = NothingOperator(task_id="approve")
                load = NothingOperator.partial(task_id="load", trigger_rule="none_failed").expand(
                    parts=transform.output
                )
                settle = NothingOperator(task_id="settle", trigger_rule="all_done")
            ready >> extract
            transform >> plan >> approve >> load
            [extract, load] >> settle
            for parent in parents:
                loads[parent] >> plan
            loads[name] = load
    globals()[dag_id] = dag
