"""The environment of the product's verbs, one for the process, and what is said where its ledger cannot be read."""

from __future__ import annotations

from functools import cache

from sqlalchemy.exc import SQLAlchemyError

from salesforce_daktela.airflow.environment import AirflowEnvironment
from salesforce_daktela.errors import PipelineError

LEDGER_TROUBLE = (PipelineError, SQLAlchemyError)
"""What a ledger raises that cannot be read."""


@cache
def environment() -> AirflowEnvironment:
    """Return it; it keeps the ledger's connections."""
    return AirflowEnvironment()


def told_trouble(exc: PipelineError | SQLAlchemyError) -> str:
    """Return a sentence about one of LEDGER_TROUBLE. SQLAlchemy's own text quotes the statement with its values."""
    return str(exc) if isinstance(exc, PipelineError) else f"the ledger does not answer ({type(exc).__name__})"
