"""Reads how one sync is."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from airflow.api_fastapi.auth.managers.models.base_user import BaseUser
from sqlalchemy.orm import Session

from salesforce_daktela.airflow.environment import AirflowEnvironment
from salesforce_daktela.ledger.ledger import Ledger
from salesforce_daktela.ui.syncs.facts import SyncFacts
from salesforce_daktela.ui.syncs.reading import UNWRITTEN, read_sync
from salesforce_daktela.ui.watching.health.facts import Health, Remembered
from salesforce_daktela.ui.watching.health.reading import read_questions, remember
from salesforce_daktela.ui.watching.ledger_reading import ask_ledger
from salesforce_daktela.ui.watching.status.facts import RUNS, StatusFacts


def read_status(environment: AirflowEnvironment, session: Session, user: BaseUser, sync: str) -> StatusFacts:
    """Return how a sync is. Raises 404 where there is nothing of this name."""
    found = read_sync(environment, session, user, sync)

    def of_it(ledger: Ledger) -> Remembered:
        return remember(ledger, sync, runs=RUNS)

    remembered, trouble = ask_ledger(environment, of_it)
    questions = read_questions(session, user, [sync]).get(sync, [])
    health = Health(sync=_counted(found, remembered), remembered=remembered, questions=tuple(questions))
    return StatusFacts(now=datetime.now(UTC), health=health, ledger_trouble=trouble)


def _counted(sync: SyncFacts, remembered: Remembered | None) -> SyncFacts:
    """The sync with what the ledger says of its last run."""
    if sync.last_run is None or remembered is None:
        return sync
    run = next((run for run in remembered.runs if run.run_id == sync.last_run.run_id), None)
    if run is None:
        return sync
    unwritten = run.state if run.state in UNWRITTEN else ""
    return replace(sync, last_run=replace(sync.last_run, counts=run.counts, unwritten=unwritten))
