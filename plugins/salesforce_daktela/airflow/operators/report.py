"""The task that publishes what a comparison has found."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from airflow.sdk import Asset

from salesforce_daktela.airflow.metering import send
from salesforce_daktela.airflow.operators.approve import APPROVE
from salesforce_daktela.airflow.operators.reconcile_operator import COMPARE, ReconcileOperator
from salesforce_daktela.airflow.operators.repair import REPAIR
from salesforce_daktela.airflow.operators.sync_operator import EXTRACTION, start_of
from salesforce_daktela.airflow.releases import AirflowFailException, AirflowSkipException
from salesforce_daktela.airflow.settings import open_staging
from salesforce_daktela.steps.settle.reject_list import first_rejects, reject_text
from salesforce_daktela.sync.metrics import of_comparison

if TYPE_CHECKING:
    from airflow.sdk import Context

    from salesforce_daktela.airflow.task_run import TaskRun
    from salesforce_daktela.steps.reconcile.comparison import Comparison
    from salesforce_daktela.steps.reconcile.report import ReconcileReport


ANSWER = ("approved", "by")
"""What a report tells of an answer."""


class ReportOperator(ReconcileOperator):
    """Publishes what was found and done, and saves its totals."""

    def __init__(self, *, asset: Asset, **kwargs: Any) -> None:
        super().__init__(outlets=[asset], trigger_rule="all_done", **kwargs)
        self.asset = asset

    def execute(self, context: Context) -> dict[str, Any]:
        """Return the report of one mapping."""
        from salesforce_daktela.steps.reconcile.report import settle_comparison

        run, ti = self.task_run(context), context["ti"]
        extraction: Any = ti.xcom_pull(task_ids=f"{self.mapping}.extract", key=EXTRACTION)
        comparison = self._comparison(run, context, extraction)
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
            extraction=extraction["extraction"],
            state="declined" if declined else "repaired" if run.request.writes else "compared",
            started=start_of(context),
            begun=context["dag_run"].run_after,
            repaired=repaired or {},
            calls=extraction["calls"],
            drift=facts.drift_of(self.mapping),
            left_out=facts.mappings[self.mapping].left_out,
            approval=None if answer is None or answer["by"] is None else {name: answer[name] for name in ANSWER},
        )
        self._publish(report, context)
        if not run.spec.retain:
            open_staging().delete_values(self.sync, run.run_id, self.mapping, extraction["extraction"])
        if report.failure:
            raise AirflowFailException(self._told(run, report))
        context["outlet_events"][self.asset].extra = report.to_dict()
        return report.to_dict()

    def _comparison(self, run: TaskRun, context: Context, extraction: Any) -> Comparison:
        """What was found. Skips this task when the run was deferred, and fails when the comparison did not end."""
        from salesforce_daktela.airflow.next_run import next_try

        deferred = self._deferred(context, extraction)
        if deferred:
            self._keep_deferral(run, context, deferred)
            again = next_try(run.spec, run.request.mode, datetime.now(UTC))
            raise AirflowSkipException(f"{self.mapping}: deferred before it came to its end: {deferred}; {again}")
        comparison = self.comparison(context)
        if comparison is None:
            if run.found is not None:
                self.abandon(run)
            raise AirflowFailException(
                f"{self.mapping}: the comparison did not come to its end, so nothing is said; "
                "mend what the first failed task's log says, then clear that task"
            )
        return comparison

    def _keep_deferral(self, run: TaskRun, context: Context, deferred: str) -> None:
        """What preflight has deferred, it has saved itself."""
        from salesforce_daktela.steps.reconcile.report import settle_deferred

        if run.found is not None:
            settle_deferred(
                run.spec,
                run.request,
                self.ledger(run),
                self.mapping,
                run_id=run.run_id,
                started=start_of(context),
                deferred=deferred,
            )

    def _deferred(self, context: Context, extraction: Any) -> str:
        """Why an earlier task has deferred the run, empty when none has."""
        if extraction is not None and "deferred" in extraction:
            return str(extraction["deferred"])
        return self.deferred(context, COMPARE, REPAIR)

    def _publish(self, report: ReconcileReport, context: Context) -> None:
        send(lambda: of_comparison(report.to_dict()))
        self.log.info("%s", report.summary())
        self.log.info("report: %s", json.dumps(report.to_dict(), sort_keys=True))
        context["ti"].xcom_push(key="report", value=report.to_dict())

    def _told(self, run: TaskRun, report: ReconcileReport) -> str:
        """Why the repair has failed: the rule, the reasons of rejects, and the first of them."""
        first = first_rejects(self.ledger(run), self.sync, self.mapping, run.run_id, run.facts().instance_url)
        why = reject_text(self.sync, self.mapping, report.rejects, first)
        return f"{self.mapping}: {report.failure}\n{why}"
