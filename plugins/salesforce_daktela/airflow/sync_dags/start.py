"""The start date of a sync's DAGs."""

from __future__ import annotations

from datetime import UTC, datetime

START = datetime(2020, 1, 1, tzinfo=UTC)
"""The earliest date that a backfill can reach. Airflow creates no past runs by itself: the DAGs have no catchup."""
