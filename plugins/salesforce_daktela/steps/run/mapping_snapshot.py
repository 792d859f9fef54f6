"""A run uses the mapping it began with: the sync's files as they were then are saved in the ledger for its tasks.

Its code is run only when its SHA-256 is the one that preflight passed to the tasks by another way.
"""

from __future__ import annotations

import base64
import hashlib
import json
import tempfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from salesforce_daktela.errors import ConfigurationError
from salesforce_daktela.ledger.ledger import Ledger
from salesforce_daktela.ledger.store.kept_keys import KeptKey, Kind, kept_key
from salesforce_daktela.mapping.language.loader import load_sync
from salesforce_daktela.mapping.model import SyncSpec
from salesforce_daktela.mapping.transforms.definition import Transform
from salesforce_daktela.mapping.transforms.registry import read_sources, transforms_from
from salesforce_daktela.steps.run.dag_shape import shape_key, shape_of

CLEAR_TO_TAKE_FILES = "clear the run from preflight on: it then takes the files as they are now"


@dataclass(frozen=True, slots=True, kw_only=True)
class MappingSnapshot:
    """The content of a sync's YAML files and of the project's Python transforms, by file name."""

    mappings: Mapping[str, bytes]
    transforms: Mapping[str, bytes]

    def packed(self) -> bytes:
        """All files in one text, which is the same for the same files."""
        both = {"mappings": self.mappings, "transforms": self.transforms}
        plain = {
            kind: {name: base64.b64encode(text).decode() for name, text in of.items()} for kind, of in both.items()
        }
        return json.dumps(plain, sort_keys=True).encode()

    @property
    def version(self) -> str:
        """The SHA-256 of all files, in hexadecimal digits."""
        return hashlib.sha256(self.packed()).hexdigest()

    def load(self, folder: Path, transforms_folder: Path) -> tuple[SyncSpec, dict[str, Transform]]:
        """Return the sync and the project's own transforms as they were; ``folder`` is where the files came from.

        Raises MappingError for files that this program refuses.
        """
        transforms = transforms_from(transforms_folder, self.transforms)
        with tempfile.TemporaryDirectory(prefix="salesforce-daktela-") as temporary:
            copy = Path(temporary) / folder.parent.name / folder.name
            copy.mkdir(parents=True)
            for name, text in self.mappings.items():
                (copy / name).write_bytes(text)
            spec = load_sync(copy, transforms=transforms)
        return replace(spec, folder=str(folder)), transforms


def read_snapshot(folder: Path, transforms_folder: Path) -> MappingSnapshot:
    """Return the files as they are now. Raises MappingError for transforms that cannot be read."""
    return MappingSnapshot(
        mappings={path.name: path.read_bytes() for path in sorted(folder.glob("*.yaml"))},
        transforms=read_sources(transforms_folder),
    )


def save_snapshot(ledger: Ledger, spec: SyncSpec, snapshot: MappingSnapshot, now: datetime) -> None:
    """Save it for the tasks of runs that begin with it; ``now`` is when the last of them has begun."""
    ledger.cache.keep(_key(spec.name, snapshot.version), zlib.compress(snapshot.packed()), now)
    ledger.cache.keep(shape_key(spec.name), json.dumps(shape_of(spec)).encode(), now)


def find_snapshot(ledger: Ledger, sync: str, version: str) -> MappingSnapshot:
    """Return the saved files. Raises ConfigurationError when they are gone or their hash is not ``version``."""
    if not version:
        what = "this run was begun by an earlier version of this program, which kept no mapping for it"
        raise ConfigurationError(what, where=f"sync {sync}", advice=CLEAR_TO_TAKE_FILES)
    kept = ledger.cache.read(_key(sync, version))
    if kept is None:
        raise ConfigurationError(
            f"mapping {version[:12]}, with which this run began, is no longer kept",
            where=f"sync {sync}",
            advice=CLEAR_TO_TAKE_FILES,
        )
    try:
        packed = zlib.decompress(kept[0])
    except zlib.error:
        packed = b""
    if hashlib.sha256(packed).hexdigest() != version:
        raise ConfigurationError(
            f"what the ledger keeps as mapping {version[:12]} has been changed",
            where=f"sync {sync}",
            advice=f"find out who writes to the ledger, then {CLEAR_TO_TAKE_FILES}",
        )
    plain = json.loads(packed)
    mappings, transforms = (
        {name: base64.b64decode(text) for name, text in plain[kind].items()} for kind in ("mappings", "transforms")
    )
    return MappingSnapshot(mappings=mappings, transforms=transforms)


def sweep_snapshots(ledger: Ledger, sync: str, *, before: datetime) -> int:
    """Delete snapshots that no run has begun with since ``before``; return how many."""
    return ledger.cache.drop(_key(sync, ""), before)


def _key(sync: str, version: str) -> KeptKey:
    return kept_key(Kind.MAPPING, sync, version)
