"""Reads how one sync is."""

from __future__ import annotations

from datetime import UTC, datetime

from airflow.api_fastapi.auth.managers.models.base_user import BaseUser
from sqlalchemy.orm import Session

from salesforce_daktela.airflow.environment import AirflowEnvironment
from salesforce_daktela.ledger.ledger import Ledger
from salesforce_daktela.ui.syncs.reading import read_sync
from salesforce_daktela.ui.watching.health.facts import Remembered
from salesforce_daktela.ui.watching.health.reading import health_of, read_questions, remember
from salesforce_daktela.ui.watching.ledger_reading import ask_ledger
from salesforce_daktela.ui.watching.status.facts import RUNS, StatusFacts


def read_status(environment: AirflowEnvironment, session: Session, user: BaseUser, sync: str) -> StatusFacts:
    """Return how a sync is. Raises 404 where there is nothing of this name."""
    found = read_sync(environment, session, user, sync)

    def of_it(ledger: Ledger) -> Remembered:
        return remember(ledger, sync, runs=RUNS)

    remembered, trouble = ask_ledger(environment, of_it)
    questions = read_questions(session, user, [sync]).get(sync, ())
    return StatusFacts(now=datetime.now(UTC), health=health_of(found, remembered, questions), ledger_trouble=trouble)
