"""The files of a sync as the API server sees them, to be held against its DAG."""

from __future__ import annotations

from salesforce_daktela.mapping.language.loader import load_sync
from salesforce_daktela.mapping.problems import MappingError
from salesforce_daktela.steps.run.fingerprint import sync_fingerprint
from salesforce_daktela.ui.environment import environment


def folder_fingerprint(sync: str) -> str | None:
    """Return the fingerprint of the files that the API server sees, None where they make no sync."""
    folder, transforms = environment().mappings_folder() / sync, environment().transforms_folder()
    try:
        return sync_fingerprint(load_sync(folder, transforms_folder=transforms))
    except MappingError:
        return None
