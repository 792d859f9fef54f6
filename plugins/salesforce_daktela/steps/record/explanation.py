"""What is told of one record. Plain data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from salesforce_daktela.ledger.records.entries import ParkedEntry, PastOutcome, RecordEntry, RejectEntry
from salesforce_daktela.mapping.engine.trace import FieldTrace
from salesforce_daktela.mapping.schema import FieldKind
from salesforce_daktela.steps.record.comparison import HeldField
from salesforce_daktela.sync.outcome import Problem


@dataclass(frozen=True, slots=True, kw_only=True)
class Intention:
    """What a run would do now. ``outcome`` is None where a departure's policy decides; ``why`` says it in words."""

    outcome: str | None
    why: str
    problems: tuple[Problem, ...] = ()
    verb: str = ""
    name: str = ""
    body: dict[str, Any] | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferenceTrace:
    """One reference: ``value`` is an Id or an e-mail address, ``name`` what Daktela gets for it, empty for none.

    ``waits`` is whether the record waits for it.
    """

    target: str
    to: str
    value: str = field(repr=False)
    name: str
    waits: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """One record under one mapping. ``values`` are empty when Salesforce does not have it; ``kinds`` are their types.

    ``whole`` is what Daktela would hold if the record was written; ``compared`` is that beside what it holds.
    """

    sync: str
    mapping: str
    values: dict[str, Any] = field(repr=False)
    fields: tuple[FieldTrace, ...] = field(repr=False)
    references: tuple[ReferenceTrace, ...] = ()
    intention: Intention
    whole: dict[str, Any] = field(default_factory=dict, repr=False)
    daktela: dict[str, Any] | None = field(repr=False)
    compared: tuple[HeldField, ...] = field(default=(), repr=False)
    entry: RecordEntry | None
    reject: RejectEntry | None
    parked: tuple[ParkedEntry, ...]
    history: tuple[tuple[datetime, str], ...]
    outcomes: tuple[PastOutcome, ...] = ()
    kinds: Mapping[str, FieldKind] = field(default_factory=dict)
