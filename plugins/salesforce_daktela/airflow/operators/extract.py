"""The task that reads Salesforce."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from salesforce_daktela.airflow.failures import deferral_reason, failure_of
from salesforce_daktela.airflow.operators.sync_operator import EXTRACTION, SyncOperator
from salesforce_daktela.airflow.settings import open_staging
from salesforce_daktela.airflow.task_run import TaskRun
from salesforce_daktela.errors import QuotaError, ThrottledError
from salesforce_daktela.steps.preflight.ledger_binding import confirm_memory
from salesforce_daktela.sync.window_plan import in_batches

if TYPE_CHECKING:
    from airflow.sdk import Context

    from salesforce_daktela.salesforce.client import SalesforceClient
    from salesforce_daktela.steps.extract.extractor import Extractor

WITHOUT_TRIGGERER = timedelta(hours=1)
"""How long the task waits for the triggerer after the Bulk job's time is over; then it is tried again."""


class ExtractOperator(SyncOperator):
    """Reads one mapping's window into part files; waits for a Bulk job without holding a worker slot."""

    arrow_alone = numpy_free = True

    _job: tuple[SalesforceClient, str] | None = None

    def execute(self, context: Context) -> list[list[dict[str, Any]]]:
        """Return the parts in batches, each part with what transform and load need."""
        run = self.task_run(context)
        deferred = run.facts().deferred
        if deferred:
            return self._defer_run(context, deferred)
        try:
            extractor = self._extractor(run, context)
            return self._wait_or_finish(extractor, extractor.begin(), context)
        except (QuotaError, ThrottledError) as exc:
            return self._put_off(context, exc)

    def resume(self, context: Context, event: Mapping[str, Any]) -> list[list[dict[str, Any]]]:
        """Go on when the Bulk job has ended, its time is over, or it can no longer be watched."""
        try:
            extractor = self._extractor(self.task_run(context), context)
            extractor.add_calls(event["calls"])
            if event["failure"] is not None:
                raise failure_of(event["failure"])
            return self._wait_or_finish(extractor, str(event["job_id"]), context)
        except (QuotaError, ThrottledError) as exc:
            return self._put_off(context, exc)

    def on_kill(self) -> None:
        """Abort the Bulk job of a task that is being killed. The task's own client is in use, so another is opened."""
        if self._job is not None:
            from salesforce_daktela.salesforce.bulk.jobs import delete_job

            client, job_id = self._job
            delete_job(client.separate_client(), job_id)

    def _wait_or_finish(self, extractor: Extractor, job_id: str | None, context: Context) -> list[list[dict[str, Any]]]:
        self._job = None if job_id is None else (extractor.salesforce, job_id)
        if job_id is not None and extractor.running(job_id):
            from salesforce_daktela.airflow.triggers.bulk_job import BulkJobTrigger

            self.defer(
                trigger=BulkJobTrigger(
                    conn_id=extractor.spec.salesforce_conn_id,
                    job_id=job_id,
                    deadline=extractor.deadline().isoformat(),
                ),
                method_name="resume",
                timeout=extractor.spec.limits.bulk_timeout + WITHOUT_TRIGGERER,
            )
        return self._finish(extractor, context)

    def _put_off(self, context: Context, failure: QuotaError | ThrottledError) -> list[list[dict[str, Any]]]:
        reason = deferral_reason(failure)
        if not reason:
            raise failure
        return self._defer_run(context, reason)

    def _finish(self, extractor: Extractor, context: Context) -> list[list[dict[str, Any]]]:
        found = extractor.finish()
        extraction = found.to_dict()
        context["ti"].xcom_push(key=EXTRACTION, value=extraction)
        travelling = {"extraction": extraction["extraction"], "read_at": extraction["read_at"]}
        rows = [{**travelling, "kind": "rows", "ref": part.to_dict()} for part in found.parts]
        departed = [{**travelling, "kind": "payloads", "ref": part.to_dict()} for part in found.departures]
        parts = [{**part, "number": number} for number, part in enumerate([*rows, *departed])]
        return in_batches(parts) or self._no_batches(context)

    def _defer_run(self, context: Context, reason: str) -> list[list[dict[str, Any]]]:
        self.log.warning("deferred: %s", reason)
        context["ti"].xcom_push(key=EXTRACTION, value={"deferred": reason})
        return self._no_batches(context)

    def _no_batches(self, context: Context) -> list[list[dict[str, Any]]]:
        """What this task returns without parts: nothing, so that the tasks after it are skipped.

        When somebody has cleared it, these tasks may have run before. For a list that has become empty Airflow removes
        them, and takes that for a failure of theirs. So they get one batch without parts.
        """
        return [[]] if self.was_cleared(context) else []

    def _extractor(self, run: TaskRun, context: Context) -> Extractor:
        from salesforce_daktela.airflow.hooks.salesforce import SalesforceOrgHook
        from salesforce_daktela.steps.extract.extractor import Extractor

        facts, ledger = run.facts(), self.ledger(run)
        salesforce = SalesforceOrgHook(run.spec.salesforce_conn_id).sharing(ledger)
        confirm_memory(run.spec.name, ledger, facts, salesforce=salesforce)
        return Extractor(
            spec=run.spec,
            mapping=run.spec.mapping(self.mapping),
            facts=facts,
            request=run.request,
            run_id=run.run_id,
            salesforce=salesforce,
            ledger=ledger,
            store=open_staging(),
        )
