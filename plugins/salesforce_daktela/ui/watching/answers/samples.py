"""Reads the values that a plan has compared: they are in a staged part, and nowhere else."""

from __future__ import annotations

from dataclasses import replace

from salesforce_daktela.airflow.dag_ids import kept_run
from salesforce_daktela.airflow.environment import AirflowEnvironment
from salesforce_daktela.errors import PipelineError
from salesforce_daktela.staging.keys import PartRef, folder_of
from salesforce_daktela.steps.plan.mapping_plan import MappingPlan
from salesforce_daktela.ui.watching.answers.facts import Asked, Change, Samples

MOST = 500
"""Rows, one for each field of a sampled record. The planner writes fewer."""


def read_samples(
    environment: AirflowEnvironment, sync: str, asked: Asked, plan: MappingPlan | None, *, edits: bool
) -> Asked:
    """Return the question with its plan, and with the values before and after for who may edit the DAG."""
    if plan is None or plan.sample is None:
        return replace(asked, plan=plan)
    if not edits:
        return replace(asked, plan=plan, samples=Samples.HIDDEN)
    try:
        ref = PartRef.from_dict(plan.sample)
        if not _belongs(ref, sync, kept_run(asked.dag_id, asked.run_id)):
            return replace(asked, plan=plan, samples=Samples.LOST)
        rows = environment.staging().read_part(ref).slice(0, MOST).to_pylist()
    except (PipelineError, OSError, KeyError, TypeError):
        # A part is deleted with its run, and may be on a disk that the API server does not see.
        return replace(asked, plan=plan, samples=Samples.LOST)
    changes = tuple(Change(id=row["id"], path=row["field"], before=row["before"], after=row["after"]) for row in rows)
    return replace(asked, plan=plan, samples=Samples.READ, changes=changes)


def _belongs(ref: PartRef, sync: str, run_id: str) -> bool:
    """Whether a part is one of this run. What a task has left can be changed by people: it must not lead elsewhere."""
    return ref.path.startswith(f"{folder_of(sync, run_id)}/") and ".." not in ref.path.split("/")
