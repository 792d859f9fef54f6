"""Since when the DAGs of a sync exist for Airflow."""

from __future__ import annotations

from datetime import UTC, datetime

START = datetime(2020, 1, 1, tzinfo=UTC)
"""Backfills reach back to here; without catchup no run is made up for the past."""
