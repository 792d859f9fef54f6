"""Decides which failures are retried within a task, and after how many seconds."""

from __future__ import annotations

from collections.abc import Callable

from tenacity import (
    RetryCallState,
    Retrying,
    retry_if_exception,
    stop_after_attempt,
    stop_before_delay,
    wait_exponential_jitter,
)

from salesforce_daktela.salesforce.wire.errors import RETRIED_STATUS, SalesforceUnavailableError

TRIES = 5
PATIENCE = 60.0
"""Seconds. For a longer pause the scheduler repeats the task later, so that no worker waits."""

_BACK_OFF = wait_exponential_jitter(initial=1, max=30, jitter=1)


def repeatable(exc: BaseException, *, verb: str = "GET") -> bool:
    """Whether to send again. A POST is repeated only if Salesforce did not accept it: else a second job would run."""
    if not isinstance(exc, SalesforceUnavailableError) or exc.status not in (0, *RETRIED_STATUS):
        return False
    if exc.retry_after is not None and exc.retry_after > PATIENCE:
        return False
    return verb != "POST" or not exc.accepted


def retrying(
    sleep: Callable[[float], None], *, worth: Callable[[BaseException], bool], within: float | None = None
) -> Retrying:
    """Return a caller that retries what ``worth`` accepts, with backoff or the pause that Salesforce asks for.

    No try begins later than ``within`` seconds after the first one.
    """
    stop = stop_after_attempt(TRIES) if within is None else stop_after_attempt(TRIES) | stop_before_delay(within)
    return Retrying(retry=retry_if_exception(worth), stop=stop, wait=_pause, sleep=sleep, reraise=True)


def _pause(state: RetryCallState) -> float:
    """A Retry-After of 0, or a date that is over, asks for no pause; without any, all tries were used up at once."""
    failure = state.outcome.exception() if state.outcome is not None else None
    asked = failure.retry_after if isinstance(failure, SalesforceUnavailableError) else None
    return asked or _BACK_OFF(state)
