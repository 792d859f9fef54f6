"""Sync folders as they were last read. To read one takes milliseconds, to see that it has not changed takes none."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from salesforce_daktela.mapping.language.loader import load_sync
from salesforce_daktela.mapping.model import SyncSpec
from salesforce_daktela.mapping.problems import MappingError, MappingProblem
from salesforce_daktela.steps.run.fingerprint import sync_fingerprint

KEPT = 256
"""Folders of which a process remembers what they said."""

READ = frozenset({".yaml", ".yml", ".py"})
State = tuple[tuple[str | int, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """What a folder says, with its fingerprint, or else its problems."""

    spec: SyncSpec | None = None
    fingerprint: str | None = None
    problems: tuple[MappingProblem, ...] = ()


def loaded(folder: Path, transforms_folder: Path) -> Loaded:
    """Return what a folder says now. It is read again when a file of it, or one with transforms, is another."""
    return _loaded(folder, transforms_folder, (_state(folder), _state(transforms_folder)))


@lru_cache(maxsize=KEPT)
def _loaded(folder: Path, transforms_folder: Path, _states: tuple[State, State]) -> Loaded:
    try:
        spec = load_sync(folder, transforms_folder=transforms_folder)
    except MappingError as exc:
        return Loaded(problems=tuple(exc.problems))
    return Loaded(spec=spec, fingerprint=sync_fingerprint(spec))


def _state(folder: Path) -> State:
    """Tells the files of a folder from any others: a file written in place has new times, a replaced one a new inode.

    Empty where it cannot be listed: loading it says why.
    """
    try:
        return tuple(_file_state(path) for path in sorted(folder.iterdir()) if path.suffix in READ)
    except OSError:
        return ()


def _file_state(path: Path) -> tuple[str | int, ...]:
    """A link that leads nowhere is told by its name."""
    try:
        found = path.stat()
    except OSError as exc:
        return path.name, type(exc).__name__
    return path.name, found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns
