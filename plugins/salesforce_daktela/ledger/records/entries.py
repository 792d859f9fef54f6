"""Entries of the ledger as plain data. Every time is aware and in UTC."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any


class RecordState(StrEnum):
    """The state of one record between the two systems."""

    INTENDED = "intended"
    LIVE = "live"
    GONE = "gone"
    REMOVED = "removed"
    KEPT = "kept"
    MARKED = "marked"
    MERGED = "merged"
    BECAME = "became"


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordEntry:
    """What Daktela last accepted for one Salesforce Id. ``extraction`` and ``outcome`` tell which reading wrote it.

    ``winner`` is the Id of the record that this one was merged into, or that carries on its object. ``echo`` is a
    digest of the read-back, when Daktela stores what was written differently. It is None otherwise, and when nothing
    was read back.
    """

    id: str
    name: str
    state: RecordState
    digest: bytes | None
    stamp: datetime | None
    read_at: datetime
    extraction: str
    outcome: str | None
    adopted: bool
    written_at: datetime
    winner: str | None = None
    echo: bytes | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PastOutcome:
    """What became of a record in one run. ``code`` and ``field`` are those of its first problem, else empty."""

    id: str
    run_id: str
    outcome: str
    at: datetime
    code: str = ""
    field: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Intent:
    """A first write about to be sent: when its reply is lost, the next try looks up the name.

    ``adopted`` when the object existed before the first run.
    """

    id: str
    name: str
    extraction: str
    read_at: datetime
    adopted: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A record about to be written. ``expected`` is the entry on which the decision is based, None for none.

    ``name`` is the Daktela object; ``intent`` is saved when the record is written for the first time.
    """

    id: str
    name: str
    expected: RecordEntry | None
    intent: Intent | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RejectEntry:
    """An open reject. ``next_try`` grows with ``attempts``."""

    id: str
    code: str
    field: str
    attempts: int
    first_seen: datetime
    last_seen: datetime
    next_try: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenReason:
    """How many rejects of a mapping are open for one reason, and since when the first of them is; by field.

    ``field`` may be empty.
    """

    mapping: str
    code: str
    field: str
    count: int
    since: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A child that waits for a parent, which another mapping loads."""

    id: str
    parent_mapping: str
    parent_id: str

    def __post_init__(self) -> None:
        """Raises ValueError for a parent that is not named by its Id: an e-mail address must not be stored."""
        if not (self.parent_id.isascii() and self.parent_id.isalnum()):
            raise ValueError(f"record {self.id} waits for a value in {self.parent_mapping} that is no Salesforce Id")


@dataclass(frozen=True, slots=True, kw_only=True)
class ParkedEntry:
    """A parked child and since when it waits."""

    id: str
    parent_mapping: str
    parent_id: str
    since: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ParkedAge:
    """How many children of a mapping wait, and since when the first has waited; None when none waits."""

    children: int
    since: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ParkedGroup:
    """How many children of a mapping wait for parents of another one, and since when the first has waited."""

    mapping: str
    parent_mapping: str
    children: int
    since: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtractCheckpoint:
    """How far one reading of one mapping has come. ``locator`` is where the Bulk download goes on.

    ``calls`` are requests to Salesforce, over all tries.
    """

    sync: str
    run_id: str
    mapping: str
    extraction: str
    query_hash: str
    api: str
    job_id: str | None
    locator: str | None
    parts: tuple[Mapping[str, Any], ...]
    since: datetime | None
    until: datetime | None
    read_at: datetime
    rows_per_part: int
    finished: bool
    calls: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PartTotals:
    """The totals of one loaded part."""

    part: int
    extracted: int
    counts: Mapping[str, int]
    notes: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class RunTotals:
    """The totals of one mapping in one run. ``calls`` are requests to Salesforce, None when they were not counted."""

    sync: str
    run_id: str
    mapping: str
    mode: str
    since: datetime | None
    until: datetime | None
    extracted: int
    counts: Mapping[str, int]
    notes: Mapping[str, int]
    state: str
    started: datetime
    finished: datetime
    calls: int | None = None
