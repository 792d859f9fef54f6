"""What the tasks of the comparing DAG share."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from salesforce_daktela.airflow.operators.sync_operator import SyncOperator
from salesforce_daktela.airflow.releases import AirflowSkipException
from salesforce_daktela.airflow.task_run import TaskRun
from salesforce_daktela.steps.preflight.ledger_binding import confirm_memory

if TYPE_CHECKING:
    from airflow.sdk import Context

    from salesforce_daktela.steps.reconcile.comparison import Comparison
    from salesforce_daktela.steps.reconcile.reconciler import Reconciler

COMPARE = "compare"


class ReconcileOperator(SyncOperator):
    """The base of the tasks that compare, repair and report one mapping."""

    arrow_alone = True

    def extraction(self, context: Context) -> Mapping[str, Any]:
        """The result of extract; skips the task when nothing was read."""
        found = self.reading(context)
        if not found or "deferred" in found:
            raise AirflowSkipException("nothing was extracted, so there is nothing to compare")
        return found

    def comparison(self, context: Context) -> Comparison | None:
        """The result of compare, None when it did not finish."""
        from salesforce_daktela.steps.reconcile.comparison import Comparison

        found: Any = context["ti"].xcom_pull(task_ids=f"{self.mapping}.{COMPARE}")
        return None if found is None else Comparison.from_dict(found)

    def reconciler(self, run: TaskRun, context: Context) -> Reconciler:
        """The step that compares and repairs."""
        from salesforce_daktela.airflow.hooks.salesforce import SalesforceOrgHook
        from salesforce_daktela.steps.reconcile.reconciler import Reconciler
        from salesforce_daktela.steps.transform.compiled import compile_for_run

        steps = self.steps(run, self.extraction(context), verifies=True)
        salesforce = SalesforceOrgHook(run.spec.salesforce_conn_id).client
        confirm_memory(run.spec.name, steps.ledger, steps.facts, salesforce=salesforce)
        compiled = compile_for_run(steps.mapping, steps.facts, run.transforms)
        return Reconciler(steps=steps, compiled=compiled, salesforce=salesforce)
