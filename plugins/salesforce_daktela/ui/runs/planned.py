"""The latest plan of a sync, read from the run of its DAG that plans."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from airflow.api_fastapi.auth.managers.models.base_user import BaseUser
from airflow.api_fastapi.auth.managers.models.resource_details import DagAccessEntity
from sqlalchemy.orm import Session

from salesforce_daktela.airflow.dag_ids import PLANNING
from salesforce_daktela.airflow.operators.plan_sync import PLAN_TASK
from salesforce_daktela.airflow.operators.sync_operator import FAILURE
from salesforce_daktela.mapping.model import SyncSpec
from salesforce_daktela.steps.plan.sync_plan import SyncPlan
from salesforce_daktela.steps.run.fingerprint import sync_fingerprint
from salesforce_daktela.ui.runs.facts import RunFacts
from salesforce_daktela.ui.runs.reading import latest_run, left_by, may

RESULT = "return_value"


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """``may_start`` and ``may_read`` are rights on the DAG that plans. ``run`` is its latest run, ``plan`` its result.

    ``failure`` has ``kind``, ``what``, ``where`` and ``advice``, where the task said why there is no result.
    ``current`` is whether the plan is of the files as they are now.
    """

    dag_id: str
    may_start: bool
    may_read: bool
    run: RunFacts | None = None
    plan: SyncPlan | None = None
    failure: Mapping[str, Any] | None = None
    current: bool = True


def read_planned(session: Session, user: BaseUser, sync: str, spec: SyncSpec | None) -> Planned:
    """Return the latest plan, as far as the user may read what tasks have left."""
    dag_id = PLANNING + sync
    may_read = all(may(user, session, dag_id, "GET", entity) for entity in (DagAccessEntity.RUN, DagAccessEntity.XCOM))
    may_start = may(user, session, dag_id, "POST", DagAccessEntity.RUN)
    run = latest_run(session, dag_id) if may_read else None
    if run is None or not run.ended:
        return Planned(dag_id=dag_id, may_start=may_start, may_read=may_read, run=run)
    plan = _plan(left_by(session, run, PLAN_TASK, RESULT))
    return Planned(
        dag_id=dag_id,
        may_start=may_start,
        may_read=may_read,
        run=run,
        plan=plan,
        failure=left_by(session, run, PLAN_TASK, FAILURE) if plan is None else None,
        current=plan is None or spec is None or plan.fingerprint == sync_fingerprint(spec),
    )


def _plan(result: Mapping[str, Any] | None) -> SyncPlan | None:
    try:
        return None if result is None else SyncPlan.from_dict(result)
    except (KeyError, TypeError):
        # Another release has left it.
        return None
