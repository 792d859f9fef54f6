"""Reads the questions of a sync's runs from Airflow's database, with the plans that they are about."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from airflow.api_fastapi.auth.managers.models.base_user import BaseUser
from airflow.api_fastapi.auth.managers.models.resource_details import DagAccessEntity
from airflow.models.dagrun import DagRun
from airflow.models.hitl import HITLDetail
from airflow.models.taskinstance import TaskInstance
from sqlalchemy import Row, Select, select
from sqlalchemy.orm import Session

from salesforce_daktela.airflow.dag_ids import COMPARING, LOADING
from salesforce_daktela.airflow.environment import AirflowEnvironment
from salesforce_daktela.airflow.operators.approve import APPROVE
from salesforce_daktela.airflow.operators.compare import PLAN
from salesforce_daktela.airflow.operators.reconcile_operator import COMPARE
from salesforce_daktela.mapping.model import SyncSpec
from salesforce_daktela.steps.plan.mapping_plan import MappingPlan
from salesforce_daktela.ui.rights import Rights
from salesforce_daktela.ui.runs.facts import RunFacts
from salesforce_daktela.ui.runs.reading import left_by, may
from salesforce_daktela.ui.watching.answers.facts import Answered, AnswersFacts, Asked
from salesforce_daktela.ui.watching.answers.samples import read_samples
from salesforce_daktela.ui.watching.health.reading import WAITS, may_see_questions

MOST_ASKED = 50
MOST_ANSWERED = 10


def read_answers(
    environment: AirflowEnvironment, session: Session, user: BaseUser, sync: str, spec: SyncSpec | None, rights: Rights
) -> AnswersFacts:
    """Return what the user may know of a sync's questions. Values of records are read for who may edit the DAG."""
    dag_ids = [dag_id for dag_id in (LOADING + sync, COMPARING + sync) if may_see_questions(user, session, dag_id)]
    waiting = _details(dag_ids).where(TaskInstance.state.in_(WAITS), HITLDetail.responded_at.is_(None))
    given = _details(dag_ids).where(HITLDetail.responded_at.is_not(None))
    latest = given.order_by(HITLDetail.responded_at.desc()).limit(MOST_ANSWERED)
    asked = session.execute(waiting.order_by(HITLDetail.created_at).limit(MOST_ASKED)).all()
    return AnswersFacts(
        now=datetime.now(UTC),
        may_see=bool(dag_ids),
        spec=spec,
        asked=tuple(_asked(environment, session, user, sync, row, rights) for row in asked),
        answered=tuple(_answered(row) for row in session.execute(latest)),
    )


def _details(dag_ids: list[str]) -> Select[Any]:
    return (
        select(
            TaskInstance.dag_id,
            TaskInstance.run_id,
            TaskInstance.task_id,
            DagRun.state.label("run_state"),
            HITLDetail.created_at,
            HITLDetail.options,
            HITLDetail.responded_at,
            HITLDetail.responded_by,
            HITLDetail.chosen_options,
        )
        .select_from(HITLDetail)
        .join(TaskInstance, TaskInstance.id == HITLDetail.ti_id)
        .join(DagRun, (DagRun.dag_id == TaskInstance.dag_id) & (DagRun.run_id == TaskInstance.run_id))
        .where(TaskInstance.dag_id.in_(dag_ids), TaskInstance.task_id.endswith(f".{APPROVE}", autoescape=True))
    )


def _asked(
    environment: AirflowEnvironment, session: Session, user: BaseUser, sync: str, row: Row[Any], rights: Rights
) -> Asked:
    asked = Asked(
        dag_id=row.dag_id,
        run_id=row.run_id,
        task_id=row.task_id,
        mapping=_mapping(row),
        since=row.created_at,
        options=tuple(str(option) for option in row.options),
        repairs=_repairs(row),
        may_answer=may(user, session, row.dag_id, "PUT", DagAccessEntity.HITL_DETAIL),
    )
    if not may(user, session, row.dag_id, "GET", DagAccessEntity.XCOM):
        return asked
    return read_samples(environment, sync, asked, _plan(session, row), edits=rights.edit)


def _plan(session: Session, row: Row[Any]) -> MappingPlan | None:
    run = RunFacts(dag_id=row.dag_id, run_id=row.run_id, state="", at=row.created_at)
    task, key = (COMPARE, PLAN) if _repairs(row) else ("plan", "return_value")
    left: Mapping[str, Any] | None = left_by(session, run, f"{_mapping(row)}.{task}", key)
    try:
        return None if left is None else MappingPlan.from_dict(left)
    except (KeyError, TypeError):
        # Another release has left it.
        return None


def _answered(row: Row[Any]) -> Answered:
    return Answered(
        dag_id=row.dag_id,
        run_id=row.run_id,
        mapping=_mapping(row),
        at=row.responded_at,
        by=str((row.responded_by or {}).get("name") or ""),
        chosen=tuple(str(option) for option in row.chosen_options or ()),
        run_state=str(row.run_state),
        repairs=_repairs(row),
    )


def _mapping(row: Row[Any]) -> str:
    return str(row.task_id).removesuffix(f".{APPROVE}")


def _repairs(row: Row[Any]) -> bool:
    return str(row.dag_id).startswith(COMPARING)
