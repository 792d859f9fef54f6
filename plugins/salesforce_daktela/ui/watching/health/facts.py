"""How a sync is, as it was read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from salesforce_daktela.ledger.records.entries import OpenReason, ParkedGroup
from salesforce_daktela.ui.syncs.facts import SyncFacts
from salesforce_daktela.ui.watching.health.reports import NOTHING, Told

WORST_FIRST = ("failed", "declined", "deferred", "planned", "compared", "repaired", "settled")
"""States that the ledger has for a mapping's part of a run."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunSummary:
    """One run, all its mappings together. ``state`` is the worst of theirs, ``finished`` that of the last, in UTC."""

    run_id: str
    mode: str
    state: str
    finished: datetime
    counts: Mapping[str, int]

    @property
    def read(self) -> int:
        """How many records have an outcome."""
        return sum(self.counts.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A task that waits for an answer since a moment, in UTC."""

    dag_id: str
    run_id: str
    task_id: str
    since: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Remembered:
    """What the ledger knows of a sync. ``runs`` are the latest ones, oldest first; ``watermarks`` are by mapping.

    ``waiting`` is how many children wait, each counted once; ``told`` is what the reports of the latest runs say;
    ``plans`` are ids of runs that were asked for a plan alone.
    """

    runs: tuple[RunSummary, ...] = ()
    watermarks: Mapping[str, datetime] = field(default_factory=dict)
    rejects: tuple[OpenReason, ...] = ()
    parked: tuple[ParkedGroup, ...] = ()
    waiting: int = 0
    told: Told = NOTHING
    plans: frozenset[str] = frozenset()

    @property
    def rejected(self) -> int:
        """How many records are rejected now."""
        return sum(reason.count for reason in self.rejects)


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """A sync and all that is known of it. ``remembered`` is None where there is no ledger that can be read."""

    sync: SyncFacts
    remembered: Remembered | None = None
    questions: tuple[Question, ...] = ()


def worst(states: Counter[str]) -> str:
    """Return the state that counts for a run, whatever other states a later release knows."""
    return next((state for state in WORST_FIRST if states[state]), next(iter(states), ""))
