"""The shape of a DAG, saved so that the DAG stays while the sync's files cannot be read. It contains no code.

A DAG that vanishes stops its runs: Airflow starts no task of a DAG that it does not see any more.
"""

from __future__ import annotations

import json
from collections.abc import Collection
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from salesforce_daktela.ledger.ledger import Ledger
from salesforce_daktela.ledger.store.kept_keys import KeptKey, Kind, kept_key
from salesforce_daktela.mapping.model import (
    Entity,
    FieldRule,
    Limits,
    Lookup,
    MappingSpec,
    Position,
    SyncSpec,
    Template,
)

SHAPE = "shape"
RECENT = timedelta(days=8)


def shape_of(spec: SyncSpec) -> dict[str, Any]:
    """Return the settings and the mappings that decide the sync's DAGs, as plain JSON values."""
    return {
        "folder": spec.folder,
        "schedule": spec.schedule,
        "reconcile": spec.reconcile,
        "timezone": spec.timezone,
        "database": spec.database,
        "mappings": [
            {
                "name": mapping.name,
                "sobject": mapping.sobject,
                "entity": mapping.entity.value,
                "lookups": mapping.parents([each.name for each in spec.mappings]),
            }
            for mapping in spec.mappings
        ],
    }


def kept_shape(ledger: Ledger, folder: Path) -> SyncSpec | None:
    """The sync as the DAG factory needs it, from the last run's start; None when no run has begun within a week."""
    kept = ledger.cache.read(shape_key(folder.name))
    return None if kept is None else _spec_of(json.loads(kept[0]), folder)


def ran_from(ledger: Ledger, mappings_folders: Collection[Path], now: datetime) -> list[Path]:
    """The folders of the syncs below one of ``mappings_folders`` that have begun a run within eight days, by name.

    That is longer than the week between the runs of a weekly sync.
    """
    kept = ledger.cache.since(now - RECENT, prefix=kept_key(Kind.MAPPING, ""), suffix=f"/{SHAPE}")
    folders = (Path(json.loads(shape).get("folder", "")) for shape in kept.values())
    return sorted({folder for folder in folders if folder.parent in mappings_folders})


def shape_key(sync: str) -> KeptKey:
    """Its key in the ledger: beside the mapping snapshots, with which it is deleted."""
    return kept_key(Kind.MAPPING, sync, SHAPE)


def _spec_of(shape: dict[str, Any], folder: Path) -> SyncSpec:
    return SyncSpec(
        name=folder.name,
        folder=str(folder),
        salesforce_conn_id="",
        daktela_conn_id="",
        database=shape["database"],
        schedule=shape["schedule"],
        timezone=shape["timezone"],
        reconcile=shape["reconcile"],
        limits=Limits(),
        mappings=tuple(_mapping_of(mapping, folder) for mapping in shape["mappings"]),
    )


def _mapping_of(shape: dict[str, Any], folder: Path) -> MappingSpec:
    at = Position(f"{folder.name}/{shape['name']}.yaml", 1)
    return MappingSpec(
        name=shape["name"],
        sobject=shape["sobject"],
        entity=Entity(shape["entity"]),
        key=Template(()),
        fields=tuple(
            FieldRule(target=name, sources=(), lookup=Lookup(to=(name,), on_missing="park"), position=at)
            for name in shape["lookups"]
        ),
        position=at,
    )
