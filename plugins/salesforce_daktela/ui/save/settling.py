"""When a draft that was saved has done its part: the DAG is made from the folder that has its changes."""

from __future__ import annotations

from contextlib import suppress

from fastapi import HTTPException

from salesforce_daktela.mapping.language.loader import load_sync
from salesforce_daktela.mapping.problems import MappingError
from salesforce_daktela.steps.run.fingerprint import sync_fingerprint
from salesforce_daktela.ui.drafting import OpenDraft
from salesforce_daktela.ui.environment import environment


def folder_fingerprint(sync: str) -> str | None:
    """Return the fingerprint of the files that the API server sees, None where they make no sync."""
    folder, transforms = environment().mappings_folder() / sync, environment().transforms_folder()
    try:
        return sync_fingerprint(load_sync(folder, transforms_folder=transforms))
    except MappingError:
        return None


def settle(opened: OpenDraft) -> None:
    """Throw away a draft of a sync that is deployed as the folder has it, if the folder has all that it changes."""
    if opened.draft.landed and not opened.unsaved:
        with suppress(HTTPException):
            # What another window has kept in the meantime is another change.
            opened.discard()
