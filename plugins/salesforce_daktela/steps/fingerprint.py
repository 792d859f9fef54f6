"""A mark that changes when a sync's files do."""

from __future__ import annotations

import hashlib
from pathlib import Path


def fingerprint(folder: str | Path) -> str:
    """Return 16 hexadecimal digits over the names and bytes of the folder's YAML files."""
    mark = hashlib.sha256()
    for path in sorted(Path(folder).glob("*.yaml")):
        mark.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return mark.hexdigest()[:16]


def mapping_fingerprint(folder: str | Path, mapping: str) -> str:
    """The same over one mapping's file: what it says decides what every record should look like."""
    return hashlib.sha256((Path(folder) / f"{mapping}.yaml").read_bytes()).hexdigest()[:16]
