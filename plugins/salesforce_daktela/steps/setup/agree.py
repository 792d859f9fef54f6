"""The lock file saved as mapping files are: only over what the person has seen, whole or not at all."""

from __future__ import annotations

from pathlib import Path

from salesforce_daktela.steps.preflight.schema_lock import LOCK
from salesforce_daktela.steps.setup.folder import refuse_links
from salesforce_daktela.steps.setup.save import FileChange, replace_files


def save_lock(folder: Path, text: str, seen: str | None) -> None:
    """Save the lock file of a sync's folder; ``seen`` is the digest of what it replaces, None for no file.

    Raises ConflictError when it is no longer the one that was seen, UnwritableError when it cannot be written.
    """
    refuse_links(folder, LOCK)
    replace_files(folder, [FileChange(name=LOCK, text=text, seen=seen)])
