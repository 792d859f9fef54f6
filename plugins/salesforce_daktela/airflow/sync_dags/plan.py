"""The DAG of each sync that tells what the next run would do, also while the sync itself is still paused."""

from __future__ import annotations

from airflow.sdk import DAG

from salesforce_daktela.airflow.dag_ids import PLANNING
from salesforce_daktela.airflow.operators.plan_sync import PLAN_TASK, PlanSyncOperator
from salesforce_daktela.airflow.page_links import page_link
from salesforce_daktela.airflow.retry_policy import RETRIES
from salesforce_daktela.airflow.sync_dags.start import START
from salesforce_daktela.mapping.model import SyncSpec


def build_plan_dag(spec: SyncSpec) -> DAG:
    """Return ``plan__<sync>``: one task, on from the beginning, without a schedule.

    Airflow leaves runs of a paused DAG in its queue, so mode plan of the DAG that loads cannot tell what the first run
    would do. The task is not tried again: somebody looks at the page and can repeat it.
    """
    with DAG(
        dag_id=PLANNING + spec.name,
        description=f"What the next run of {spec.name} would do; nothing is written",
        schedule=None,
        start_date=START,
        catchup=False,
        max_active_runs=1,
        is_paused_upon_creation=False,
        default_args={**RETRIES, "retries": 0},
        tags=["salesforce", "daktela"],
        doc_md="What the next run would do, from reading both systems. "
        f"[The page of the plan]({page_link(f'/syncs/{spec.name}/plan')}) shows the result; it is the task's XCom. "
        "Nothing is written but the totals of the plan.",
        auto_register=False,
    ) as dag:
        PlanSyncOperator(task_id=PLAN_TASK, sync=spec.name)
    return dag
