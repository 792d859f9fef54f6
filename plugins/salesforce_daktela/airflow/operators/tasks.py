"""The tasks. Each opens its rooms, calls one step, and hands on references, never records.

Steps and hooks are imported by the task that needs them: every task process reads the DAG file first, and most have
nothing to do with Arrow, pandas or a network.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from airflow.sdk import Asset, BaseOperator
from airflow.sdk.exceptions import AirflowFailException, AirflowSkipException

from salesforce_daktela.airflow.failures import puts_off, untold
from salesforce_daktela.airflow.settings import confirmed_ledger, open_ledger, open_staging
from salesforce_daktela.airflow.task_run import PREFLIGHT, TaskRun
from salesforce_daktela.airflow.task_states import failed_tasks
from salesforce_daktela.errors import QuotaError, ThrottledError
from salesforce_daktela.mapping.model import SyncSpec
from salesforce_daktela.steps.preflight.ledger_binding import confirm_memory
from salesforce_daktela.steps.settle.reject_list import reject_text
from salesforce_daktela.steps.settle.settle import RunReport, settle, settle_unwritten
from salesforce_daktela.sync.window_plan import in_batches

if TYPE_CHECKING:
    from airflow.sdk import Context

    from salesforce_daktela.airflow.hooks.daktela import DaktelaHook
    from salesforce_daktela.ledger.ledger import Ledger
    from salesforce_daktela.mapping.engine.compiled_mapping import CompiledMapping
    from salesforce_daktela.salesforce.client import SalesforceClient
    from salesforce_daktela.staging.keys import PartKey
    from salesforce_daktela.steps.extract.extractor import Extractor
    from salesforce_daktela.steps.load.loader import Loader
    from salesforce_daktela.steps.run.shared_rate import SharedRate

WITHOUT_TRIGGERER = timedelta(hours=1)
"""How much longer than a Bulk job may take the task waits for the triggerer's word before it is tried again."""

EXTRACTION = "extraction"
"""XCom key under which extract leaves its account, beside the list of parts."""

APPROVE = "approve"
"""The task that asks when somebody has to agree."""

WRITING = ("transform", "plan", "approve", "load")
"""The tasks between extract and settle."""

PART_LABEL = "{{ part_label }}"
"""The map index template of tasks that are mapped over parts."""


class SyncOperator(BaseOperator):
    """What the tasks of one sync share. ``mapping`` is empty for preflight."""

    def __init__(self, *, sync: str, mapping: str = "", **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.sync = sync
        self.mapping = mapping
        self.shared: SharedRate | None = None

    def task_run(self, context: Context) -> TaskRun:
        """The run as this task sees it; skips the task when the run leaves its mapping out."""
        run = TaskRun.of(self.sync, context)
        if self.mapping and not run.request.selects(self.mapping):
            raise AirflowSkipException(f"this run leaves out mapping {self.mapping}")
        return run

    def ledger(self, run: TaskRun) -> Ledger:
        """The ledger that preflight opened, and no other. Raises ConfigurationError as ``confirm_memory``."""
        return confirmed_ledger(run.spec.name, run.facts())

    def abandon(self, run: TaskRun) -> None:
        """Abort the Bulk job of an extraction that has failed for good."""
        from salesforce_daktela.airflow.hooks.salesforce import SalesforceOrgHook
        from salesforce_daktela.steps.extract.abandoned_jobs import abandon

        try:
            ledger, hook = self.ledger(run), SalesforceOrgHook(run.spec.salesforce_conn_id)
            abandon(ledger, lambda: hook.sharing(ledger), sync=self.sync, run_id=run.run_id, mapping=self.mapping)
        except Exception as exc:  # noqa: BLE001 whatever it is, why the mapping has failed must be told
            self.log.warning("the Bulk job could not be aborted (%s); it expires by itself", type(exc).__name__)

    def daktela(self, spec: SyncSpec) -> DaktelaHook:
        """The Daktela side, bounded by the sync's limits: the rate is that of all its tasks together."""
        from salesforce_daktela.airflow.hooks.daktela import DaktelaHook
        from salesforce_daktela.steps.run.shared_rate import SharedRate

        limits = spec.limits
        self.shared = SharedRate(ledger=open_ledger, sync=spec.name, rate=limits.requests_per_second)
        return DaktelaHook(
            spec.daktela_conn_id,
            requests_per_second=limits.requests_per_second,
            workers=limits.workers,
            shared=self.shared,
        )

    def post_execute(self, context: Any, result: Any = None) -> None:
        """Leave this task's share of the rate to the next one. Of a task that fails it runs out in seconds."""
        if self.shared is not None:
            self.shared.give_back()


class PreflightOperator(SyncOperator):
    """Checks both connections, rights, quota, the CRM database and every mapped field; changes nothing."""

    def execute(self, context: Context) -> dict[str, Any]:
        """Return what the later tasks need to know."""
        from salesforce_daktela.airflow.hooks.salesforce import SalesforceOrgHook
        from salesforce_daktela.steps.extract.abandoned_jobs import sweep_jobs
        from salesforce_daktela.steps.preflight.preflight import preflight
        from salesforce_daktela.steps.run.mapping_snapshot import save_snapshot
        from salesforce_daktela.steps.settle.retention import sweep_parts

        run, snapshot = TaskRun.beginning(self.sync, context)
        ledger, staging = open_ledger(), open_staging()
        # Writes in any case: a ledger that may not be written to is found out before anything is loaded.
        ledger.upgrade()
        staging.check_writable()
        daktela, salesforce = self.daktela(run.spec), SalesforceOrgHook(run.spec.salesforce_conn_id).sharing(ledger)
        facts = preflight(
            run.spec,
            run.request,
            salesforce,
            daktela.client,
            database=daktela.settings.database,
            ledger=ledger,
            transforms=run.transforms,
        )
        save_snapshot(ledger, run.spec, snapshot, facts.now)
        self.log.info("this run goes by mapping %s to its end, whatever its files say later", snapshot.version[:12])
        sweep_parts(run.spec, ledger, staging, now=facts.now)
        sweep_jobs(run.spec, ledger, salesforce, now=facts.now)
        return replace(facts, carried=snapshot.version).to_dict()


class ExtractOperator(SyncOperator):
    """Reads one mapping's window into part files; waits for a Bulk job without holding a worker slot."""

    _job: tuple[SalesforceClient, str] | None = None

    def execute(self, context: Context) -> list[list[dict[str, Any]]]:
        """Return the parts in batches, each part with what transform and load need."""
        run = self.task_run(context)
        deferred = run.facts().deferred
        if deferred:
            return self._defer_run(context, deferred)
        extractor = self._extractor(run, context)
        try:
            return self._wait_or_finish(extractor, extractor.begin(), context)
        except (QuotaError, ThrottledError) as exc:
            return self._put_off(context, exc)

    def resume(self, context: Context, event: Mapping[str, Any]) -> list[list[dict[str, Any]]]:
        """Go on when the Bulk job has ended or its time is over, or when it could not be watched any longer."""
        extractor = self._extractor(self.task_run(context), context)
        try:
            extractor.add_calls(event["calls"])
            if event["failure"] is not None:
                raise untold(event["failure"])
            return self._wait_or_finish(extractor, str(event["job_id"]), context)
        except (QuotaError, ThrottledError) as exc:
            return self._put_off(context, exc)

    def on_kill(self) -> None:
        """Abort the job of a task that is being killed. Its connections are in use, so others are opened."""
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
        reason = puts_off(failure)
        if not reason:
            raise failure
        return self._defer_run(context, reason)

    def _finish(self, extractor: Extractor, context: Context) -> list[list[dict[str, Any]]]:
        found = extractor.finish()
        account = found.to_dict()
        context["ti"].xcom_push(key=EXTRACTION, value=account)
        travelling = {"extraction": account["extraction"], "read_at": account["read_at"]}
        rows = [{**travelling, "kind": "rows", "ref": part.to_dict()} for part in found.parts]
        departed = [{**travelling, "kind": "payloads", "ref": part.to_dict()} for part in found.departures]
        return in_batches([{**part, "number": number} for number, part in enumerate([*rows, *departed])])

    def _defer_run(self, context: Context, reason: str) -> list[list[dict[str, Any]]]:
        self.log.warning("deferred: %s", reason)
        context["ti"].xcom_push(key=EXTRACTION, value={"deferred": reason})
        return []

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


class PartsOperator(SyncOperator):
    """A task that is mapped over batches of parts and holds one part at a time.

    ``show_parts`` fills the label that ``PART_LABEL`` shows.
    """

    template_fields: Sequence[str] = ("parts",)

    def __init__(self, *, parts: Sequence[Mapping[str, Any]], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.parts = parts

    def show_parts(self, context: Context) -> None:
        """Show the parts, not a bare number, in Airflow's UI."""
        rows = sum(part["ref"]["rows"] for part in self.parts)
        first, last = (self.parts[at]["number"] + 1 for at in (0, -1))
        labels: Any = context
        labels["part_label"] = (
            f"part {first}, {rows} rows" if first == last else f"parts {first} to {last}, {rows} rows"
        )

    def goes_on(self, context: Context) -> bool:
        """Whether an earlier try has failed since the task was begun or cleared: what it has done need not be repeated.

        Clearing a task gives it all its retries anew, and it then does everything anew.
        """
        ti: Any = context["ti"]
        return bool(ti.try_number + self.retries > ti.max_tries + 1)


class TransformOperator(PartsOperator):
    """Maps parts of rows to parts of payloads, one to one; touches neither system."""

    def execute(self, context: Context) -> list[dict[str, Any]]:
        """Return the parts of payloads."""
        self.show_parts(context)
        if all(part["kind"] == "payloads" for part in self.parts):
            return [dict(part) for part in self.parts]
        from salesforce_daktela.mapping.engine.compiled_mapping import compile_mapping
        from salesforce_daktela.steps.preflight.drift import without

        run = self.task_run(context)
        facts = run.facts()
        found = facts.mappings[self.mapping]
        compiled = compile_mapping(
            without(run.spec.mapping(self.mapping), found.left_out),
            found.source,
            timezone=facts.timezone,
            target=found.target,
            instance_url=facts.instance_url,
            project_transforms=run.transforms,
        )
        if not self.goes_on(context):
            self._discard(run.run_id)
        return [
            dict(part) if part["kind"] == "payloads" else self._transform(part, run.run_id, compiled)
            for part in self.parts
        ]

    def _transform(self, part: Mapping[str, Any], run_id: str, compiled: CompiledMapping) -> dict[str, Any]:
        from salesforce_daktela.staging.keys import PartRef
        from salesforce_daktela.steps.transform.part import transform_part

        staging, key = open_staging(), self._key(part, run_id)
        done = staging.find_part(key) if len(self.parts) > 1 else None
        payloads = done or transform_part(staging, PartRef.from_dict(part["ref"]), key, compiled)
        return {**part, "kind": "payloads", "ref": payloads.to_dict()}

    def _discard(self, run_id: str) -> None:
        """Take away what a try before a clearing has left, so that only this one's tries are gone on with."""
        staging = open_staging()
        for part in self.parts if len(self.parts) > 1 else ():
            if part["kind"] == "rows":
                staging.delete_file(self._key(part, run_id).path)

    def _key(self, part: Mapping[str, Any], run_id: str) -> PartKey:
        from salesforce_daktela.staging.keys import PartKey

        return PartKey(
            sync=self.sync,
            run=run_id,
            mapping=self.mapping,
            extraction=part["extraction"],
            kind="payloads",
            number=part["number"],
        )


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


class LoadOperator(PartsOperator):
    """Writes parts to Daktela, one outcome for each Id. Safe to repeat."""

    def execute(self, context: Context) -> dict[str, Any]:
        """Return the parts' counts by outcome."""
        self.show_parts(context)
        run = self.task_run(context)
        if not run.request.writes:
            raise AirflowSkipException("this run only plans")
        answer: Any = context["ti"].xcom_pull(task_ids=f"{self.mapping}.{APPROVE}")
        if answer is not None and not answer["approved"]:
            raise AirflowSkipException(f"declined by {answer['by']}")
        from salesforce_daktela.staging.keys import PartRef
        from salesforce_daktela.steps.load.loader import Loader

        facts, ledger = run.facts(), self.ledger(run)
        daktela = self.daktela(run.spec).client
        confirm_memory(run.spec.name, ledger, facts, daktela=daktela)
        loader = Loader(
            spec=run.spec,
            mapping=run.spec.mapping(self.mapping),
            database=facts.database,
            run_id=run.run_id,
            extraction=self.parts[0]["extraction"],
            read_at=datetime.fromisoformat(self.parts[0]["read_at"]),
            daktela=daktela,
            ledger=ledger,
            store=open_staging(),
            left_out=facts.mappings[self.mapping].left_out,
            agreed=answer is not None and bool(answer.get("gives_up")),
        )
        counts = self._done(loader, context)
        for part in self.parts:
            if part["number"] not in counts:
                counts[part["number"]] = loader.load(PartRef.from_dict(part["ref"]), part["number"]).counts()
        return dict(sum((Counter(each) for each in counts.values()), Counter[str]()))

    def _done(self, loader: Loader, context: Context) -> dict[int, Mapping[str, int]]:
        """Counts of the parts that an earlier try has loaded; none after a clearing, and none for a single part."""
        if len(self.parts) == 1:
            return {}
        numbers = [part["number"] for part in self.parts]
        accounts = (self.sync, loader.run_id, self.mapping, loader.extraction)
        if not self.goes_on(context):
            loader.ledger.totals.forget_parts(*accounts, numbers)
            return {}
        return {
            found.part: found.counts for found in loader.ledger.totals.read_parts(*accounts) if found.part in numbers
        }


class SettleOperator(SyncOperator):
    """Accounts for every row, moves the watermark, and publishes the report; red when the sum is wrong."""

    def __init__(self, *, asset: Asset, **kwargs: Any) -> None:
        super().__init__(outlets=[asset], trigger_rule="all_done", **kwargs)
        self.asset = asset

    def execute(self, context: Context) -> dict[str, Any]:
        """Return the run report of one mapping."""
        run = self.task_run(context)
        extraction: Any = context["ti"].xcom_pull(task_ids=f"{self.mapping}.extract", key=EXTRACTION)
        if extraction is None:
            self.abandon(run)
            failed = ", ".join(failed_tasks(context, [PREFLIGHT, f"{self.mapping}.extract"])) or "extract"
            raise AirflowFailException(
                f"{self.mapping}: nothing was extracted, so nothing was settled and the watermark stays: {failed} did "
                "not finish; mend what its log says, then clear it with everything after it"
            )
        self._skip_unwritten(run, context, extraction)
        facts = run.facts()
        report = settle(
            run.spec,
            run.spec.mapping(self.mapping),
            run.request,
            self.ledger(run),
            run_id=run.run_id,
            extraction=extraction,
            started=context["dag_run"].start_date or datetime.fromisoformat(extraction["read_at"]),
            drift=facts.drift_of(self.mapping),
            left_out=facts.mappings[self.mapping].left_out,
            instance_url=facts.instance_url,
            failed_tasks=lambda: failed_tasks(context, [f"{self.mapping}.{name}" for name in WRITING]),
        )
        why = reject_text(self.sync, self.mapping, report.rejects, report.rejected)
        self._tell(report, why, context)
        if report.failure:
            raise AirflowFailException("\n".join(filter(None, [f"{self.mapping}: {report.failure}", why])))
        context["outlet_events"][self.asset].extra = report.to_dict()
        if not run.spec.retain:
            open_staging().delete_values(self.sync, run.run_id, self.mapping, extraction["extraction"])
        return report.to_dict()

    def _skip_unwritten(self, run: TaskRun, context: Context, extraction: Any) -> None:
        """Account for a run that was deferred, only planned, or declined, and skip; return when it has written."""
        from salesforce_daktela.airflow.next_run import next_try

        if "deferred" in extraction:
            self._account_for(run, context, "deferred")
            again = next_try(run.spec, run.request, datetime.now(UTC))
            raise AirflowSkipException(
                f"{self.mapping}: deferred, the watermark stays: {extraction['deferred']}; {again}"
            )
        ti = context["ti"]
        if not run.request.writes:
            plan: Any = ti.xcom_pull(task_ids=f"{self.mapping}.plan")
            report = self._account_for(run, context, "planned", extraction, None if plan is None else plan["counts"])
            if report.failure:
                raise AirflowFailException(f"{self.mapping}: {report.failure}")
            ti.xcom_push(key="report", value=report.to_dict())
            # Skipped, for a task that succeeds publishes its asset event.
            raise AirflowSkipException(f"{self.mapping}: nothing was written, as asked; planned: {json.dumps(plan)}")
        answer: Any = ti.xcom_pull(task_ids=f"{self.mapping}.{APPROVE}")
        if answer is not None and not answer["approved"]:
            self._account_for(run, context, "declined", extraction)
            again = next_try(run.spec, run.request, datetime.now(UTC))
            raise AirflowSkipException(
                f"{self.mapping}: declined by {answer['by']}, nothing was written, the watermark stays; {again}"
            )

    def _account_for(
        self,
        run: TaskRun,
        context: Context,
        state: str,
        extraction: Mapping[str, Any] | None = None,
        counts: Mapping[str, int] | None = None,
    ) -> RunReport:
        return settle_unwritten(
            run.spec,
            run.spec.mapping(self.mapping),
            run.request,
            self.ledger(run),
            run_id=run.run_id,
            state=state,
            started=context["dag_run"].start_date or datetime.now(UTC),
            extraction=extraction,
            counts=counts,
        )

    def _tell(self, report: RunReport, why: str, context: Context) -> None:
        """Leave the report where people look: in the log and under XCom, as a line, as data and as reasons."""
        self.log.info("%s", report.summary())
        if why and not report.failure:
            self.log.info("%s", why)
        self.log.info("report: %s", json.dumps(report.to_dict(), sort_keys=True))
        context["ti"].xcom_push(key="report", value=report.to_dict())
        context["ti"].xcom_push(key="summary", value="\n".join(filter(None, [report.summary(), why])))
