"""What the ledger's reports tell of a run, and what Airflow knows of its tasks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from airflow.models.taskinstance import TaskInstance
from sqlalchemy import select
from sqlalchemy.orm import Session

from salesforce_daktela.airflow.operators.approve import APPROVE
from salesforce_daktela.ui.runs.facts import RunFacts

ASKING = "awaiting_input"
ASKED_BEFORE_3_3 = "deferred"
"""The state of a task that waits for an answer on Airflow 3.1 and 3.2, and of a reading that waits for Salesforce."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reject:
    """How many records were rejected for one reason; ``field`` may be empty."""

    code: str
    field: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MappingReport:
    """What one mapping did in the run. ``state`` is settled, failed, deferred, declined or planned; of a comparison
    compared or repaired, too.

    ``failure`` and ``deferred`` say why, where that is known.
    """

    mapping: str
    state: str
    counts: Mapping[str, int]
    rejects: tuple[Reject, ...] = ()
    failure: str = ""
    deferred: str = ""


def told_by(report: Mapping[str, Any]) -> MappingReport:
    """Return what a report of the ledger tells, in short."""
    return MappingReport(
        mapping=str(report["mapping"]),
        state=str(report["state"]),
        counts=report.get("outcomes", {}),
        rejects=tuple(
            Reject(code=str(reject["code"]), field=str(reject["field"]), count=int(reject["count"]))
            for reject in report.get("rejects", ())
        ),
        failure=str(report.get("failure", "")),
        deferred=str(report.get("deferred", "")),
    )


def task_states(session: Session, run: RunFacts) -> list[tuple[str, int, str]]:
    """Return the tasks of a run with their map index (-1 where they have none) and state, by id."""
    query = (
        select(TaskInstance.task_id, TaskInstance.map_index, TaskInstance.state)
        .where(TaskInstance.dag_id == run.dag_id, TaskInstance.run_id == run.run_id)
        .order_by(TaskInstance.task_id, TaskInstance.map_index)
    )
    return [(row.task_id, row.map_index, str(row.state or "")) for row in session.execute(query)]


def asks(task: str, state: str) -> bool:
    """Whether a task in this state waits for an answer."""
    return state == ASKING or (state == ASKED_BEFORE_3_3 and task.endswith(f".{APPROVE}"))


def those_in(states: Sequence[tuple[str, int, str]], state: str) -> tuple[str, ...]:
    """Return the tasks that are in a state, each once."""
    return tuple(dict.fromkeys(task for task, _, found in states if found == state))
