"""Reads what the latest run of a sync did: Airflow's states, the ledger's totals, what tasks have left."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from airflow.api_fastapi.auth.managers.models.base_user import BaseUser
from airflow.api_fastapi.auth.managers.models.resource_details import DagAccessEntity
from airflow.models.taskinstance import TaskInstance
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from salesforce_daktela.airflow.dag_ids import LOADING
from salesforce_daktela.airflow.environment import AirflowEnvironment
from salesforce_daktela.errors import PipelineError
from salesforce_daktela.ledger.records.entries import RunTotals
from salesforce_daktela.ui.activate.facts import ActivateFacts, Followed, MappingReport, Reject
from salesforce_daktela.ui.rights import Rights
from salesforce_daktela.ui.runs.facts import RunFacts, SyncStanding
from salesforce_daktela.ui.runs.planned import read_planned
from salesforce_daktela.ui.runs.reading import latest_run, left_by, may, named_run

ROWS = 200
"""Of the ledger's totals, a row for each mapping and run: the latest run is among these."""

ASKING = "awaiting_input"
READ = (DagAccessEntity.RUN, DagAccessEntity.TASK_INSTANCE, DagAccessEntity.XCOM)


def read_activation(
    environment: AirflowEnvironment,
    session: Session,
    user: BaseUser,
    standing: SyncStanding,
    rights: Rights,
    *,
    run_id: str = "",
) -> ActivateFacts:
    """Return what the user may know of the sync's plan and of a run: ``run_id``, or the latest if that is not there."""
    dag_id = LOADING + standing.name
    may_read = all(may(user, session, dag_id, "GET", entity) for entity in READ)
    latest = latest_run(session, dag_id) if may_read and standing.dag is not None else None
    run = latest and (named_run(session, dag_id, run_id) or latest)
    return ActivateFacts(
        standing=standing,
        dag_id=dag_id,
        may_switch=rights.edit,
        may_start=rights.run,
        may_read=may_read,
        planned=read_planned(session, user, standing.name, standing.spec),
        followed=None if run is None else _follow(environment, session, standing.name, run, latest=run == latest),
    )


def _follow(environment: AirflowEnvironment, session: Session, sync: str, run: RunFacts, *, latest: bool) -> Followed:
    states = _states(session, run)
    trouble, totals = "", []
    try:
        totals = _totals(environment, sync, run) if run.ended else []
    except PipelineError as exc:
        trouble = str(exc)
    except SQLAlchemyError as exc:
        # Its text quotes the statement with its values.
        trouble = f"the ledger does not answer ({type(exc).__name__})"
    return Followed(
        run=run,
        latest=latest,
        reports=tuple(_report(session, run, total) for total in totals),
        failed=tuple(task for task, state in states if state == "failed"),
        asking=tuple(task for task, state in states if state == ASKING),
        ledger_trouble=trouble,
    )


def _states(session: Session, run: RunFacts) -> list[tuple[str, str]]:
    query = (
        select(TaskInstance.task_id, TaskInstance.state)
        .where(TaskInstance.dag_id == run.dag_id, TaskInstance.run_id == run.run_id)
        .where(TaskInstance.state.in_(("failed", ASKING)))
        .distinct()
        .order_by(TaskInstance.task_id)
    )
    return [(row.task_id, str(row.state)) for row in session.execute(query)]


def _totals(environment: AirflowEnvironment, sync: str, run: RunFacts) -> list[RunTotals]:
    ledger = environment.ledger()
    if not ledger.overview.version().found:
        return []
    return [total for total in ledger.totals.read_runs(sync, ROWS) if total.run_id == run.run_id]


def _report(session: Session, run: RunFacts, totals: RunTotals) -> MappingReport:
    told: Mapping[str, Any] = left_by(session, run, f"{totals.mapping}.settle", "report") or {}
    read: Mapping[str, Any] = left_by(session, run, f"{totals.mapping}.extract", "extraction") or {}
    return MappingReport(
        mapping=totals.mapping,
        state=totals.state,
        counts=totals.counts,
        rejects=tuple(
            Reject(code=str(reject["code"]), field=str(reject["field"]), count=int(reject["count"]))
            for reject in told.get("rejects", ())
        ),
        failure=str(told.get("failure") or ""),
        deferred=str(read.get("deferred") or ""),
    )
