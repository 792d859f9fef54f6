"""The prefixes of the ids of a sync's DAGs."""

from __future__ import annotations

LOADING = "salesforce_to_daktela__"
"""Prefix of the id of a DAG that loads; the sync's name follows."""

COMPARING = "reconcile__"
"""Prefix of the id of a DAG that compares both sides; the sync's name follows."""

PLANNING = "plan__"
"""Prefix of the id of a DAG that tells what the next run would do; the sync's name follows."""
