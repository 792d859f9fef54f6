"""The task that repairs what was found."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from salesforce_daktela.airflow.operators.approve import APPROVE, answer_to
from salesforce_daktela.airflow.operators.compare import PLAN
from salesforce_daktela.airflow.operators.reconcile_operator import COMPARE, ReconcileOperator
from salesforce_daktela.airflow.releases import AirflowSkipException

if TYPE_CHECKING:
    from airflow.sdk import Context

REPAIR = "repair"


class RepairOperator(ReconcileOperator):
    """Repairs what was found, if the run was asked to. Safe to repeat."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(trigger_rule="none_failed", **kwargs)

    def execute(self, context: Context) -> dict[str, int]:
        """Return the counts of what was done."""
        run = self.task_run(context)
        if not run.request.writes:
            raise AirflowSkipException("this run only compares")
        comparison = self.comparison(context)
        if comparison is None:
            raise AirflowSkipException("nothing was compared, so there is nothing to repair")
        ti, planned_by = context["ti"], f"{self.mapping}.{COMPARE}"
        answer: Any = ti.xcom_pull(task_ids=f"{self.mapping}.{APPROVE}")
        if answer is not None and not answer["approved"]:
            raise AirflowSkipException(f"declined by {answer['by']}")
        answer_to(ti.xcom_pull(task_ids=planned_by, key=PLAN), planned_by, answer)
        with self.deferring(context):
            return self.reconciler(run, context).repair(comparison)
