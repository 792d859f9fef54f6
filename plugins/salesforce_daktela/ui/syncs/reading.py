"""What the page of all syncs reads: the mappings folder, Airflow's database, the ledger."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from airflow.api_fastapi.app import get_auth_manager
from airflow.api_fastapi.auth.managers.models.base_user import BaseUser
from airflow.api_fastapi.auth.managers.models.resource_details import DagAccessEntity, DagDetails
from airflow.models.dag import DagModel
from airflow.models.dagrun import DagRun
from fastapi import HTTPException
from sqlalchemy import select
from sqlalchemy.orm import Session

from salesforce_daktela.airflow.dag_ids import LOADING
from salesforce_daktela.airflow.dag_mark import deployed_fingerprint
from salesforce_daktela.airflow.environment import AirflowEnvironment
from salesforce_daktela.errors import ConfigurationError
from salesforce_daktela.ledger.ledger import Ledger
from salesforce_daktela.mapping.language.loader import NAME, NoSyncError, list_syncs
from salesforce_daktela.ui.drafting import unsaved_syncs
from salesforce_daktela.ui.environment import LEDGER_TROUBLE, told_trouble
from salesforce_daktela.ui.syncs.facts import DagFacts, LastRun, SyncFacts, SyncsFacts
from salesforce_daktela.ui.syncs.loaded import loaded

log = logging.getLogger(__name__)

ROWS = 200
"""Of the ledger's totals of runs, a row for each mapping and run: the latest run is among these."""

UNWRITTEN = ("deferred", "declined", "planned")


def read_syncs(
    environment: AirflowEnvironment, session: Session, user: BaseUser, *, counted: bool = True
) -> SyncsFacts:
    """Return the syncs whose DAG the user may read, whether there is such a DAG yet or not.

    ``counted`` is whether the ledger is asked what their last runs did.
    """
    folders, trouble = _folders(environment.mappings_folder())
    dags = _dags(session)
    here = {f"{LOADING}{folder.name}": folder for folder in folders}

    def deployed(name: str) -> bool:
        folder, dag = here.get(f"{LOADING}{name}"), dags.get(f"{LOADING}{name}")
        if folder is None or dag is None or dag.files is None:
            return False
        return loaded(folder, environment.transforms_folder()).fingerprint == dag.files

    drafts = {f"{LOADING}{name}" for name in unsaved_syncs(user.get_id(), environment, deployed)}
    shown = _readable(user, set(dags), (here.keys() | drafts) - dags.keys())
    editable = get_auth_manager().filter_authorized_dag_ids(dag_ids=shown, user=user, method="PUT")
    runs = {dag_id: run for dag_id in shown & dags.keys() if (run := _last_run(session, user, dag_id))}
    syncs = [
        replace(
            _sync(dag_id, here.get(dag_id), environment),
            dag=dags.get(dag_id),
            last_run=runs.get(dag_id),
            edit=dag_id in editable and NAME.fullmatch(dag_id.removeprefix(LOADING)) is not None,
            draft=dag_id in drafts & editable,
        )
        for dag_id in sorted(shown)
    ]
    facts = SyncsFacts(
        folder=str(environment.mappings_folder()),
        syncs=tuple(syncs),
        others=bool((dags.keys() | here.keys()) - shown),
        folder_trouble=trouble,
    )
    return _with_accounts(facts, environment) if counted else facts


def read_sync(environment: AirflowEnvironment, session: Session, user: BaseUser, name: str) -> SyncFacts:
    """Return one sync without the ledger's counts. Raises 404 where there are neither files nor a DAG of this name."""
    dag_id = f"{LOADING}{name}"
    folder = environment.mappings_folder() / name
    dag = _dags(session).get(dag_id)
    if dag is None and not folder.is_dir():
        raise HTTPException(404, "There is no such sync.")
    facts = _sync(dag_id, folder if folder.is_dir() else None, environment)
    return replace(facts, dag=dag, last_run=_last_run(session, user, dag_id) if dag is not None else None)


def _folders(mappings: Path) -> tuple[list[Path], str]:
    try:
        return list_syncs(mappings), ""
    except NoSyncError:
        return [], ""
    except ConfigurationError as exc:
        return [], str(exc)


def _dags(session: Session) -> dict[str, DagFacts]:
    columns = (DagModel.dag_id, DagModel.is_paused, DagModel.next_dagrun_create_after, DagModel.description)
    query = select(*columns).where(DagModel.dag_id.startswith(LOADING, autoescape=True), DagModel.is_stale.is_(False))
    return {
        dag_id: DagFacts(paused=paused, next_run=next_run, files=deployed_fingerprint(description))
        for dag_id, paused, next_run, description in session.execute(query)
    }


def _readable(user: BaseUser, present: set[str], absent: set[str]) -> set[str]:
    """Those DAGs the user may read; of DAGs that are not there yet, those that the user could read if they were."""
    manager = get_auth_manager()
    known = manager.get_authorized_dag_ids(user=user)
    return (present & known) | manager.filter_authorized_dag_ids(dag_ids=absent, user=user)


def _last_run(session: Session, user: BaseUser, dag_id: str) -> LastRun | None:
    details = DagDetails(id=dag_id, team_name=DagModel.get_team_name(dag_id, session=session))
    allowed = get_auth_manager().is_authorized_dag(
        method="GET", access_entity=DagAccessEntity.RUN, details=details, user=user
    )
    if not allowed:
        return None
    query = select(DagRun).where(DagRun.dag_id == dag_id).order_by(DagRun.run_after.desc(), DagRun.id.desc()).limit(1)
    run = session.scalars(query).one_or_none()
    return None if run is None else LastRun(run_id=run.run_id, state=str(run.state), at=run.start_date or run.run_after)


def _sync(dag_id: str, folder: Path | None, environment: AirflowEnvironment) -> SyncFacts:
    facts = SyncFacts(name=dag_id.removeprefix(LOADING), dag_id=dag_id)
    if folder is None:
        return facts
    found = loaded(folder, environment.transforms_folder())
    return replace(facts, spec=found.spec, files=found.fingerprint, problems=found.problems)


def _with_accounts(facts: SyncsFacts, environment: AirflowEnvironment) -> SyncsFacts:
    if not any(sync.last_run for sync in facts.syncs):
        return facts
    try:
        ledger = environment.ledger()
        if not ledger.overview.version().found:
            return facts
        return replace(facts, syncs=tuple(_with_totals(facts.syncs, ledger)))
    except LEDGER_TROUBLE as exc:
        return replace(facts, ledger_trouble=told_trouble(exc))


def _with_totals(syncs: Iterable[SyncFacts], ledger: Ledger) -> Iterable[SyncFacts]:
    for sync in syncs:
        if sync.last_run is None:
            yield sync
            continue
        totals = [total for total in ledger.totals.read_runs(sync.name, ROWS) if total.run_id == sync.last_run.run_id]
        counts: Counter[str] = Counter()
        for total in totals:
            counts.update(total.counts)
        run = replace(
            sync.last_run,
            counts=dict(counts),
            unwritten=next((state for state in UNWRITTEN if any(total.state == state for total in totals)), ""),
        )
        yield replace(sync, last_run=run)
