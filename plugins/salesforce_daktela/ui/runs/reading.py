"""Reads how a sync stands, the latest run of a DAG, and what a run's tasks have left."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

from airflow.api_fastapi.app import get_auth_manager
from airflow.api_fastapi.auth.managers.models.base_user import BaseUser
from airflow.api_fastapi.auth.managers.models.resource_details import DagAccessEntity, DagDetails
from airflow.models.dag import DagModel
from airflow.models.dagrun import DagRun
from airflow.models.xcom import XComModel
from fastapi import HTTPException
from sqlalchemy import select
from sqlalchemy.orm import Session

from salesforce_daktela.airflow.dag_ids import LOADING, PLANNING
from salesforce_daktela.airflow.dag_mark import deployed_fingerprint
from salesforce_daktela.airflow.environment import AirflowEnvironment
from salesforce_daktela.errors import PipelineError
from salesforce_daktela.mapping.language.loader import load_sync
from salesforce_daktela.mapping.model import SyncSpec
from salesforce_daktela.mapping.problems import MappingError, MappingProblem
from salesforce_daktela.steps.run.fingerprint import sync_fingerprint
from salesforce_daktela.ui.drafting import open_draft, settle
from salesforce_daktela.ui.runs.facts import RunFacts, SyncStanding
from salesforce_daktela.ui.syncs.facts import DagFacts


def read_standing(
    environment: AirflowEnvironment, session: Session, sync: str, user: BaseUser, *, edits: bool
) -> SyncStanding:
    """Return how a sync stands. ``edits`` is whether the user may have a draft. Raises 404 where there is nothing."""
    spec, problems = _files(environment.mappings_folder() / sync, environment.transforms_folder())
    dag, mark = _dag(session, LOADING + sync)
    planning, _ = _dag(session, PLANNING + sync)
    files = None if spec is None else sync_fingerprint(spec)
    deployed = dag is not None and files is not None and mark == files
    drafted, unsaved = _draft(sync, user, deployed=deployed) if edits else (False, False)
    if spec is None and not problems and dag is None and not drafted:
        raise HTTPException(404, "There is no such sync.")
    return SyncStanding(
        name=sync,
        spec=spec,
        problems=problems,
        dag=dag,
        plans=planning is not None,
        stuck=planning is not None and planning.paused,
        outdated=files is not None and mark is not None and mark != files,
        unsaved=unsaved,
    )


def latest_run(session: Session, dag_id: str) -> RunFacts | None:
    """Return the latest run of a DAG."""
    query = select(DagRun).where(DagRun.dag_id == dag_id).order_by(DagRun.run_after.desc(), DagRun.id.desc()).limit(1)
    return _run(dag_id, session.scalars(query).one_or_none())


def named_run(session: Session, dag_id: str, run_id: str) -> RunFacts | None:
    """Return the run of a DAG that has this id."""
    query = select(DagRun).where(DagRun.dag_id == dag_id, DagRun.run_id == run_id)
    return _run(dag_id, session.scalars(query).one_or_none())


def _run(dag_id: str, run: DagRun | None) -> RunFacts | None:
    if run is None:
        return None
    return RunFacts(dag_id=dag_id, run_id=run.run_id, state=str(run.state), at=run.start_date or run.run_after)


def left_by(session: Session, run: RunFacts, task_id: str, key: str) -> Mapping[str, Any] | None:
    """Return an object that a task has left under a key; None where there is none that Airflow's database holds."""
    value = value_left_by(session, run, task_id, key)
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except ValueError:
            return None
    return value if isinstance(value, Mapping) else None


def value_left_by(session: Session, run: RunFacts, task_id: str, key: str) -> Any:
    """Return what a task has left under a key, as Airflow's database holds it."""
    query = XComModel.get_many(
        run_id=run.run_id, key=key, task_ids=task_id, dag_ids=run.dag_id, map_indexes=-1, limit=1
    )
    row = session.scalars(query).first()
    return None if row is None else XComModel.deserialize_value(row)


def may(
    user: BaseUser,
    session: Session,
    dag_id: str,
    method: Literal["GET", "POST", "PUT"],
    entity: DagAccessEntity | None = None,
) -> bool:
    """Whether the auth manager lets a user do this with a DAG, or with its runs, tasks or what tasks have left."""
    details = DagDetails(id=dag_id, team_name=DagModel.get_team_name(dag_id, session=session))
    return get_auth_manager().is_authorized_dag(method=method, access_entity=entity, details=details, user=user)


def _files(folder: Path, transforms: Path) -> tuple[SyncSpec | None, tuple[MappingProblem, ...]]:
    if not folder.is_dir():
        return None, ()
    try:
        return load_sync(folder, transforms_folder=transforms), ()
    except MappingError as exc:
        return None, exc.problems


def dag_of(session: Session, dag_id: str) -> DagFacts | None:
    """Return a DAG as Airflow has it, None when there is none."""
    return _dag(session, dag_id)[0]


def _dag(session: Session, dag_id: str) -> tuple[DagFacts | None, str | None]:
    """A DAG, and the fingerprint of the files it was made of."""
    query = select(DagModel.is_paused, DagModel.next_dagrun_create_after, DagModel.description).where(
        DagModel.dag_id == dag_id, DagModel.is_stale.is_(False)
    )
    row = session.execute(query).one_or_none()
    if row is None:
        return None, None
    facts = DagFacts(paused=row.is_paused, next_run=row.next_dagrun_create_after)
    return facts, deployed_fingerprint(row.description)


def _draft(sync: str, user: BaseUser, *, deployed: bool) -> tuple[bool, bool]:
    """Whether the user has a draft with anything in it, and whether it differs from the files.

    ``deployed`` is whether the DAG was made from the files as they are: then a draft of what was saved is done.
    """
    try:
        draft = open_draft(sync, user)
        if deployed:
            settle(draft)
    except PipelineError:
        # The steps before this one say what is wrong with the folder or the ledger; what is saved can be run.
        return False, False
    return bool(draft.texts), draft.unsaved
