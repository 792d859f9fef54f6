"""What the DAGs of a sync are called."""

from __future__ import annotations

LOADING = "salesforce_to_daktela__"
"""What the id of a DAG that loads begins with; the sync's name follows."""

COMPARING = "reconcile__"
"""The same of a DAG that compares both sides."""
