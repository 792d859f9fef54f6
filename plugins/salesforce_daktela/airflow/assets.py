"""The assets that the two DAGs of a sync update."""

from __future__ import annotations

from airflow.sdk import Asset

from salesforce_daktela.mapping.model import MappingSpec, SyncSpec


def loaded(spec: SyncSpec, mapping: MappingSpec) -> Asset:
    """The asset that the loading DAG updates."""
    return Asset(
        name=f"salesforce_to_daktela/{spec.name}/{mapping.name}",
        uri=f"x-daktela://{spec.name}/{mapping.name}",
        group="salesforce_daktela",
    )


def reconciled(spec: SyncSpec, mapping: MappingSpec) -> Asset:
    """The asset that the comparing DAG updates."""
    return Asset(
        name=f"reconcile/{spec.name}/{mapping.name}",
        uri=f"x-daktela-reconcile://{spec.name}/{mapping.name}",
        group="salesforce_daktela",
    )
