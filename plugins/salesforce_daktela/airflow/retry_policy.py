"""Which failures are worth repeating, and when."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from salesforce_daktela.airflow.failures import LONGEST_WAIT
from salesforce_daktela.airflow.releases import BACKOFF, RETRY_POLICIES, RetryDecision, RetryPolicy
from salesforce_daktela.errors import ConfigurationError, ThrottledError
from salesforce_daktela.sync.window_plan import LARGEST_PART

if TYPE_CHECKING:
    from airflow.sdk import Context


FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=20), timedelta(minutes=10)
"""Airflow's backoff: the pause before the second try, up to twice as long, and the longest one."""


class PipelineRetryPolicy(RetryPolicy):
    """Fails at once when somebody has to change something. Otherwise the task is tried again.

    The pause is the longer of Airflow's backoff and the server's retry-after, which counts up to an hour: a server that
    asks for a second again and again is to be outlasted, too.
    """

    def evaluate(
        self, exception: BaseException, try_number: int, max_tries: int, context: Context | None = None
    ) -> RetryDecision:
        """Return the decision for ``exception``."""
        if isinstance(exception, ConfigurationError):
            return RetryDecision.fail(reason="repeating cannot help: a setting, a right or a mapping has to change")
        if isinstance(exception, ThrottledError) and exception.retry_after:
            asked = timedelta(seconds=min(exception.retry_after, timedelta.max.total_seconds() / 2))
            if asked > LONGEST_WAIT:
                return RetryDecision.retry(LONGEST_WAIT, reason=f"the server asked for {asked}, which is too long")
            if asked <= _backoff(try_number):
                return RetryDecision.default()
            return RetryDecision.retry(asked, reason="as long as the server asked")
        return RetryDecision.default()

    def serialize(self) -> dict[str, Any]:
        """The policy holds no values."""
        return {}

    @classmethod
    def deserialize(cls, data: dict[str, Any]) -> PipelineRetryPolicy:
        """Return the policy; it has no values to restore."""
        return cls()


RETRIES: Mapping[str, Any] = {
    "retries": 4,
    "retry_delay": FIRST_PAUSE,
    "retry_exponential_backoff": BACKOFF,
    "max_retry_delay": LONGEST_PAUSE,
    **({"retry_policy": PipelineRetryPolicy()} if RETRY_POLICIES else {}),
    "execution_timeout": timedelta(days=1),
}
"""Default arguments of every task. The DAG holds them because mapped tasks take them only from there."""


def _backoff(try_number: int) -> timedelta:
    """The least pause that Airflow makes after this try."""
    return min(LONGEST_PAUSE, FIRST_PAUSE * (1 << min(try_number - 1, 10)))


TASKS_AT_ONCE = 16
"""Load tasks that share a sync's rate: the default of Airflow's ``max_active_tasks_per_dag``."""


def longest_load(requests_per_second: float) -> timedelta:
    """Return how long one task may write.

    It is the longer of a week and three times what the largest part takes at the task's share of the rate.
    """
    return max(timedelta(days=7), timedelta(seconds=3 * LARGEST_PART * TASKS_AT_ONCE / requests_per_second))
