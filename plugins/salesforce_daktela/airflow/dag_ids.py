"""The prefixes of the ids of a sync's DAGs, and the ids of their runs in ledger and staging."""

from __future__ import annotations

LOADING = "salesforce_to_daktela__"
"""Prefix of the id of a DAG that loads; the sync's name follows."""

COMPARING = "reconcile__"
"""Prefix of the id of a DAG that compares both sides; the sync's name follows."""

PLANNING = "plan__"
"""Prefix of the id of a DAG that tells what the next run would do; the sync's name follows."""

BESIDE = (COMPARING, PLANNING)
"""Prefixes of the DAGs whose runs have ids of their own in ledger and staging."""


def sync_of(dag_id: str) -> str:
    """Return the sync of a DAG of ours; the name of a sync may itself begin with one of the prefixes."""
    prefix = next((prefix for prefix in (LOADING, *BESIDE) if dag_id.startswith(prefix)), "")
    return dag_id.removeprefix(prefix)


def kept_run(dag_id: str, run_id: str) -> str:
    """Return the id under which ledger and staging keep a run.

    Airflow's ids tell apart only the runs of one DAG: two that are scheduled for the same minute share theirs.
    """
    return next((prefix for prefix in BESIDE if dag_id.startswith(prefix)), "") + run_id


def airflow_run(kept: str) -> tuple[str, str]:
    """Return the prefix of the DAG and Airflow's id of a run that is kept under this id."""
    prefix = next((prefix for prefix in BESIDE if kept.startswith(prefix)), "")
    return prefix or LOADING, kept.removeprefix(prefix)
