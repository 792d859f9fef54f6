"""Reads what the latest run of a sync did: Airflow's states, the ledger's totals, what tasks have left."""

from __future__ import annotations

from airflow.api_fastapi.auth.managers.models.base_user import BaseUser
from airflow.api_fastapi.auth.managers.models.resource_details import DagAccessEntity
from sqlalchemy.orm import Session

from salesforce_daktela.airflow.dag_ids import LOADING
from salesforce_daktela.airflow.environment import AirflowEnvironment
from salesforce_daktela.ui.activate.facts import ActivateFacts, Followed
from salesforce_daktela.ui.environment import LEDGER_TROUBLE, told_trouble
from salesforce_daktela.ui.rights import Rights
from salesforce_daktela.ui.runs.facts import RunFacts, SyncStanding
from salesforce_daktela.ui.runs.planned import read_planned
from salesforce_daktela.ui.runs.reading import latest_run, may, named_run
from salesforce_daktela.ui.runs.reported import MappingReport, asks, task_states, those_in, told_by

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
    states = task_states(session, run)
    trouble, reports = "", []
    try:
        reports = _reports(environment, sync, run) if run.ended else []
    except LEDGER_TROUBLE as exc:
        trouble = told_trouble(exc)
    return Followed(
        run=run,
        latest=latest,
        reports=tuple(reports),
        failed=those_in(states, "failed"),
        asking=tuple(task for task, _, state in states if asks(task, state)),
        ledger_trouble=trouble,
    )


def _reports(environment: AirflowEnvironment, sync: str, run: RunFacts) -> list[MappingReport]:
    ledger = environment.ledger()
    if not ledger.overview.version().found:
        return []
    return [told_by(report) for report in ledger.reports.read(sync, run.run_id)]
