"""The one task of the DAG that tells what the next run would do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from salesforce_daktela.airflow.dag_ids import kept_run
from salesforce_daktela.airflow.failures import as_json
from salesforce_daktela.airflow.operators.sync_operator import FAILURE, SyncOperator
from salesforce_daktela.airflow.releases import AirflowFailException
from salesforce_daktela.airflow.settings import (
    mappings_folder,
    open_ledger,
    open_staging,
    project_transforms,
    transforms_folder,
)
from salesforce_daktela.errors import IntegrityError, PipelineError
from salesforce_daktela.mapping.language.loader import load_sync
from salesforce_daktela.sync.request import Mode, RunRequest

if TYPE_CHECKING:
    from airflow.sdk import Context

    from salesforce_daktela.steps.local.run import MappingResult

PLAN_TASK = "plan"


class PlanSyncOperator(SyncOperator):
    """Carries out the next run without its writes, in one process; keeps its totals, and no value of a record."""

    arrow_alone = True

    def execute(self, context: Context) -> dict[str, Any]:
        """Return the plan of the whole sync."""
        try:
            return self._plan(kept_run(context["ti"].dag_id, str(context["run_id"])))
        except PipelineError as exc:
            # Those who look at the page may not be those who may read the logs.
            context["ti"].xcom_push(key=FAILURE, value=as_json(exc))
            raise AirflowFailException(str(exc)) from exc

    def _plan(self, run_id: str) -> dict[str, Any]:
        from salesforce_daktela.airflow.hooks.salesforce import SalesforceOrgHook
        from salesforce_daktela.steps.local.run import LocalRun
        from salesforce_daktela.steps.plan.sync_plan import SyncPlan

        folder, transforms = mappings_folder(self.dag_file) / self.sync, transforms_folder(self.dag_file)
        spec = load_sync(folder, transforms_folder=transforms)
        ledger, daktela = open_ledger(), self.daktela(spec)
        run = LocalRun(
            spec=spec,
            request=RunRequest(mode=Mode.PLAN),
            run_id=run_id,
            salesforce=SalesforceOrgHook(spec.salesforce_conn_id).sharing(ledger),
            daktela=daktela.client,
            ledger=ledger,
            store=open_staging(),
            database=daktela.settings.database,
            transforms=project_transforms(self.dag_file),
            agrees=lambda _: False,
        )
        done = run.run()
        self._confirm(done)
        return SyncPlan.of(spec, [result.plan for result in done]).to_dict()

    def _confirm(self, done: list[MappingResult]) -> None:
        for result in done:
            self.log.info("%s:\n%s", result.plan.mapping, result.plan.table())
        failures = [f"{result.plan.mapping}: {result.report.failure}" for result in done if result.report.failure]
        if failures:
            raise IntegrityError("; ".join(failures))
