"""Reads how all syncs are."""

from __future__ import annotations

from datetime import UTC, datetime

from airflow.api_fastapi.auth.managers.models.base_user import BaseUser
from sqlalchemy.orm import Session

from salesforce_daktela.airflow.environment import AirflowEnvironment
from salesforce_daktela.ledger.ledger import Ledger
from salesforce_daktela.ui.syncs.reading import read_syncs
from salesforce_daktela.ui.watching.health.facts import Remembered
from salesforce_daktela.ui.watching.health.reading import health_of, read_questions, remember
from salesforce_daktela.ui.watching.ledger_reading import ask_ledger
from salesforce_daktela.ui.watching.overview.facts import RUNS, OverviewFacts


def read_overview(environment: AirflowEnvironment, session: Session, user: BaseUser) -> OverviewFacts:
    """Return how the syncs are whose DAG the user may read."""
    found = read_syncs(environment, session, user, counted=False)
    names = [sync.name for sync in found.syncs]
    questions = read_questions(session, user, names)

    def all_of_them(ledger: Ledger) -> dict[str, Remembered]:
        return {name: remember(ledger, name, runs=RUNS) for name in names}

    remembered, trouble = ask_ledger(environment, all_of_them) if names else (None, "")
    return OverviewFacts(
        now=datetime.now(UTC),
        syncs=tuple(
            health_of(sync, (remembered or {}).get(sync.name), questions.get(sync.name, ())) for sync in found.syncs
        ),
        others=found.others,
        folder_trouble=found.folder_trouble,
        ledger_trouble=trouble,
    )
