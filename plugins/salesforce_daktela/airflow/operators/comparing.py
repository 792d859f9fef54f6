"""The tasks of the DAG that compares both sides. What they share with the loading DAG is in ``operators``.

Steps and hooks are imported by the task that needs them, as there.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from airflow.sdk import Asset
from airflow.sdk.exceptions import AirflowFailException, AirflowSkipException

from salesforce_daktela.airflow.operators.tasks import APPROVE, EXTRACTION, SyncOperator
from salesforce_daktela.airflow.settings import open_staging
from salesforce_daktela.airflow.task_run import TaskRun
from salesforce_daktela.errors import QuotaError
from salesforce_daktela.steps.preflight.ledger_binding import confirm_memory

if TYPE_CHECKING:
    from airflow.sdk import Context

    from salesforce_daktela.steps.reconcile.comparison import Comparison
    from salesforce_daktela.steps.reconcile.reconciler import Reconciler
    from salesforce_daktela.steps.reconcile.report import ReconcileReport

COMPARE = "compare"
REPAIR = "repair"

PLAN = "plan"
"""XCom key under which compare leaves the repair as a plan, for the task that asks."""

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


class CompareOperator(ReconcileOperator):
    """Compares everything that both sides hold and looks again at what is not as it should be; changes nothing."""

    template_fields: Sequence[str] = ("parts",)

    def __init__(self, *, parts: Any, **kwargs: Any) -> None:
        super().__init__(trigger_rule="none_failed", **kwargs)
        self.parts = parts

    def execute(self, context: Context) -> dict[str, Any]:
        """Return the comparison."""
        from salesforce_daktela.staging.store import PartRef

        run, ti = self.task_run(context), context["ti"]
        reconciler = self.reconciler(run, context)
        names = run.parents(self.mapping)
        found: dict[str, Any] = {name: ti.xcom_pull(task_ids=f"{name}.{COMPARE}") for name in names}
        parents = {name: PartRef.from_dict(parent["findings"]) for name, parent in found.items() if parent}
        try:
            comparison = reconciler.compare(
                [PartRef.from_dict(part["ref"]) for batch in self.parts or () for part in batch], parents
            )
        except QuotaError as exc:
            raise self.defer_run(context, exc) from exc
        plan = comparison.plan().to_dict()
        ti.xcom_push(key=PLAN, value=plan if run.request.writes else {**plan, "reasons": []})
        return comparison.to_dict()


class RepairOperator(ReconcileOperator):
    """Puts right what was found, if the run was asked to. Safe to repeat."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(trigger_rule="none_failed", **kwargs)

    def execute(self, context: Context) -> dict[str, int]:
        """Return what was done."""
        from salesforce_daktela.staging.store import PartRef

        run = self.task_run(context)
        if not run.request.writes:
            raise AirflowSkipException("this run only compares")
        comparison = self.comparison(context)
        if comparison is None:
            raise AirflowSkipException("nothing was compared, so there is nothing to repair")
        answer: Any = context["ti"].xcom_pull(task_ids=f"{self.mapping}.{APPROVE}")
        if answer is not None and not answer["approved"]:
            raise AirflowSkipException(f"declined by {answer['by']}")
        try:
            return self.reconciler(run, context).repair(PartRef.from_dict(comparison.findings))
        except QuotaError as exc:
            raise self.defer_run(context, exc) from exc


class ReportOperator(ReconcileOperator):
    """Publishes what was found and done, and accounts for it."""

    def __init__(self, *, asset: Asset, **kwargs: Any) -> None:
        super().__init__(outlets=[asset], trigger_rule="all_done", **kwargs)
        self.asset = asset

    def execute(self, context: Context) -> dict[str, Any]:
        """Return the report of one mapping."""
        from salesforce_daktela.steps.reconcile.report import settle_comparison, settle_deferred

        run, ti = self.task_run(context), context["ti"]
        extraction: Any = ti.xcom_pull(task_ids=f"{self.mapping}.extract", key=EXTRACTION)
        comparison, deferred = self.comparison(context), self._deferred(context, extraction)
        started = context["dag_run"].start_date or datetime.now(UTC)
        if deferred:
            settle_deferred(run.spec, run.request, self.ledger(run), self.mapping, run_id=run.run_id, started=started)
            raise AirflowSkipException(f"{self.mapping}: deferred before it came to its end: {deferred}")
        if comparison is None:
            self.abandon(run)
            raise AirflowFailException(
                f"{self.mapping}: the comparison did not come to its end, so nothing is said; "
                "mend what the first failed task's log says, then clear that task"
            )
        answer: Any = ti.xcom_pull(task_ids=f"{self.mapping}.{APPROVE}")
        declined = answer is not None and not answer["approved"]
        repaired: Any = ti.xcom_pull(task_ids=f"{self.mapping}.{REPAIR}")
        if run.request.writes and not declined and repaired is None:
            raise AirflowFailException(f"{self.mapping}: the repair did not come to its end; clear its task to go on")
        facts = run.facts()
        report = settle_comparison(
            run.spec,
            run.request,
            self.ledger(run),
            comparison,
            run_id=run.run_id,
            state="declined" if declined else "repaired" if run.request.writes else "compared",
            started=started,
            repaired=repaired or {},
            calls=extraction["calls"],
            drift=facts.drift_of(self.mapping),
            left_out=facts.mappings[self.mapping].left_out,
        )
        self._publish(report, context)
        if not run.spec.retain:
            open_staging().delete_values(self.sync, run.run_id, self.mapping, extraction["extraction"])
        return report.to_dict()

    def _deferred(self, context: Context, extraction: Any) -> str:
        """The limit that stopped one of the tasks before, empty when none did."""
        if extraction is not None and "deferred" in extraction:
            return str(extraction["deferred"])
        left: Any = context["ti"].xcom_pull(
            task_ids=[f"{self.mapping}.{COMPARE}", f"{self.mapping}.{REPAIR}"], key=DEFERRED
        )
        return next((str(reason) for reason in left or () if reason), "")

    def _publish(self, report: ReconcileReport, context: Context) -> None:
        self.log.info("%s", report.summary())
        self.log.info("report: %s", json.dumps(report.to_dict(), sort_keys=True))
        context["ti"].xcom_push(key="report", value=report.to_dict())
        context["outlet_events"][self.asset].extra = report.to_dict()
