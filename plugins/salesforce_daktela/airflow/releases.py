"""What Airflow 3.1 and 3.2 keep elsewhere, or do not have: the one place that knows.

Retry policies are of 3.3. Before it, a failure that repeating cannot help ends its task as ``AirflowFailException``
does, and a task waits by Airflow's own backoff, not as long as a server has asked for.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

from salesforce_daktela.errors import ConfigurationError

if TYPE_CHECKING:
    from airflow.sdk import CronDataIntervalTimetable, RetryPolicy
    from airflow.sdk.configuration import conf
    from airflow.sdk.definitions.callback import AsyncCallback
    from airflow.sdk.definitions.deadline import DeadlineAlert, DeadlineReference
    from airflow.sdk.definitions.retry_policy import RetryDecision
    from airflow.sdk.exceptions import (
        AirflowFailException,
        AirflowNotFoundException,
        AirflowSkipException,
        DownstreamTasksSkipped,
    )
    from airflow.sdk.observability import stats
else:
    try:
        from airflow.sdk import CronDataIntervalTimetable
        from airflow.sdk.configuration import conf
        from airflow.sdk.exceptions import (
            AirflowFailException,
            AirflowNotFoundException,
            AirflowSkipException,
            DownstreamTasksSkipped,
        )
    except ImportError:  # Airflow 3.1
        from airflow.configuration import conf
        from airflow.exceptions import (
            AirflowFailException,
            AirflowNotFoundException,
            AirflowSkipException,
            DownstreamTasksSkipped,
        )
        from airflow.timetables.interval import CronDataIntervalTimetable
    try:
        from airflow.sdk import AsyncCallback, DeadlineAlert, DeadlineReference
    except ImportError:  # Airflow 3.1
        from airflow.sdk.definitions.deadline import AsyncCallback, DeadlineAlert, DeadlineReference
    try:
        from airflow.sdk import RetryPolicy
        from airflow.sdk.definitions.retry_policy import RetryDecision
    except ImportError:  # Airflow 3.1 and 3.2
        RetryPolicy, RetryDecision = object, None
    try:
        from airflow.sdk.observability import stats

        if not hasattr(stats, "gauge"):  # Airflow 3.2
            stats = stats.Stats
    except ImportError:  # Airflow 3.1
        from airflow import stats as _stats

        stats = _stats.Stats

__all__ = [
    "BACKOFF",
    "COUNTED_FROM",
    "RETRY_POLICIES",
    "AirflowFailException",
    "AirflowNotFoundException",
    "AirflowSkipException",
    "AsyncCallback",
    "CronDataIntervalTimetable",
    "DeadlineAlert",
    "DeadlineReference",
    "DownstreamTasksSkipped",
    "RetryDecision",
    "RetryPolicy",
    "conf",
    "failing_for_good",
    "stats",
]

RETRY_POLICIES = RetryDecision is not None
"""Whether a task's failures are judged by a retry policy."""

SINCE_3_2 = CronDataIntervalTimetable.__module__.startswith("airflow.sdk")

BACKOFF: float | bool = 2.0 if SINCE_3_2 else True
"""Each pause is twice the one before; Airflow 3.1 knows no other factor."""

COUNTED_FROM = DeadlineReference.DAGRUN_LOGICAL_DATE if SINCE_3_2 else DeadlineReference.DAGRUN_QUEUED_AT
"""What a deadline counts from. Airflow 3.1 refuses to start a run without a logical date where it counts from that."""

Task = TypeVar("Task", bound=Callable[..., Any])


def failing_for_good(execute: Task) -> Task:
    """Wrap a task's method so that Airflow does not repeat what only a person can mend."""

    @functools.wraps(execute)
    def wrapped(*args: Any, **kwargs: Any) -> Any:
        try:
            return execute(*args, **kwargs)
        except ConfigurationError as exc:
            raise AirflowFailException(str(exc)) from exc

    return wrapped  # type: ignore[return-value]
