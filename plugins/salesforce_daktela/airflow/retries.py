"""Which failures are worth repeating, and when."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from airflow.sdk import RetryPolicy
from airflow.sdk.definitions.retry_policy import RetryDecision

from salesforce_daktela.errors import ConfigurationError, ThrottledError

if TYPE_CHECKING:
    from airflow.sdk import Context


class PipelineRetryPolicy(RetryPolicy):
    """Fail at once on what somebody has to change; wait as long as the server asked; else the task's back-off."""

    def evaluate(
        self, exception: BaseException, try_number: int, max_tries: int, context: Context | None = None
    ) -> RetryDecision:
        """Return the decision for ``exception``."""
        if isinstance(exception, ConfigurationError):
            return RetryDecision.fail(reason="repeating cannot help: a setting, a right or a mapping has to change")
        if isinstance(exception, ThrottledError) and exception.retry_after is not None:
            return RetryDecision.retry(timedelta(seconds=exception.retry_after), reason="as long as the server asked")
        return RetryDecision.default()

    def serialize(self) -> dict[str, Any]:
        """The policy holds no values."""
        return {}

    @classmethod
    def deserialize(cls, data: dict[str, Any]) -> PipelineRetryPolicy:
        """Return the one policy there is."""
        return cls()


RETRIES: Mapping[str, Any] = {
    "retries": 4,
    "retry_delay": timedelta(seconds=20),
    "retry_exponential_backoff": 2.0,
    "max_retry_delay": timedelta(minutes=10),
    "retry_policy": PipelineRetryPolicy(),
}
"""Default arguments of every task: mapped tasks take them only from the DAG."""
