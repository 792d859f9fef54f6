"""The task that checks before anything is read."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any, NoReturn

from salesforce_daktela.airflow.channels import anyone_listens
from salesforce_daktela.airflow.failures import as_json
from salesforce_daktela.airflow.metering import send
from salesforce_daktela.airflow.operators.sync_operator import FAILURE, SyncOperator, start_of
from salesforce_daktela.airflow.operators.unchecked import reporting_deferral
from salesforce_daktela.airflow.releases import AirflowSkipException, DownstreamTasksSkipped
from salesforce_daktela.airflow.settings import (
    connect_ledger,
    mappings_folder,
    open_staging,
    staging_place,
    transforms_folder,
)
from salesforce_daktela.airflow.spread import check_shared
from salesforce_daktela.airflow.task_run import TaskRun
from salesforce_daktela.errors import ConfigurationError, PipelineError
from salesforce_daktela.mapping.language.loader import load_sync
from salesforce_daktela.mapping.problems import one_line
from salesforce_daktela.steps.preflight.stopped_run import forget_stop, remember_stop
from salesforce_daktela.sync.metrics import PREFLIGHT_FAILED, Sample, of_load, of_quota
from salesforce_daktela.sync.request import RequestError

if TYPE_CHECKING:
    from airflow.sdk import Context

    from salesforce_daktela.ledger.ledger import Ledger
    from salesforce_daktela.mapping.model import SyncSpec
    from salesforce_daktela.salesforce.client import SalesforceClient
    from salesforce_daktela.staging.store import PartStore
    from salesforce_daktela.steps.run.mapping_snapshot import MappingSnapshot
    from salesforce_daktela.steps.tick.begin import Begun
    from salesforce_daktela.sync.run_report import RunReport

REPORTS = "reports"
"""XCom key of the reports of a run that had nothing to do."""

RETURNED = "return_value"
"""XCom key under which Airflow keeps what a task returns."""


class PreflightOperator(SyncOperator):
    """Checks both connections, rights, quota, the CRM database and every mapped field; changes neither system.

    A scheduled run that has nothing to do is settled here, and its other tasks are skipped.
    """

    arrow_alone = True

    def execute(self, context: Context) -> dict[str, Any]:
        """Return what the later tasks need to know. Raises DownstreamTasksSkipped when nothing is left for them."""
        try:
            checked = self._checked(context)
        except (AirflowSkipException, DownstreamTasksSkipped):
            self._measure_failed(0)
            raise
        except RequestError:
            raise
        except BaseException:
            self._measure_failed(1)
            raise
        self._measure_failed(0)
        return checked

    def _checked(self, context: Context) -> dict[str, Any]:
        try:
            with self.deferring(context):
                return self._check(context)
        except PipelineError as exc:
            # Nothing has been read, so no mapping will have a report that says why.
            context["ti"].xcom_push(key=FAILURE, value=as_json(exc))
            self._remember_stop(context, exc)
            raise

    def _remember_stop(self, context: Context, failure: PipelineError) -> None:
        """For the message about the run: the DAG processor, which sends it, cannot read what tasks leave in Airflow."""
        if not anyone_listens():
            return
        dag_id, run_id = str(self.dag_id), str(context["run_id"])
        try:
            with closing(connect_ledger()) as ledger:
                if ledger.overview.version().found:
                    remember_stop(ledger, self.sync, dag_id, run_id, one_line(" ".join(str(failure).split())))
        except PipelineError as exc:
            self.log.warning("the message about this run cannot say why it has failed (%s)", type(exc).__name__)

    def _check(self, context: Context) -> dict[str, Any]:
        run, snapshot = TaskRun.beginning(self.sync, context, self.dag_file)
        ledger, staging = connect_ledger(), open_staging()
        check_shared(ledger, staging)
        # The upgrade always writes, so that a read-only ledger is found before anything is loaded.
        ledger.upgrade()
        if context["ti"].try_number > 1:
            forget_stop(ledger, self.sync, str(self.dag_id))
        # Before anything that an outage may stop.
        self._measure_standing(ledger, [mapping.name for mapping in run.spec.mappings])
        staging.check_writable()
        with reporting_deferral(run, ledger, started=start_of(context), begun=context["dag_run"].run_after):
            found, reports = self._check_systems(run, snapshot, context, ledger, staging)
        if reports:
            self._measure(reports)
            self._measure_standing(ledger, [report.mapping for report in reports])
            self._skip_the_rest(context, found, reports)
        self._hand_on(run, ledger)
        return found

    def _check_systems(
        self, run: TaskRun, snapshot: MappingSnapshot, context: Context, ledger: Ledger, staging: PartStore
    ) -> tuple[dict[str, Any], Sequence[RunReport]]:
        """What the later tasks need to know, and the reports of a run that has nothing to do."""
        from salesforce_daktela.airflow.hooks.salesforce import SalesforceOrgHook
        from salesforce_daktela.steps.run.mapping_snapshot import save_snapshot

        salesforce = SalesforceOrgHook(run.spec.salesforce_conn_id).sharing(ledger)
        begun = self._begin(run, context, salesforce, ledger, staging)
        save_snapshot(ledger, run.spec, snapshot, begun.facts.now)
        self.log.info("this run uses mapping %s to its end; changed files apply to later runs", snapshot.version[:12])
        self._sweep(run.spec, salesforce, ledger, staging, begun.facts.now)
        return replace(begun.facts, carried=snapshot.version).to_dict(), begun.reports

    def _begin(
        self, run: TaskRun, context: Context, salesforce: SalesforceClient, ledger: Ledger, staging: PartStore
    ) -> Begun:
        from salesforce_daktela.steps.tick.begin import Beginning

        daktela = self.daktela(run.spec)
        begun = Beginning(
            spec=run.spec,
            request=run.request,
            run_id=run.run_id,
            started=start_of(context),
            salesforce=salesforce,
            daktela=daktela.client,
            database=daktela.settings.database,
            ledger=ledger,
            store=staging,
            transforms=run.transforms,
        ).begin(may_end=not self.was_cleared(context))
        usage = salesforce.usage
        send(lambda: () if usage is None else of_quota(self.sync, usage.max - usage.used, usage.max))
        return begun

    def _hand_on(self, run: TaskRun, ledger: Ledger) -> None:
        """The last thing that this task does: until then its next try has to find the same changes of schemas."""
        from salesforce_daktela.steps.preflight.untold_drift import hand_on

        for mapping in run.spec.mappings:
            if run.request.selects(mapping.name):
                hand_on(ledger, self.sync, mapping.name, run.run_id)

    def _sweep(
        self, spec: SyncSpec, salesforce: SalesforceClient, ledger: Ledger, staging: PartStore, now: datetime
    ) -> None:
        """Delete parts and Bulk jobs that nobody needs any more."""
        from salesforce_daktela.steps.extract.abandoned_jobs import sweep_jobs
        from salesforce_daktela.steps.settle.former_places import sweep_former_places
        from salesforce_daktela.steps.settle.other_syncs import sweep_other_syncs
        from salesforce_daktela.steps.settle.retention import sweep_parts

        # First, because the others forget the extractions whose parts they delete.
        sweep_former_places(ledger, staging_place(), open_staging, now=now, retain_of=self._retain_of)
        sweep_parts(spec, ledger, staging, now=now)
        sweep_other_syncs(self.sync, ledger, staging, now=now, retain_of=self._retain_of)
        sweep_jobs(spec, ledger, salesforce, now=now)

    def _measure_failed(self, failed: int) -> None:
        send(lambda: [Sample(PREFLIGHT_FAILED, failed, {"sync": self.sync})])

    def _measure_standing(self, ledger: Ledger, mappings: Sequence[str]) -> None:
        from salesforce_daktela.steps.run.standing import standing

        send(lambda: standing(ledger, self.sync, mappings, datetime.now(UTC)))

    def _measure(self, reports: Sequence[RunReport]) -> None:
        for report in reports:
            self.log.info("%s", report.summary())
            send(partial(of_load, report.to_dict()))

    def _skip_the_rest(self, context: Context, found: dict[str, Any], reports: Sequence[RunReport]) -> NoReturn:
        """A task that is skipped starts no process. What this one found stays for somebody who clears them."""
        context["ti"].xcom_push(key=REPORTS, value=[report.to_dict() for report in reports])
        context["ti"].xcom_push(key=RETURNED, value=found)
        raise DownstreamTasksSkipped(tasks=sorted(self.get_flat_relative_ids(upstream=False)))

    def _retain_of(self, sync: str) -> timedelta | None:
        """The ``retain`` of another sync; None when its folder is gone or its files are wrong."""
        folder, transforms = mappings_folder(self.dag_file) / sync, transforms_folder(self.dag_file)
        try:
            return load_sync(folder, transforms_folder=transforms).retain
        except ConfigurationError:
            return None
