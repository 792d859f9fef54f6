"""A sync's folder taken away: only what the person has seen, whole or not at all."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path

from salesforce_daktela.errors import ConfigurationError
from salesforce_daktela.mapping.language.loader import NAME, SYNC_FILE
from salesforce_daktela.steps.setup.folder import alone, read_files, refuse_links, telling
from salesforce_daktela.steps.setup.save import ConflictError

OWN = (".schema", "schema.lock.json", "tests")
"""What verbs of this program put beside the mapping files, and the tests of these files."""


def others_in(folder: Path) -> tuple[str, ...]:
    """The names in a sync's folder that are neither mapping files nor ours."""
    known = {*read_files(folder), *OWN}
    return tuple(sorted(path.name for path in folder.iterdir() if path.name not in known)) if folder.is_dir() else ()


def remove_sync(folder: Path, seen: Mapping[str, str]) -> None:
    """Delete a sync's folder; ``seen`` are the digests of its files by name.

    Raises ConflictError when a file was changed, added or deleted since, ConfigurationError when the folder holds files
    that are none of ours, UnwritableError when it cannot be deleted. The folder is still whole then.
    """
    if not NAME.fullmatch(folder.name):
        raise ConfigurationError("is no name of a sync", where=folder.name, advice="choose one of the syncs")
    refuse_links(folder, SYNC_FILE)
    with telling(folder):
        with alone(folder):
            _refuse_unseen(folder, seen)
            if others := others_in(folder):
                raise ConfigurationError(
                    f"holds files that are no mapping files: {', '.join(others)}",
                    where=str(folder),
                    advice="move them elsewhere first",
                )
            hidden = _hide(folder)
        shutil.rmtree(hidden)


def _hide(folder: Path) -> Path:
    """Under a hidden name it is no sync any more, whatever becomes of the deletion."""
    hidden = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))
    try:
        os.rename(folder, hidden / folder.name)
    except OSError:
        hidden.rmdir()
        raise
    return hidden


def _refuse_unseen(folder: Path, seen: Mapping[str, str]) -> None:
    present = read_files(folder)
    for name in sorted({*present, *seen}):
        file = present.get(name)
        if (None if file is None else file.digest) != seen.get(name):
            raise ConflictError(folder / name, file)
