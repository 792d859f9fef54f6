"""What tests take from Airflow and what its releases keep in different places."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any

from salesforce_daktela.airflow.releases import stats

if TYPE_CHECKING:
    from airflow.dag_processing.dagbag import DagBag, sync_bag_to_db
    from airflow.sdk.exceptions import TaskDeferred
    from airflow.serialization.encoders import coerce_to_core_timetable
else:
    try:
        from airflow.dag_processing.dagbag import DagBag, sync_bag_to_db
        from airflow.sdk.exceptions import TaskDeferred
        from airflow.serialization.encoders import coerce_to_core_timetable
    except ImportError:  # Airflow 3.1
        from airflow.exceptions import TaskDeferred
        from airflow.models.dagbag import DagBag, sync_bag_to_db

        def coerce_to_core_timetable(timetable: object) -> object:
            """Timetables of DAG files are the scheduler's own."""
            return timetable


__all__ = ["DagBag", "TaskDeferred", "coerce_to_core_timetable", "measure_by_settings", "sync_bag_to_db"]


def measure_by_settings() -> None:
    """Have Airflow's stats follow ``[metrics]`` anew, as the process of each task does when it begins."""
    try:
        from airflow.sdk.observability.metrics.stats_utils import get_stats_factory
    except ImportError:  # Airflow 3.1
        from airflow.stats import Stats

        measuring: Any = Stats
        del type(measuring).factory
        measuring.instance = None
        type(measuring).__init__(measuring)
        return
    initialize: Any = stats.initialize
    factory: Any = get_stats_factory
    if inspect.ismodule(stats):
        initialize(factory=factory(), export_legacy_names=False)
    else:  # Airflow 3.2
        initialize(factory=factory(stats))
