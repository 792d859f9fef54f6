"""How a sync stands between its files and its first run, as it was read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from salesforce_daktela.mapping.model import SyncSpec
from salesforce_daktela.mapping.problems import MappingProblem
from salesforce_daktela.ui.syncs.facts import DagFacts

ENDED = ("success", "failed")
"""States of a run that has come to its end."""


class Standing(StrEnum):
    """How far a sync has come. Only one that is deployed can be planned and activated."""

    DRAFT = "draft"
    BROKEN = "broken"
    WAITING = "waiting"
    DEPLOYED = "deployed"


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncStanding:
    """A sync's files and DAGs. ``plans`` is whether its DAG that plans is there, ``stuck`` whether it is off.

    ``outdated`` is whether the DAG is still that of other files.
    ``spec`` is None where the files are not there or have ``problems``. ``unsaved`` is whether the draft of whoever
    looks differs from the files.
    """

    name: str
    spec: SyncSpec | None = None
    problems: tuple[MappingProblem, ...] = ()
    dag: DagFacts | None = None
    plans: bool = False
    stuck: bool = False
    outdated: bool = False
    unsaved: bool = False

    @property
    def standing(self) -> Standing:
        """How far it has come."""
        if self.problems:
            return Standing.BROKEN
        if self.spec is None:
            return Standing.DRAFT
        return Standing.WAITING if self.dag is None or self.outdated else Standing.DEPLOYED


@dataclass(frozen=True, slots=True, kw_only=True)
class RunFacts:
    """A run as Airflow has it; ``at`` is when it began, or was asked for, in UTC."""

    dag_id: str
    run_id: str
    state: str
    at: datetime

    @property
    def ended(self) -> bool:
        """Whether it has come to its end."""
        return self.state in ENDED
