"""What the tasks of one sync share.

Each task imports the steps and hooks that it needs when it runs. Every task process reads the DAG file first, and most
of them need no Arrow, pandas or network.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, ClassVar

from airflow.sdk import BaseOperator, BaseOperatorLink

from salesforce_daktela.airflow.failures import deferral_reason
from salesforce_daktela.airflow.metering import send
from salesforce_daktela.airflow.page_links import RunLink
from salesforce_daktela.airflow.releases import RETRY_POLICIES, AirflowSkipException, failing_for_good
from salesforce_daktela.airflow.settings import confirmed_ledger, open_ledger, open_staging
from salesforce_daktela.airflow.task_run import PREFLIGHT, TaskRun
from salesforce_daktela.arrow_alone import import_arrow
from salesforce_daktela.errors import PipelineError
from salesforce_daktela.mapping.model import SyncSpec
from salesforce_daktela.steps.preflight.ledger_binding import confirm_memory
from salesforce_daktela.sync.metrics import DAKTELA_LATENCY, Sample

if TYPE_CHECKING:
    from airflow.sdk import Context

    from salesforce_daktela.airflow.hooks.daktela import DaktelaHook
    from salesforce_daktela.ledger.ledger import Ledger
    from salesforce_daktela.steps.assembly.mapping_steps import MappingSteps
    from salesforce_daktela.steps.run.shared_rate import SharedRate

EXTRACTION = "extraction"
"""XCom key of what extract tells about its reading; the list of parts is its return value."""

PLANNED = "planned"
"""XCom key of the id of the reading that plan has planned."""

DEFERRED = "deferred"
"""XCom key of why a task has deferred the run."""

FAILURE = "failure"
"""XCom key of why a task has failed: kind, what, where and advice, without any value of a record."""


class SyncOperator(BaseOperator):
    """The base of a sync's tasks. ``mapping`` is empty for preflight.

    ``arrow_alone`` says that the task uses Arrow, which need not import pandas for it, nor numpy if ``numpy_free``.
    """

    arrow_alone: ClassVar[bool] = False
    numpy_free: ClassVar[bool] = False

    operator_extra_links: Collection[BaseOperatorLink] = (RunLink(),)

    def __init_subclass__(cls, **kwargs: Any) -> None:
        """Where Airflow has no retry policies, a failure that only a person can mend is not repeated, either."""
        super().__init_subclass__(**kwargs)
        for name in ("execute", "resume"):
            if not RETRY_POLICIES and name in vars(cls):
                setattr(cls, name, failing_for_good(vars(cls)[name]))

    def __init__(self, *, sync: str, mapping: str = "", **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.sync = sync
        self.mapping = mapping
        self.shared: SharedRate | None = None
        self.asked: DaktelaHook | None = None

    @property
    def dag_file(self) -> str:
        """The file that this process has read the DAG from; in a DAG bundle, that of the run's version."""
        return str(self.dag.fileloc)

    def task_run(self, context: Context) -> TaskRun:
        """The run as this task sees it; skips the task when the run leaves its mapping out."""
        run = TaskRun.of(self.sync, context, self.dag_file)
        if self.mapping and not run.request.selects(self.mapping):
            raise AirflowSkipException(f"this run leaves out mapping {self.mapping}")
        return run

    def ledger(self, run: TaskRun) -> Ledger:
        """The ledger that preflight opened, and no other. Raises ConfigurationError as ``confirm_memory`` does."""
        return confirmed_ledger(run.spec.name, run.facts())

    @contextmanager
    def deferring(self, context: Context) -> Iterator[None]:
        """Skip the task at a failure that defers the run, and keep the reason for the tasks after it."""
        try:
            yield
        except PipelineError as exc:
            reason = deferral_reason(exc)
            if not reason:
                raise
            self.log.warning("deferred: %s", reason)
            context["ti"].xcom_push(key=DEFERRED, value=reason)
            raise AirflowSkipException(f"deferred: {reason}") from exc

    def deferred(self, context: Context, *steps: str) -> str:
        """Why preflight or one of these steps of the mapping has deferred the run, empty when none has."""
        tasks = [PREFLIGHT, *(f"{self.mapping}.{step}" for step in steps)]
        left: Any = context["ti"].xcom_pull(task_ids=tasks, key=DEFERRED)
        return next((str(reason) for reason in left or () if reason), "")

    def reading(self, context: Context) -> Mapping[str, Any]:
        """What extract tells about its reading; empty when it has told nothing."""
        told: Any = context["ti"].xcom_pull(task_ids=f"{self.mapping}.extract", key=EXTRACTION)
        return {} if told is None else dict(told)

    def was_cleared(self, context: Context) -> bool:
        """Whether somebody has cleared this task, so that it may have ended before. It keeps that over its retries.

        Clearing gives a task as many tries again as it has retries.
        """
        ti: Any = context["ti"]
        return bool(ti.max_tries != self.retries)

    def abandon(self, run: TaskRun) -> None:
        """Abort the Bulk job of an extraction that has failed for good."""
        from salesforce_daktela.airflow.hooks.salesforce import SalesforceOrgHook
        from salesforce_daktela.steps.extract.abandoned_jobs import abandon

        try:
            ledger, hook = self.ledger(run), SalesforceOrgHook(run.spec.salesforce_conn_id)
            abandon(ledger, lambda: hook.sharing(ledger), sync=self.sync, run_id=run.run_id, mapping=self.mapping)
        except Exception as exc:  # noqa: BLE001 no error here may hide why the mapping has failed
            self.log.warning("the Bulk job could not be aborted (%s); it expires by itself", type(exc).__name__)

    def daktela(self, spec: SyncSpec) -> DaktelaHook:
        """The Daktela hook within the sync's limits. All tasks of the sync share the rate."""
        from salesforce_daktela.airflow.hooks.daktela import DaktelaHook
        from salesforce_daktela.steps.run.shared_rate import SharedRate

        limits = spec.limits
        self.shared = SharedRate(ledger=open_ledger, sync=spec.name, rate=limits.requests_per_second)
        self.asked = DaktelaHook(
            spec.daktela_conn_id,
            requests_per_second=limits.requests_per_second,
            workers=limits.workers,
            shared=self.shared,
        )
        return self.asked

    def steps(self, run: TaskRun, reading: Mapping[str, Any], *, verifies: bool = False) -> MappingSteps:
        """Build the steps of this task's mapping, over the ledger and the Daktela instance that preflight has checked.

        ``reading`` has ``extraction`` and ``read_at`` as extract returns them. Raises ConfigurationError as
        ``confirm_memory`` does.
        """
        from salesforce_daktela.steps.assembly.mapping_steps import MappingSteps

        daktela, ledger = self.daktela(run.spec).client, self.ledger(run)
        confirm_memory(run.spec.name, ledger, run.facts(), daktela=daktela)
        return MappingSteps(
            spec=run.spec,
            mapping=run.spec.mapping(self.mapping),
            facts=run.facts(),
            run_id=run.run_id,
            extraction=reading["extraction"],
            read_at=datetime.fromisoformat(reading["read_at"]),
            daktela=daktela,
            ledger=ledger,
            store=open_staging(),
            verifies=verifies,
        )

    def pre_execute(self, context: Any) -> None:
        """Import Arrow without what this task has no use for. This process is the task's alone."""
        if self.arrow_alone:
            import_arrow(numpy=not self.numpy_free)

    def post_execute(self, context: Any, result: Any = None) -> None:
        """Give back this task's share of the rate, and tell how fast Daktela answered.

        The share of a task that fails expires within seconds.
        """
        if self.shared is not None:
            self.shared.give_back()
        if self.asked is not None and self.mapping:
            usual = self.asked.client.limiter.usual_seconds
            of = {"sync": self.sync, "mapping": self.mapping}
            send(lambda: () if usual is None else [Sample(DAKTELA_LATENCY, round(usual, 4), of)])


def start_of(context: Context) -> datetime:
    """When the run has started, now while Airflow does not say."""
    start: datetime | None = context["dag_run"].start_date
    return start or datetime.now(UTC)
