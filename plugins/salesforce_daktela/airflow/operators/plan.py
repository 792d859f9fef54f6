"""The task that counts what the load is about to do."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain
from typing import TYPE_CHECKING, Any

from salesforce_daktela.airflow.operators.parts_operator import of_reading
from salesforce_daktela.airflow.operators.sync_operator import PLANNED, SyncOperator
from salesforce_daktela.airflow.releases import AirflowSkipException

if TYPE_CHECKING:
    from airflow.sdk import Context


PLAN = "plan"


class PlanOperator(SyncOperator):
    """Counts what the load is about to do: always the removals, everything when the run asks for it.

    Without parts the scheduler skips it, and approve after it, without starting a process.
    """

    arrow_alone = True

    template_fields: Sequence[str] = ("parts",)

    def __init__(self, *, parts: Any, **kwargs: Any) -> None:
        super().__init__(trigger_rule="none_failed_min_one_success", **kwargs)
        self.parts = parts

    def execute(self, context: Context) -> dict[str, Any]:
        """Return the plan."""
        from salesforce_daktela.staging.keys import PartRef

        run, ti = self.task_run(context), context["ti"]
        extraction = self.reading(context)
        if not extraction or "deferred" in extraction:
            raise AirflowSkipException("nothing was extracted, so there is nothing to plan")
        plans: dict[str, Any] = {name: ti.xcom_pull(task_ids=f"{name}.plan") for name in run.parents(self.mapping)}
        planned = {name: plan["planned"] for name, plan in plans.items() if plan and plan["planned"]}
        parents = {name: PartRef.from_dict(part) for name, part in planned.items()}
        made = of_reading(chain.from_iterable(self.parts or ()), extraction)
        parts = [PartRef.from_dict(part["ref"]) for part in made]
        with self.deferring(context):
            steps = self.steps(run, extraction)
            with steps.counting(PLAN):
                planner = steps.planner(parents=parents, whole=not run.request.writes)
                plan = planner.plan(parts, salesforce_calls=extraction["calls"])
        self.log.info("%s", plan.table())
        ti.xcom_push(key=PLANNED, value=extraction["extraction"])
        return plan.to_dict()
