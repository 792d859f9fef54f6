"""``sync.yaml`` as a checked ``SyncSpec``."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from salesforce_daktela.mapping.language.grammar import APPROVE, LIMITS, WEEKLY, read_keys
from salesforce_daktela.mapping.model import Approvals, Limits, MappingSpec, SyncSpec


def parse_sync(values: Mapping[str, Any], folder: Path, mappings: tuple[MappingSpec, ...]) -> SyncSpec:
    """Return the sync from the ``values`` of its file's keys; problems of levels below are in their sections."""
    limits, approve = values.get("limits"), values.get("approve")
    settings = {
        "reconcile": WEEKLY,
        **values,
        "mappings": mappings,
        "limits": Limits() if limits is None else Limits(**read_keys(limits, LIMITS)),
        "approve": Approvals() if approve is None else Approvals(**read_keys(approve, APPROVE)),
    }
    return SyncSpec(name=folder.name, folder=str(folder), **settings)
