"""Names of parts, and references to them."""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, get_args
from urllib.parse import quote, unquote

PartKind = Literal["rows", "payloads", "kept", "outcomes", "plans", "samples", "findings", "repairs", "conversions"]

HANDED_ON: frozenset[PartKind] = frozenset(("plans", "findings"))
"""Kinds that tasks of other mappings read, possibly much later. They hold Ids, names and kinds, no values."""

DEPTH = 5
"""Folders and the file in a part's path: sync, run, mapping, extraction, file."""

PART_FILE = re.compile(rf"(?:{'|'.join(get_args(PartKind))})-\d{{5,}}\.parquet(?:\.[0-9a-f]{{8}}\.partial)?")

MARK, RANDOM = 6, 10
"""Hexadecimal digits of an extraction's id: the first ones of its ledger's Id, then those that tell it from others."""

MARKED = re.compile(rf"([0-9a-f]{{{MARK}}})[0-9a-f]{{{RANDOM}}}")


@dataclass(frozen=True, slots=True, kw_only=True)
class PartKey:
    """The identity of one part. ``run`` is the run's id in the ledger.

    ``extraction`` is that of one extraction of one mapping.
    """

    sync: str
    run: str
    mapping: str
    extraction: str
    kind: PartKind
    number: int

    @property
    def folder(self) -> str:
        """The relative folder of the extraction."""
        return folder_of(self.sync, self.run, self.mapping, self.extraction)

    @property
    def path(self) -> str:
        """The relative path of the part file; parts of one kind sort by number."""
        return f"{self.folder}/{self.kind}-{self.number:05d}.parquet"


@dataclass(frozen=True, slots=True, kw_only=True)
class PartRef:
    """A published part: its path relative to the staging folder, its rows, and its size in bytes."""

    path: str
    rows: int
    size: int

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON values, for XCom."""
        return {"path": self.path, "rows": self.rows, "size": self.size}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> PartRef:
        """The inverse of ``to_dict``."""
        return cls(path=data["path"], rows=data["rows"], size=data["size"])


def new_extraction(ledger: str) -> str:
    """Return an id for a new extraction; ``ledger`` is the Id of the ledger that will know it."""
    return mark_of(ledger) + uuid.uuid4().hex[:RANDOM]


def mark_of(ledger: str) -> str:
    """Return what the extractions of a ledger begin with, so that deployments tell their parts apart."""
    return ledger[:MARK]


def marked_by(path: str) -> str:
    """Return the mark of a file in staging; empty for one of an earlier release, and for what is no part."""
    pieces = path.split("/")
    found = MARKED.fullmatch(pieces[-2]) if len(pieces) == DEPTH else None
    return found[1] if found else ""


def folder_of(*pieces: str) -> str:
    """Return the relative folder of a sync, or of a run, a mapping and an extraction in it if they are given."""
    return "/".join(component(piece) for piece in pieces)


def kind_of(path: str) -> str:
    """Return the kind of the part at ``path``."""
    return path.rpartition("/")[2].partition("-")[0]


def sync_of(path: str) -> str | None:
    """Return the sync whose part file is at ``path``, complete or not; None for any other file."""
    *folders, file = path.split("/")
    return unquote(folders[0]) if len(folders) + 1 == DEPTH and PART_FILE.fullmatch(file) else None


def component(text: str) -> str:
    """Return ``text`` as one safe path component: run ids have colons and plus signs, and `..` must not leave a folder.

    Different texts give different components. Raises ValueError for an empty one.
    """
    if not text:
        raise ValueError("a part's key has an empty piece")
    encoded = quote(text, safe="")
    return encoded if encoded.strip(".") else encoded.replace(".", "%2E")
