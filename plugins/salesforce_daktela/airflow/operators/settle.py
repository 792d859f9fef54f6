"""The task that checks that every row has an outcome."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, NoReturn

from airflow.sdk import Asset

from salesforce_daktela.airflow.dag_ids import LOADING
from salesforce_daktela.airflow.lineage import lineage_of
from salesforce_daktela.airflow.metering import send
from salesforce_daktela.airflow.operators.approve import APPROVE
from salesforce_daktela.airflow.operators.load import LOAD
from salesforce_daktela.airflow.operators.plan import PLAN
from salesforce_daktela.airflow.operators.sync_operator import EXTRACTION, SyncOperator, start_of
from salesforce_daktela.airflow.page_links import RejectsLink, RunLink, run_path, told_link
from salesforce_daktela.airflow.releases import AirflowFailException, AirflowSkipException
from salesforce_daktela.airflow.settings import open_staging
from salesforce_daktela.airflow.task_run import PREFLIGHT, TaskRun
from salesforce_daktela.airflow.task_states import failed_tasks
from salesforce_daktela.steps.run.standing import standing
from salesforce_daktela.steps.settle.reject_list import reject_text
from salesforce_daktela.steps.settle.settle import settle, settle_unwritten
from salesforce_daktela.sync.metrics import of_end, of_load
from salesforce_daktela.sync.outcome import count_written
from salesforce_daktela.sync.run_report import RunReport

if TYPE_CHECKING:
    from airflow.providers.openlineage.extractors.base import OperatorLineage
    from airflow.sdk import Context

    from salesforce_daktela.ledger.ledger import Ledger

WRITING = ("transform", "plan", "approve", "load")
"""The tasks between extract and settle."""


class SettleOperator(SyncOperator):
    """Checks that every row has an outcome, moves the watermark, publishes the report; fails when the sum is wrong."""

    operator_extra_links = (RunLink(), RejectsLink())

    def __init__(self, *, asset: Asset, **kwargs: Any) -> None:
        super().__init__(outlets=[asset], trigger_rule="all_done", **kwargs)
        self.asset = asset
        self.carried_out: TaskRun | None = None

    def execute(self, context: Context) -> dict[str, Any]:
        """Return the run report of one mapping."""
        run = self.task_run(context)
        extraction: Any = context["ti"].xcom_pull(task_ids=f"{self.mapping}.extract", key=EXTRACTION)
        if extraction is None:
            self._stop_unread(run, context)
        self._skip_unwritten(run, context, extraction)
        facts, ledger = run.facts(), self.ledger(run)
        report = settle(
            run.spec,
            run.spec.mapping(self.mapping),
            run.request,
            ledger,
            run_id=run.run_id,
            extraction=extraction,
            started=context["dag_run"].start_date or datetime.fromisoformat(extraction["read_at"]),
            drift=facts.drift_of(self.mapping),
            left_out=facts.mappings[self.mapping].left_out,
            instance_url=facts.instance_url,
            failed_tasks=lambda: failed_tasks(context, [f"{self.mapping}.{name}" for name in WRITING]),
            deferred=self.deferred(context, LOAD),
            **self._decided(context),
        )
        self._measure(report, ledger)
        why = reject_text(self.sync, self.mapping, report.rejects, report.rejected)
        self._tell(report, why, context)
        if report.failure:
            link = told_link(run_path(LOADING + self.sync, run.run_id))
            page = f"What to do: {link}" if link else ""
            raise AirflowFailException("\n".join(filter(None, [f"{self.mapping}: {report.failure}", why, page])))
        if report.deferred:
            self._skip_deferred(run, report.deferred)
        context["outlet_events"][self.asset].extra = report.to_dict()
        self.carried_out = run
        if not run.spec.retain:
            open_staging().delete_values(self.sync, run.run_id, self.mapping, extraction["extraction"])
        return report.to_dict()

    def get_openlineage_facets_on_complete(self, task_instance: Any) -> OperatorLineage[Any, Any]:
        """Return the lineage of the mapping's columns; OpenLineage's listener asks for it when the task has ended.

        A task that was skipped or that has failed has brought nothing that could be told.
        """
        run = self.carried_out
        return lineage_of(None if run is None else (run.spec, run.spec.mapping(self.mapping), run.facts()))

    def _stop_unread(self, run: TaskRun, context: Context) -> NoReturn:
        """Skip when preflight has deferred the run, else fail: nothing was extracted."""
        self._skip_unchecked(run, context)
        failed = ", ".join(failed_tasks(context, [PREFLIGHT, f"{self.mapping}.extract"])) or "extract"
        why = (
            f"nothing was extracted, so nothing was settled and the watermark stays: {failed} did "
            "not finish; mend what its log says, then clear it with everything after it"
        )
        if run.found is None:
            # Without preflight there is no Bulk job, and no ledger to save a report in.
            send(lambda: of_end(self._of, "failed"))
        else:
            self.abandon(run)
            self._keep_failure(run, context, why)
        raise AirflowFailException(f"{self.mapping}: {why}")

    def _skip_unchecked(self, run: TaskRun, context: Context) -> None:
        """Skip when preflight has deferred the run, and has saved its reports."""
        reason = self.deferred(context)
        if reason:
            send(lambda: of_end(self._of, "deferred"))
            self._skip_deferred(run, reason)

    def _skip_deferred(self, run: TaskRun, reason: str) -> NoReturn:
        """A task that is skipped publishes no asset event."""
        from salesforce_daktela.airflow.next_run import next_try

        again = next_try(run.spec, run.request.mode, datetime.now(UTC))
        raise AirflowSkipException(f"{self.mapping}: deferred, the watermark stays: {reason}; {again}")

    def _skip_unwritten(self, run: TaskRun, context: Context, extraction: Any) -> None:
        """Settle a run that was deferred, only planned or declined, and skip; return when this try has loaded."""
        from salesforce_daktela.airflow.next_run import next_try

        reason = str(extraction.get("deferred", "")) or self.deferred(context, PLAN)
        if reason:
            self._unwritten(run, context, "deferred", {**extraction, "deferred": reason})
            self._skip_deferred(run, reason)
        ti = context["ti"]
        if not run.request.writes:
            plan: Any = ti.xcom_pull(task_ids=f"{self.mapping}.plan")
            report = self._unwritten(run, context, "planned", extraction, None if plan is None else plan["counts"])
            if report.failure:
                raise AirflowFailException(f"{self.mapping}: {report.failure}")
            ti.xcom_push(key="report", value=report.to_dict())
            # The task is skipped because a task that succeeds publishes its asset event.
            raise AirflowSkipException(f"{self.mapping}: nothing was written, as asked; planned: {json.dumps(plan)}")
        answer: Any = ti.xcom_pull(task_ids=f"{self.mapping}.{APPROVE}")
        if answer is not None and not answer["approved"]:
            report = self._unwritten(run, context, "declined", extraction)
            again = next_try(run.spec, run.request.mode, datetime.now(UTC))
            written, by = count_written(report.outcomes), answer["by"]
            if written:
                raise AirflowSkipException(
                    f"{self.mapping}: declined by {by} after {written} of {report.extracted} records had been written; "
                    f"these stay written, the watermark stays; {again}"
                )
            raise AirflowSkipException(
                f"{self.mapping}: declined by {by}, nothing was written, the watermark stays; {again}"
            )

    def _unwritten(
        self,
        run: TaskRun,
        context: Context,
        state: str,
        extraction: Mapping[str, Any] | None = None,
        counts: Mapping[str, int] | None = None,
        failure: str = "",
    ) -> RunReport:
        facts, ledger = run.facts(), self.ledger(run)
        report = settle_unwritten(
            run.spec,
            run.spec.mapping(self.mapping),
            run.request,
            ledger,
            run_id=run.run_id,
            state=state,
            started=start_of(context),
            begun=context["dag_run"].run_after,
            extraction=extraction,
            counts=counts,
            failure=failure,
            drift=facts.drift_of(self.mapping),
            left_out=facts.mappings[self.mapping].left_out,
            **self._decided(context),
        )
        self._measure(report, ledger)
        return report

    def _measure(self, report: RunReport, ledger: Ledger) -> None:
        """Send the metrics of the mapping's run, and how the mapping stands after it."""
        send(lambda: of_load(report.to_dict()))
        send(lambda: standing(ledger, self.sync, [self.mapping], datetime.now(UTC)))

    @property
    def _of(self) -> dict[str, str]:
        return {"sync": self.sync, "mapping": self.mapping}

    def _decided(self, context: Context) -> dict[str, Any]:
        """The plan of the mapping and the answer to it, as far as there are any."""
        ti = context["ti"]
        answer: Any = ti.xcom_pull(task_ids=f"{self.mapping}.{APPROVE}")
        asked = answer is not None and answer["by"] is not None
        return {
            "plan": ti.xcom_pull(task_ids=f"{self.mapping}.plan"),
            "approval": {"approved": bool(answer["approved"]), "by": answer["by"]} if asked else None,
        }

    def _keep_failure(self, run: TaskRun, context: Context, why: str) -> None:
        """Save what is known of a mapping that was not read, if the ledger answers."""
        try:
            self._unwritten(run, context, "failed", failure=why)
        except Exception as exc:  # noqa: BLE001 no error here may hide why the mapping has failed
            self.log.warning("the report could not be saved (%s)", type(exc).__name__)
            send(lambda: of_end(self._of, "failed"))

    def _tell(self, report: RunReport, why: str, context: Context) -> None:
        """Publish the report in the log and in XCom: as a line, as data, and with the reasons of rejects."""
        self.log.info("%s", report.summary())
        if why and not report.failure:
            self.log.info("%s", why)
        self.log.info("report: %s", json.dumps(report.to_dict(), sort_keys=True))
        context["ti"].xcom_push(key="report", value=report.to_dict())
        context["ti"].xcom_push(key="summary", value="\n".join(filter(None, [report.summary(), why])))
