"""Mapping files parsed once for each content: scenarios read the same files hundreds of times."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path

from salesforce_daktela.mapping.language.loader import load_sync
from salesforce_daktela.mapping.model import SyncSpec


def read_sync(folder: Path) -> SyncSpec:
    """Return the sync of a folder as its files are now."""
    contents = tuple((path.name, path.read_bytes()) for path in sorted(folder.glob("*.y*ml")))
    return replace(_parsed(folder.name, contents, _Unhashed(folder)), folder=str(folder))


@dataclass(frozen=True, slots=True)
class _Unhashed:
    """A folder that makes no difference: equal files under an equal name are the same sync wherever they lie."""

    folder: Path = field(compare=False)


@lru_cache(maxsize=64)
def _parsed(_name: str, _contents: tuple[tuple[str, bytes], ...], place: _Unhashed) -> SyncSpec:
    return load_sync(place.folder)
