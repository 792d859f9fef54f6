"""What the tasks of the DAG that compares both sides share."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from airflow.sdk.exceptions import AirflowSkipException

from salesforce_daktela.airflow.operators.sync_operator import EXTRACTION, SyncOperator
from salesforce_daktela.airflow.settings import open_staging
from salesforce_daktela.airflow.task_run import TaskRun
from salesforce_daktela.errors import QuotaError
from salesforce_daktela.steps.preflight.ledger_binding import confirm_memory

if TYPE_CHECKING:
    from airflow.sdk import Context

    from salesforce_daktela.steps.reconcile.comparison import Comparison
    from salesforce_daktela.steps.reconcile.reconciler import Reconciler

COMPARE = "compare"

DEFERRED = "deferred"
"""XCom key of the limit that stopped a task."""


class ReconcileOperator(SyncOperator):
    """What the tasks of one mapping share."""

    def extraction(self, context: Context) -> Mapping[str, Any]:
        """What extract left behind; skips the task when nothing was read."""
        found: Any = context["ti"].xcom_pull(task_ids=f"{self.mapping}.extract", key=EXTRACTION)
        if found is None or "deferred" in found:
            raise AirflowSkipException("nothing was extracted, so there is nothing to compare")
        return dict(found)

    def comparison(self, context: Context) -> Comparison | None:
        """What the comparison found, None when it did not come to its end."""
        from salesforce_daktela.steps.reconcile.comparison import Comparison

        found: Any = context["ti"].xcom_pull(task_ids=f"{self.mapping}.{COMPARE}")
        return None if found is None else Comparison.from_dict(found)

    def defer_run(self, context: Context, exc: QuotaError) -> AirflowSkipException:
        """Leave word of the limit behind; the error to raise."""
        self.log.warning("deferred: %s", exc)
        context["ti"].xcom_push(key=DEFERRED, value=str(exc))
        return AirflowSkipException(str(exc))

    def reconciler(self, run: TaskRun, context: Context) -> Reconciler:
        """The step that compares and repairs."""
        from salesforce_daktela.airflow.hooks.salesforce import SalesforceOrgHook
        from salesforce_daktela.mapping.engine.compiled_mapping import compile_mapping
        from salesforce_daktela.steps.preflight.drift import without
        from salesforce_daktela.steps.reconcile.reconciler import Reconciler

        facts, extraction = run.facts(), self.extraction(context)
        mapping, ledger = run.spec.mapping(self.mapping), self.ledger(run)
        salesforce, daktela = SalesforceOrgHook(run.spec.salesforce_conn_id).client, self.daktela(run.spec).client
        confirm_memory(run.spec.name, ledger, facts, salesforce=salesforce, daktela=daktela)
        found = facts.mappings[self.mapping]
        return Reconciler(
            spec=run.spec,
            mapping=mapping,
            facts=facts,
            run_id=run.run_id,
            extraction=extraction["extraction"],
            read_at=datetime.fromisoformat(extraction["read_at"]),
            compiled=compile_mapping(
                without(mapping, found.left_out),
                found.source,
                timezone=facts.timezone,
                target=found.target,
                instance_url=facts.instance_url,
                project_transforms=run.transforms,
            ),
            salesforce=salesforce,
            daktela=daktela,
            ledger=ledger,
            store=open_staging(),
        )
