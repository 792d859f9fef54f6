"""Decides which requests are retried, how often, and after how many seconds."""

from __future__ import annotations

from tenacity import RetryCallState, wait_exponential, wait_random

from salesforce_daktela.daktela.wire.errors import DaktelaError, ErrorKind

LONGEST_WAIT = 120.0
"""Seconds: the longest wait within a task, whatever Daktela asks for."""

TOO_LONG = 3600.0
"""Seconds. Who asks for more is asked once more, in case one reply was wrong; then the task gives up."""

PAUSE_WHEN_THROTTLED = 5.0
"""Seconds for which no request begins after a 429 that does not say how long: the official clients' assumption."""

TRIES = 7
TRIES_WHEN_THROTTLED = 10
"""After a 429 nothing was done and waiting helps, so there are more tries."""

PASSING = (408, 425, 502, 503, 504)
"""Statuses of a proxy in front of the instance: they pass. A 500 belongs to the record, and would come again."""

AT_ONCE = wait_random(0.05, 0.25)
BACK_OFF = wait_exponential(multiplier=0.5, max=30) + wait_random(0, 1)
"""Seconds to wait if Daktela does not say: almost none before the second try, because most failures are short and a
waiting connection sends nothing; one to two before the third, then twice as many each time."""


def repeatable(verb: str, exc: BaseException) -> bool:
    """Whether to retry: always after 429; after a failure that may pass, unless a POST may have been carried out."""
    if not isinstance(exc, DaktelaError):
        return False
    if exc.kind is ErrorKind.THROTTLED:
        return True
    if exc.kind is ErrorKind.UNAVAILABLE:
        return exc.status is None or exc.status in PASSING or exc.status < 500
    succeeded = exc.status is not None and 200 <= exc.status < 300
    return verb in ("GET", "PUT") and succeeded and exc.kind in (ErrorKind.UNKNOWN_FATE, ErrorKind.PROTOCOL)


def is_last_try(state: RetryCallState) -> bool:
    """Whether this was the last try."""
    exc = _error(state)
    if exc is not None and (exc.retry_after or 0.0) > TOO_LONG:
        return state.attempt_number > 1
    throttled = exc is not None and exc.kind is ErrorKind.THROTTLED
    return state.attempt_number >= (TRIES_WHEN_THROTTLED if throttled else TRIES)


def wait(state: RetryCallState) -> float:
    """Return the seconds before the next try: as many as Daktela asks for, up to ``LONGEST_WAIT``; else a backoff.

    A Retry-After of 0, or a date that is over, asks for none.
    """
    exc = _error(state)
    if exc is not None and exc.retry_after:
        return min(LONGEST_WAIT, exc.retry_after)
    return AT_ONCE(state) if state.attempt_number == 1 else BACK_OFF(state)


def _error(state: RetryCallState) -> DaktelaError | None:
    exc = state.outcome.exception() if state.outcome is not None else None
    return exc if isinstance(exc, DaktelaError) else None
