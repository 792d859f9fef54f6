"""What a sync's runs ask before they write, and what they were answered, as it was read."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from salesforce_daktela.mapping.model import SyncSpec
from salesforce_daktela.steps.plan.mapping_plan import MappingPlan


class Samples(StrEnum):
    """What is known of the values before and after."""

    READ = "read"
    NONE = "none"
    HIDDEN = "hidden"
    LOST = "lost"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One field of a sampled record: what Daktela holds, and what it would get; None for no value."""

    id: str
    path: str
    before: str | None = field(repr=False)
    after: str | None = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One question. ``options`` are what Airflow takes for an answer; ``plan`` is None where it cannot be read.

    ``repairs`` is whether a comparison asks before it repairs. ``may_answer`` is a right on the DAG.
    """

    dag_id: str
    run_id: str
    task_id: str
    mapping: str
    since: datetime
    options: tuple[str, ...]
    repairs: bool
    may_answer: bool
    plan: MappingPlan | None = None
    samples: Samples = Samples.NONE
    changes: tuple[Change, ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """One answer. ``by`` is who gave it, empty for nobody; ``run_state`` is Airflow's state of the run now."""

    dag_id: str
    run_id: str
    mapping: str
    at: datetime
    by: str
    chosen: tuple[str, ...]
    run_state: str
    repairs: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswersFacts:
    """``now`` is when all this was read, in UTC. ``may_see`` is whether the user may see questions of the sync."""

    now: datetime
    may_see: bool
    spec: SyncSpec | None = None
    asked: tuple[Asked, ...] = ()
    answered: tuple[Answered, ...] = ()
