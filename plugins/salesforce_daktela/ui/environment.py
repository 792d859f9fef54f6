"""The environment of the product's verbs, one for the process."""

from __future__ import annotations

from functools import cache

from salesforce_daktela.airflow.environment import AirflowEnvironment


@cache
def environment() -> AirflowEnvironment:
    """Return it; it keeps the ledger's connections."""
    return AirflowEnvironment()
