"""What the page of schemas knows: what runs have seen and told, and what was agreed to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from salesforce_daktela.steps.preflight.inspection import Findings
from salesforce_daktela.steps.setup.folder import PresentFile
from salesforce_daktela.sync.drift import Change
from salesforce_daktela.sync.seen_schema import Side


@dataclass(frozen=True, slots=True, kw_only=True)
class LockFacts:
    """The lock file: ``written`` is the file's own time, None where there is none.

    ``trouble`` says why it cannot be read, empty where it can.
    """

    written: datetime | None = None
    mappings: frozenset[str] = frozenset()
    trouble: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SideSeen:
    """One side as the last run that wrote saw it: what the fields belong to, how many they are, and when."""

    of: str
    fields: int
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldChange:
    """A change that runs have told of. ``run_id`` is the first run that did, at ``since``; ``still`` is whether the
    mapping's latest run did, too. ``earlier`` is whether runs may have told of it before, which were not read.
    """

    change: Change
    run_id: str
    since: datetime
    still: bool
    earlier: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SchemaFacts:
    """``mappings`` are names in their order; ``trouble`` says why the ledger does not tell, ``broken`` what is wrong
    with the sync's files; both may be empty. ``last_told`` is when the latest run that compared came to its end.
    """

    sync: str
    zone: str
    mappings: tuple[str, ...]
    broken: tuple[str, ...]
    lock: LockFacts
    seen: Mapping[str, Mapping[Side, SideSeen]]
    told: tuple[ToldChange, ...]
    last_told: datetime | None
    trouble: str
    edits: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Present:
    """Both schemas as they are now. ``text`` is the lock file that agrees to them, ``lock`` the one that is there."""

    sync: str
    place: str
    findings: Mapping[str, Findings]
    text: str
    lock: PresentFile | None
    unwritable: str
    at: datetime
