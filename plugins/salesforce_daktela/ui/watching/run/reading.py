"""Reads one run of a sync: Airflow's states, the ledger's reports, and how far it has come."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from airflow.api_fastapi.auth.managers.models.base_user import BaseUser
from airflow.api_fastapi.auth.managers.models.resource_details import DagAccessEntity
from sqlalchemy.orm import Session

from salesforce_daktela.airflow.dag_ids import COMPARING, LOADING, PLANNING, airflow_run, kept_run
from salesforce_daktela.airflow.environment import AirflowEnvironment
from salesforce_daktela.airflow.operators.sync_operator import DEFERRED, FAILURE
from salesforce_daktela.airflow.task_run import PREFLIGHT
from salesforce_daktela.ledger.ledger import Ledger
from salesforce_daktela.mapping.language.loader import load_sync
from salesforce_daktela.mapping.model import SyncSpec
from salesforce_daktela.mapping.problems import MappingError
from salesforce_daktela.sync.request import Mode
from salesforce_daktela.ui.runs.facts import RunFacts
from salesforce_daktela.ui.runs.reading import left_by, may, named_run, value_left_by
from salesforce_daktela.ui.runs.reported import task_states
from salesforce_daktela.ui.watching.ledger_reading import ask_ledger
from salesforce_daktela.ui.watching.run.facts import RunPageFacts, Stopped, Underway

KINDS = {"load": LOADING, "compare": COMPARING, "plan": PLANNING}
"""The DAGs of a sync, by the word for them in an address."""

MODES = {COMPARING: (Mode.RECONCILE.value, Mode.REPAIR.value), PLANNING: (Mode.PLAN.value,)}

STOPPING = ("failed", "skipped")
"""States of the first task after which no mapping has a report."""

READ = (DagAccessEntity.RUN, DagAccessEntity.TASK_INSTANCE)


def read_run(
    environment: AirflowEnvironment, session: Session, user: BaseUser, sync: str, run_id: str, *, kind: str = ""
) -> RunPageFacts:
    """Return what is known of a run. ``run_id`` is Airflow's id or the ledger's.

    ``kind`` names its DAG; without it the first of them that has such a run is it.
    """
    told, run_id = airflow_run(run_id)
    dags = [prefix + sync for name, prefix in KINDS.items() if kind in ("", name) and told in (LOADING, prefix)]
    readable = [dag for dag in dags if all(may(user, session, dag, "GET", entity) for entity in READ)]
    spec = _spec(environment, sync)
    facts = RunPageFacts(
        sync=sync,
        run_id=run_id,
        kept=run_id,
        now=datetime.now(UTC),
        spec=spec,
        may_read=bool(readable),
        zone=(spec.timezone if spec else None) or "UTC",
    )
    if not readable:
        return facts
    run = next((found for dag in readable if (found := named_run(session, dag, run_id))), None)
    kept = kept_run(run.dag_id if run is not None else told, run_id)
    tasks = tuple(task_states(session, run)) if run is not None else ()
    known = replace(facts, kept=kept, run=run, tasks=tasks, stopped=_stopped(session, user, run, tasks))
    return _with_ledger(environment, known)


def _with_ledger(environment: AirflowEnvironment, facts: RunPageFacts) -> RunPageFacts:
    reports, trouble = ask_ledger(environment, lambda ledger: _reports(ledger, facts))
    told = tuple(reports or ())
    known = {str(report["mapping"]) for report in told}
    goes_on = facts.run is not None and not facts.run.ended
    underway, _ = (
        ask_ledger(environment, lambda ledger: _underway(ledger, facts.sync, facts.kept, known))
        if goes_on
        else (None, "")
    )
    return replace(
        facts,
        reports=told,
        underway=tuple(underway or ()),
        ledger_trouble=trouble,
    )


def _stopped(
    session: Session, user: BaseUser, run: RunFacts | None, tasks: Sequence[tuple[str, int, str]]
) -> Stopped | None:
    """What the first task has left where it has ended the run, as far as the user may read what tasks leave."""
    if run is None or (PREFLIGHT, -1) not in {(task, index) for task, index, state in tasks if state in STOPPING}:
        return None
    if not may(user, session, run.dag_id, "GET", DagAccessEntity.XCOM):
        return Stopped()
    told = value_left_by(session, run, PREFLIGHT, DEFERRED)
    return Stopped(failure=left_by(session, run, PREFLIGHT, FAILURE), deferred=told if isinstance(told, str) else "")


def _reports(ledger: Ledger, facts: RunPageFacts) -> list[dict[str, Any]]:
    """The run's reports; earlier releases kept those of every DAG under Airflow's own id."""
    found = ledger.reports.read(facts.sync, facts.kept)
    if found or facts.kept == facts.run_id:
        return found
    modes = MODES[airflow_run(facts.kept)[0]]
    return [report for report in ledger.reports.read(facts.sync, facts.run_id) if report["mode"] in modes]


def _underway(ledger: Ledger, sync: str, run_id: str, known: set[str]) -> list[Underway]:
    """How far the mappings have come that have begun and have no report yet."""
    traffic = ledger.traffic.of_run(sync, run_id)
    found = []
    for checkpoint in ledger.checkpoints.of_run(sync, run_id):
        if checkpoint.mapping in known:
            continue
        found.append(
            Underway(
                mapping=checkpoint.mapping,
                read=sum(int(part.get("rows", 0)) for part in checkpoint.parts),
                all_read=checkpoint.finished,
                loaded=ledger.totals.loaded(sync, run_id, checkpoint.mapping, checkpoint.extraction),
                load=traffic.get(checkpoint.mapping, {}).get("load"),
            )
        )
    return found


def _spec(environment: AirflowEnvironment, sync: str) -> SyncSpec | None:
    folder = environment.mappings_folder() / sync
    if not folder.is_dir():
        return None
    try:
        return load_sync(folder, transforms_folder=environment.transforms_folder())
    except MappingError:
        return None
