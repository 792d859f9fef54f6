"""What the two DAGs of a sync have in common."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

from airflow.sdk import Asset

from salesforce_daktela.mapping.model import MappingSpec, SyncSpec

START = datetime(2020, 1, 1, tzinfo=UTC)
"""Backfills reach back to here; without catchup no run is made up for the past."""

LOADING = "salesforce_to_daktela__"
"""What the id of a DAG that loads begins with; the sync's name follows."""


def parents_of(mapping: MappingSpec, known: Iterable[str]) -> list[str]:
    """Those of ``known`` mappings whose records this one refers to."""
    named = {name for rule in mapping.fields if rule.lookup is not None for name in rule.lookup.to}
    return [name for name in known if name in named]


def loaded(spec: SyncSpec, mapping: MappingSpec) -> Asset:
    """What the loading DAG updates."""
    return Asset(
        name=f"salesforce_to_daktela/{spec.name}/{mapping.name}",
        uri=f"x-daktela://{spec.name}/{mapping.name}",
        group="salesforce_daktela",
    )


def reconciled(spec: SyncSpec, mapping: MappingSpec) -> Asset:
    """What the comparing DAG updates."""
    return Asset(
        name=f"reconcile/{spec.name}/{mapping.name}",
        uri=f"x-daktela-reconcile://{spec.name}/{mapping.name}",
        group="salesforce_daktela",
    )
