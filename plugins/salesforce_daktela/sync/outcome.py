"""The outcomes: exactly one for each extracted Id of a run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Outcome(StrEnum):
    """What happened to one extracted record."""

    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    ADOPTED = "adopted"
    REMOVED = "removed"
    KEPT = "kept"
    BECAME = "became"
    PARKED = "parked"
    GONE = "gone"
    REJECTED = "rejected"
    DEFERRED = "deferred"


WRITTEN = (Outcome.CREATED, Outcome.UPDATED, Outcome.ADOPTED, Outcome.REMOVED)
"""Outcomes of records that were written to Daktela, or taken over there."""


def count_written(counts: Mapping[str, int]) -> int:
    """How many of these records, by outcome, were written."""
    return sum(counts.get(outcome.value, 0) for outcome in WRITTEN)


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Why a record was refused. ``field`` is a Daktela field path or empty; no customer value appears in it.

    ``code`` is a short constant such as ``phone_invalid``, ``required_empty``, ``daktela_refused``.
    """

    code: str
    field: str = ""
    message: str = ""


NAME_REFUSED = Problem(code="daktela_refused", field="name")
"""Daktela does not take the record's name, or has stored a new object under another one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordOutcome:
    """One record's outcome, with its problems when it was rejected, or the reason why it was kept."""

    id: str
    outcome: Outcome
    problems: tuple[Problem, ...] = ()
