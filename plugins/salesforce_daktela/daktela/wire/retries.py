"""Which requests are repeated, how often, and after what wait."""

from __future__ import annotations

from tenacity import RetryCallState, wait_exponential_jitter, wait_random

from salesforce_daktela.daktela.wire.errors import DaktelaError, ErrorKind

LONGEST_WAIT = 120.0
"""Seconds: the longest wait within a task, whatever Daktela asks for."""

TRIES = 7
TRIES_WHEN_THROTTLED = 10
"""A 429 says that nothing was done and that waiting helps, so it is worth more tries."""

PASSING = (408, 425, 502, 503, 504)
"""Statuses of a front end whose instance will be back; a plain 500 is the record's own and repeats itself."""

AT_ONCE = wait_random(0.05, 0.25)
BACK_OFF = wait_exponential_jitter(multiplier=0.5, max=30, jitter=1)
"""Seconds where Daktela names no wait: hardly any before the second try, for most failures are over by then and a
connection that waits carries nothing; before the third one and up to two, and doubling from there."""


def repeatable(verb: str, exc: BaseException) -> bool:
    """Whether to ask again: after 429 always, by key whenever it may pass; a POST only when it was never sent."""
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
    throttled = exc is not None and exc.kind is ErrorKind.THROTTLED
    return state.attempt_number >= (TRIES_WHEN_THROTTLED if throttled else TRIES)


def wait(state: RetryCallState) -> float:
    """Return the seconds before the next try: as many as Daktela asks for, up to ``LONGEST_WAIT``; else a backoff."""
    exc = _error(state)
    if exc is not None and exc.retry_after is not None:
        return min(LONGEST_WAIT, exc.retry_after)
    return AT_ONCE(state) if state.attempt_number == 1 else BACK_OFF(state)


def _error(state: RetryCallState) -> DaktelaError | None:
    exc = state.outcome.exception() if state.outcome is not None else None
    return exc if isinstance(exc, DaktelaError) else None
