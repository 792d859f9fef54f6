"""The task that counts what the load is about to do."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from airflow.sdk.exceptions import AirflowSkipException

from salesforce_daktela.airflow.operators.sync_operator import EXTRACTION, SyncOperator
from salesforce_daktela.airflow.settings import open_staging
from salesforce_daktela.steps.preflight.ledger_binding import confirm_memory

if TYPE_CHECKING:
    from airflow.sdk import Context


class PlanOperator(SyncOperator):
    """Counts what the load is about to do: always what it would take away, everything when that is asked for.

    Without parts it is skipped, and with it the question: the scheduler does that by itself, without a process.
    """

    template_fields: Sequence[str] = ("parts",)

    def __init__(self, *, parts: Any, **kwargs: Any) -> None:
        super().__init__(trigger_rule="none_failed_min_one_success", **kwargs)
        self.parts = parts

    def execute(self, context: Context) -> dict[str, Any]:
        """Return the plan."""
        from salesforce_daktela.staging.keys import PartKey, PartRef
        from salesforce_daktela.steps.decide.adoption_conflicts import AdoptionConflicts
        from salesforce_daktela.steps.decide.decider import Decider
        from salesforce_daktela.steps.plan.planner import Planner

        run, ti = self.task_run(context), context["ti"]
        extraction: Any = ti.xcom_pull(task_ids=f"{self.mapping}.extract", key=EXTRACTION)
        if extraction is None or "deferred" in extraction:
            raise AirflowSkipException("nothing was extracted, so there is nothing to plan")
        plans: dict[str, Any] = {name: ti.xcom_pull(task_ids=f"{name}.plan") for name in run.parents(self.mapping)}
        daktela, ledger, store = self.daktela(run.spec).client, self.ledger(run), open_staging()
        confirm_memory(run.spec.name, ledger, run.facts(), daktela=daktela)
        mapping = run.spec.mapping(self.mapping)
        planner = Planner(
            spec=run.spec,
            mapping=mapping,
            daktela=daktela,
            ledger=ledger,
            store=store,
            decider=Decider(
                spec=run.spec,
                mapping=mapping,
                database=run.facts().database,
                extraction=extraction["extraction"],
                read_at=datetime.fromisoformat(extraction["read_at"]),
                daktela=daktela,
                ledger=ledger,
                conflicts=AdoptionConflicts.among(
                    store, ledger, daktela, run.spec, mapping, run.run_id, extraction["extraction"]
                ),
            ),
            key=PartKey(
                sync=self.sync,
                run=run.run_id,
                mapping=self.mapping,
                extraction=extraction["extraction"],
                kind="plans",
                number=0,
            ),
            parents={
                name: PartRef.from_dict(plan["planned"]) for name, plan in plans.items() if plan and plan["planned"]
            },
            whole=not run.request.writes,
        )
        parts = [PartRef.from_dict(part["ref"]) for batch in self.parts or () for part in batch]
        plan = planner.plan(parts, salesforce_calls=extraction["calls"])
        self.log.info("%s", plan.table())
        return plan.to_dict()
