"""Reads the last count of numbers from the ledger; neither system is asked."""

from __future__ import annotations

from airflow.api_fastapi.auth.managers.models.base_user import BaseUser
from sqlalchemy.orm import Session

from salesforce_daktela.airflow.environment import AirflowEnvironment
from salesforce_daktela.ui.rights import Rights
from salesforce_daktela.ui.syncs.reading import read_sync
from salesforce_daktela.ui.watching.ledger_reading import ask_ledger
from salesforce_daktela.ui.watching.numbers.facts import NumberFacts


def read_numbers(
    environment: AirflowEnvironment, session: Session, user: BaseUser, sync: str, rights: Rights
) -> NumberFacts:
    """Return what was counted last. Raises 404 where there is no such sync."""
    spec = read_sync(environment, session, user, sync).spec
    held, trouble = ask_ledger(environment, lambda ledger: ledger.number_counts.read(sync))
    found, at = held or ({}, None)
    zone = (spec.timezone if spec is not None else None) or "UTC"
    return NumberFacts(sync=sync, zone=zone, found=found, at=at, trouble=trouble, links=rights.edit)
