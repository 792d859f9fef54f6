"""The DAG of each sync that compares both sides."""

from __future__ import annotations

from typing import Any

from airflow.sdk import DAG, Param, TaskGroup, XComArg

from salesforce_daktela.airflow.assets import reconciled
from salesforce_daktela.airflow.dag_ids import COMPARING
from salesforce_daktela.airflow.notifiers import run_callbacks
from salesforce_daktela.airflow.operators.approve import APPROVE, ApproveOperator
from salesforce_daktela.airflow.operators.compare import PLAN, CompareOperator
from salesforce_daktela.airflow.operators.extract import ExtractOperator
from salesforce_daktela.airflow.operators.parts_operator import PART_LABEL
from salesforce_daktela.airflow.operators.preflight import PreflightOperator
from salesforce_daktela.airflow.operators.reconcile_operator import COMPARE
from salesforce_daktela.airflow.operators.repair import REPAIR, RepairOperator
from salesforce_daktela.airflow.operators.report import ReportOperator
from salesforce_daktela.airflow.operators.transform import TransformOperator
from salesforce_daktela.airflow.page_links import name_page, page_link
from salesforce_daktela.airflow.releases import CronDataIntervalTimetable
from salesforce_daktela.airflow.retry_policy import RETRIES, longest_load
from salesforce_daktela.airflow.sync_dags.start import START
from salesforce_daktela.airflow.task_run import COMPARES, PREFLIGHT
from salesforce_daktela.mapping.model import MappingSpec, SyncSpec


def build_reconcile_dag(spec: SyncSpec) -> DAG:
    """Return ``reconcile__<sync>``: preflight, then each mapping's tasks, parents before children."""
    with DAG(
        dag_id=COMPARING + spec.name,
        description=f"Both sides of {spec.name} compared whole",
        schedule=None
        if spec.reconcile is None
        else CronDataIntervalTimetable(spec.reconcile, timezone=spec.timezone or "UTC"),
        start_date=START,
        catchup=False,
        max_active_runs=1,
        default_args={**RETRIES, "on_failure_callback": name_page},
        **run_callbacks(spec),
        params=_params(spec),
        tags=["salesforce", "daktela"],
        doc_md=f"What was found: [the page of comparisons]({page_link(f'/syncs/{spec.name}/reconcile')}), and the "
        "`report` task of each mapping. What it means: `docs/reconcile.md`.",
        auto_register=False,
    ) as dag:
        ready = PreflightOperator(task_id=PREFLIGHT, sync=spec.name)
        repairs: dict[str, Any] = {}
        for mapping in spec.mappings:
            parents = {name: repairs[name] for name in mapping.parents(repairs)}
            repairs[mapping.name] = _mapping_tasks(spec, mapping, ready, parents)
    return dag


def _mapping_tasks(spec: SyncSpec, mapping: MappingSpec, ready: PreflightOperator, parents: dict[str, Any]) -> Any:
    of = {"sync": spec.name, "mapping": mapping.name}
    with TaskGroup(mapping.name, tooltip=f"{mapping.sobject} and {mapping.entity.value}"):
        extract = ExtractOperator(task_id="extract", **of)
        transform = TransformOperator.partial(task_id="transform", map_index_template=PART_LABEL, **of).expand(
            parts=extract.output
        )
        compare = CompareOperator(task_id=COMPARE, parts=transform.output, **of)
        approve = ApproveOperator(task_id=APPROVE, mapping=mapping.name, plan=XComArg(compare, key=PLAN))
        repair = RepairOperator(task_id=REPAIR, execution_timeout=longest_load(spec.limits.requests_per_second), **of)
        report = ReportOperator(task_id="report", asset=reconciled(spec, mapping), **of)
    ready >> extract
    approve >> repair
    [extract, repair] >> report
    for parent in parents.values():
        parent >> compare
    return repair


def _params(spec: SyncSpec) -> dict[str, Param]:
    names = [mapping.name for mapping in spec.mappings]
    return {
        COMPARES: Param(
            False,
            type="boolean",
            title="Repair",
            description="Put right what is found: create what is missing, write what differs, handle what is extra as "
            "on_delete says, clean the ledger. Otherwise the run only reports.",
        ),
        "mappings": Param(
            None,
            type=["null", "array"],
            items={"type": "string"},
            examples=names,
            title="Mappings",
            description=f"Leave empty for all of {', '.join(names)}.",
        ),
    }
