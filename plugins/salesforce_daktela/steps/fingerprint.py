"""A mark that changes when a sync's files do."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from pathlib import Path

WITHOUT = " without "


def fingerprint(folder: str | Path) -> str:
    """Return 16 hexadecimal digits over the names and bytes of the folder's YAML files."""
    mark = hashlib.sha256()
    for path in sorted(Path(folder).glob("*.yaml")):
        mark.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return mark.hexdigest()[:16]


def mapping_fingerprint(folder: str | Path, mapping: str, left_out: Collection[str] = ()) -> str:
    """The same over one mapping's file: what it says decides what every record should look like.

    Fields that a run leaves out are named in it.
    """
    mark = hashlib.sha256((Path(folder) / f"{mapping}.yaml").read_bytes()).hexdigest()[:16]
    return f"{mark}{WITHOUT}{','.join(sorted(left_out))}" if left_out else mark


def still_holds(known: str, current: str) -> bool:
    """Whether records written under the mark ``known`` need no second look under the mark ``current``.

    They need one when the file has changed, and when a field is back that was left out then: it may have changed in
    the meantime.
    """
    file, _, missing = known.partition(WITHOUT)
    file_now, _, missing_now = current.partition(WITHOUT)
    return file == file_now and set(missing.split(",")) - {""} <= set(missing_now.split(","))
