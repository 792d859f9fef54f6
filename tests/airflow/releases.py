"""What tests take from Airflow and what its releases keep in different places."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from airflow.dag_processing.dagbag import DagBag
    from airflow.sdk.exceptions import TaskDeferred
    from airflow.serialization.encoders import coerce_to_core_timetable
else:
    try:
        from airflow.dag_processing.dagbag import DagBag
        from airflow.sdk.exceptions import TaskDeferred
        from airflow.serialization.encoders import coerce_to_core_timetable
    except ImportError:  # Airflow 3.1
        from airflow.exceptions import TaskDeferred
        from airflow.models.dagbag import DagBag

        def coerce_to_core_timetable(timetable: object) -> object:
            """Timetables of DAG files are the scheduler's own."""
            return timetable


__all__ = ["DagBag", "TaskDeferred", "coerce_to_core_timetable"]
